/**
 * Random numbers that are a pure function of (seed, stream, position), written straight into {@link
 * org.nd4j.linalg.api.ndarray.INDArray}s.
 *
 * <p>The package promises that a number depends on nothing else: not on the number of threads, not
 * on how an array is split into views, not on what was drawn before. A run can therefore be
 * interrupted and resumed, and a mask can be regenerated instead of stored.
 */
@NullMarked
package io.github.dl4jx.random;

import org.jspecify.annotations.NullMarked;
