/**
 * Running averages of a network's parameters, kept by a listener beside ordinary training.
 *
 * <p>Training itself is never changed: the averages are read at test time, by swapping them in for
 * a moment or by copying them into a network of their own.
 */
@NullMarked
package io.github.dl4jx.training.averaging;

import org.jspecify.annotations.NullMarked;
