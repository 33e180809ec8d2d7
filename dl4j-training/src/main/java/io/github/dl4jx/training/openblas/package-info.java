/**
 * The kernels by which OpenBLAS multiplies, and those that the processor could have.
 *
 * <p>The package promises that nothing is changed unless it is asked for, and then before ND4J is
 * loaded.
 */
@NullMarked
package io.github.dl4jx.training.openblas;

import org.jspecify.annotations.NullMarked;
