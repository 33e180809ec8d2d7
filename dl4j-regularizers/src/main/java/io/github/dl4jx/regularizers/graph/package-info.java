/**
 * Regularizers as vertices of a {@link org.deeplearning4j.nn.graph.ComputationGraph}: a
 * configuration, which is saved with the graph, and the running vertex that it instantiates.
 */
@NullMarked
package io.github.dl4jx.regularizers.graph;

import org.jspecify.annotations.NullMarked;
