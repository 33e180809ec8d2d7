package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.graph.OutputLoss;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/** Checks that networks learn values of any sign by least squares. */
public final class RegressionOutput {

  private RegressionOutput() {}

  public static void check(MultiLayerConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    check(outputLayer(configuration).orElse(null));
  }

  public static void check(ComputationGraphConfiguration configuration) {
    Preconditions.checkArgument(configuration != null, "configuration must not be null");
    check(outputLayer(configuration).orElse(null));
  }

  /** The last layer. */
  public static Optional<Layer> outputLayer(MultiLayerConfiguration configuration) {
    return Optional.of(configuration.getConf(configuration.getConfs().size() - 1).getLayer());
  }

  /** The layer that is the output, if it is one. */
  public static Optional<Layer> outputLayer(ComputationGraphConfiguration configuration) {
    GraphVertex output = configuration.getVertices().get(configuration.getNetworkOutputs().get(0));
    return Optional.ofNullable(
        output instanceof LayerVertex ? ((LayerVertex) output).getLayerConf().getLayer() : null);
  }

  private static void check(@Nullable Layer output) {
    @Nullable OutputLoss loss = OutputLoss.of(output);
    // LossMSE is a LossL2
    Preconditions.checkArgument(
        loss != null
            && loss.loss() instanceof LossL2
            && loss.activation() instanceof ActivationIdentity,
        "configuration must have an output with the activation IDENTITY and the loss MSE or L2,"
            + " for classification, too, got %s",
        output);
  }
}
