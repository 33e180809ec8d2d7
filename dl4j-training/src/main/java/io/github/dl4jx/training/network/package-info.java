/**
 * One view of both kinds of network, {@code MultiLayerNetwork} and {@code ComputationGraph}:
 * copies, training and output, learning rates, frozen layers, model files.
 *
 * <p>The package promises that files may come from anywhere: only classes that are allowed by their
 * exact names are loaded, nothing is deserialized by Java, memory is allocated only for what a file
 * really contains, and a file is checked before a network is built from it.
 */
@NullMarked
package io.github.dl4jx.training.network;

import org.jspecify.annotations.NullMarked;
