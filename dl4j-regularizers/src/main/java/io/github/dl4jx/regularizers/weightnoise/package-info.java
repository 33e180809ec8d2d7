/**
 * Noise on weights in the form of {@link org.deeplearning4j.nn.conf.weightnoise.IWeightNoise}:
 * named in a layer's {@code weightNoise(..)}, applied to its weights in training, absent at test
 * time.
 *
 * <p>The package promises that at test time the weights are those that are saved, and that a mask
 * with a seed of its own depends on nothing else than that seed, the iteration, the layer and the
 * parameter.
 */
@NullMarked
package io.github.dl4jx.regularizers.weightnoise;

import org.jspecify.annotations.NullMarked;
