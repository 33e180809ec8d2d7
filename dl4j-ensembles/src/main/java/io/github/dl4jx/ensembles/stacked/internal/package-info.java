/**
 * Several networks of one shape as one wide {@code MultiLayerNetwork}: what training and serving of
 * stacked members share. It may change any time.
 *
 * <pre>{@code
 * parameters   W = [W_1 | .. | W_M] of shape [nIn, M h], f order: block m is member m's own W
 *              b = [b_1 | .. | b_M]
 * activations  [M b, h], c order: member m in the rows m b .. (m + 1) b
 * }</pre>
 */
@NullMarked
package io.github.dl4jx.ensembles.stacked.internal;

import org.jspecify.annotations.NullMarked;
