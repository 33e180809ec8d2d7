/**
 * Running averages of a network's parameters, kept by a listener beside ordinary training.
 *
 * <p>The package promises that training itself is never changed: the averages are used at test
 * time, by swapping them in for a while or by copying them into another network. Averaged weights
 * are within the network's constraints.
 */
@NullMarked
package io.github.dl4jx.training.averaging;

import org.jspecify.annotations.NullMarked;
