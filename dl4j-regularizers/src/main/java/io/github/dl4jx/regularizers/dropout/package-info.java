/**
 * Dropout in the form of {@link org.deeplearning4j.nn.conf.dropout.IDropout}: named in a layer's
 * {@code dropOut(..)}, applied to the layer's input in training, absent at test time.
 *
 * <p>Masks come from {@link io.github.dl4jx.random.KeyedRandom}: they are not stored between the
 * forward and the backward pass but drawn again from their key.
 */
@NullMarked
package io.github.dl4jx.regularizers.dropout;

import org.jspecify.annotations.NullMarked;
