/**
 * Dropout in the form of {@link org.deeplearning4j.nn.conf.dropout.IDropout}: named in a layer's
 * {@code dropOut(..)}, applied to the layer's input in training, absent at test time.
 *
 * <p>Masks come from {@link io.github.dl4jx.random.KeyedRandom}: they are not stored between the
 * forward and the backward pass but drawn again from their key.
 *
 * <p>Every dropout takes the probability of <em>retaining</em>, a number or a schedule, and
 * optionally a seed. Without a seed, {@code Nd4j.getRandom()} of the thread gives a key for each
 * forward pass; {@code init()} of a network seeds that generator with the network's seed.
 */
@NullMarked
package io.github.dl4jx.regularizers.dropout;

import org.jspecify.annotations.NullMarked;
