/** Gradient noise and poor initial weights in a small Neural GPU. */
@NullMarked
package io.github.dl4jx.studies.neuralgpu;

import org.jspecify.annotations.NullMarked;
