/**
 * Decorators over any {@link org.nd4j.linalg.learning.config.IUpdater}: each changes the gradient
 * and hands it to the updater inside, or changes what that makes of it ({@link
 * io.github.dl4jx.updaters.wrapper.Lookahead}).
 *
 * <p>{@code A.around(B.around(inner))} applies A first, then B, then the inner updater. The
 * gradient a wrapper sees has already been divided by the minibatch size, clipped or normalised by
 * Deeplearning4j's {@code GradientNormalization}, and had the L1 and L2 terms added; weight decay
 * comes after the innermost updater.
 *
 * <p>A wrapper takes a copy of the inner updater, forwards its learning rate (so that {@code
 * setLearningRate} and weight decay keep working) and keeps what it must remember in the network's
 * updater state. (The one exception is {@link io.github.dl4jx.updaters.wrapper.SkipNonFinite}:
 * loading a network starts its count of skips in a row anew.)
 *
 * <p>A wrapper sees the gradients of whole blocks, not which layer they belong to, and treats zeros
 * like any other gradient. Frozen layers are kept still by {@code FrozenLayers.hold}.
 */
@NullMarked
package io.github.dl4jx.updaters.wrapper;

import org.jspecify.annotations.NullMarked;
