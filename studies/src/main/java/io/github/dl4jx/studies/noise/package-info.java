/** A table of the gradient noise paper: very deep networks with and without noise. */
@NullMarked
package io.github.dl4jx.studies.noise;

import org.jspecify.annotations.NullMarked;
