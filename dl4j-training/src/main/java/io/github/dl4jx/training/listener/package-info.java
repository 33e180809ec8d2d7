/**
 * Training listeners that change the gradient of a whole network before the updater sees it.
 *
 * <p>The package promises thresholds in units of the <em>mean</em> gradient of a minibatch,
 * whatever its size: Deeplearning4j hands listeners the sum, and divides afterwards. What
 * Deeplearning4j passes off as gradients, the running statistics of batch normalization, is left
 * alone.
 */
@NullMarked
package io.github.dl4jx.training.listener;

import org.jspecify.annotations.NullMarked;
