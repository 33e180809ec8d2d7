/**
 * Initial weights: what {@code weightInit(..)} takes.
 *
 * <p>The package promises weights that are drawn from ND4J's generator, which the network's seed
 * governs, and settings that survive JSON.
 */
@NullMarked
package io.github.dl4jx.training.init;

import org.jspecify.annotations.NullMarked;
