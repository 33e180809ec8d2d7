/**
 * Training listeners that clip the gradient of a whole network before the updater, or make random
 * numbers reproducible.
 *
 * <p>The package promises thresholds in units of the <em>mean</em> gradient of a minibatch,
 * whatever its size: listeners get the sum from Deeplearning4j, which divides afterwards. The
 * running statistics of batch normalization, which Deeplearning4j passes as gradients, are left
 * alone.
 */
@NullMarked
package io.github.dl4jx.training.listener;

import org.jspecify.annotations.NullMarked;
