package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** A worker's network, with the parts of a training step. */
final class Replica {

  private final Network network;

  private Replica(Network network) {
    this.network = network;
  }

  static Replica of(Network network) {
    return new Replica(network);
  }

  /**
   * A network that can be trained in parallel, and is worker 0's replica.
   *
   * @throws IllegalArgumentException if it cannot; the message says why
   */
  static Replica checked(Model network) {
    Network net = Network.initialized(network);
    INDArray params = network.params();
    Preconditions.checkArgument(
        params.dataType() == DataType.FLOAT,
        "the network's type must be FLOAT, got %s",
        params.dataType());
    Preconditions.checkArgument(
        params.length() <= (Integer.MAX_VALUE - Short.MAX_VALUE) / Float.BYTES,
        "the network must have fewer than 2^29 - 2^13 parameters, got %s",
        params.length());
    Preconditions.checkArgument(
        !net.isTruncated(), "the network must not use truncated backpropagation through time");
    Preconditions.checkArgument(
        network.conf().getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT,
        "the optimization algorithm must be STOCHASTIC_GRADIENT_DESCENT, got %s",
        network.conf().getOptimizationAlgo());
    for (UpdaterBlock block : net.updater().getUpdaterBlocks()) {
      block
          .getLayersAndVariablesInBlock()
          .forEach(
              state ->
                  Preconditions.checkArgument(
                      !(state.getLayer().getConfig() instanceof CenterLossOutputLayer),
                      "the network must not have a CenterLossOutputLayer: the change of its centers"
                          + " is no sum over examples"));
    }
    Preconditions.checkArgument(
        Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU,
        "the ND4J backend must be nd4j-native, got %s",
        Nd4j.getExecutioner().type());
    BroadcastGuard.install();
    return of(net);
  }

  Network network() {
    return network;
  }

  Model model() {
    return network.model();
  }

  /** Forward and backward pass; the gradient is then the sum over the examples. */
  void computeGradient(Batch batch) {
    network.with(net -> computeGradient(net, batch), graph -> computeGradient(graph, batch));
  }

  private static void computeGradient(MultiLayerNetwork net, Batch batch) {
    if (batch.features().length != 1 || batch.labels().length != 1) {
      throw new IllegalArgumentException(
          "a MultiLayerNetwork takes one array of features and one of labels, got "
              + batch.features().length
              + " and "
              + batch.labels().length);
    }
    @Nullable INDArray @Nullable [] featuresMasks = batch.featuresMasks();
    @Nullable INDArray @Nullable [] labelsMasks = batch.labelsMasks();
    if (featuresMasks != null || labelsMasks != null) {
      net.setLayerMaskArrays(
          featuresMasks == null ? null : featuresMasks[0],
          labelsMasks == null ? null : labelsMasks[0]);
    }
    net.setInput(batch.features()[0]);
    net.setLabels(batch.labels()[0]);
    net.computeGradientAndScore();
  }

  private static void computeGradient(ComputationGraph graph, Batch batch) {
    graph.setInputs(batch.features());
    graph.setLabels(batch.labels());
    graph.setLayerMaskArrays(batch.featuresMasks(), batch.labelsMasks());
    graph.computeGradientAndScore();
  }

  /** Removes the batch, its masks and the layers' states. */
  void clear() {
    network.with(
        net -> {
          net.clearLayerMaskArrays();
          net.clearLayersStates();
          net.setInput(null);
          net.setLabels(null);
        },
        graph -> {
          graph.clearLayerMaskArrays();
          graph.clearLayersStates();
          graph.setInputs((INDArray[]) null);
          graph.setLabels((INDArray[]) null);
        });
  }

  BaseMultiLayerUpdater<?> updater() {
    return network.updater();
  }

  INDArray gradients() {
    return updater().getFlattenedGradientsView();
  }

  /** Lets an optimizer use the network's updater. */
  void setUpdater(ConvexOptimizer optimizer) {
    network.with(
        net -> optimizer.setUpdater(net.getUpdater()),
        graph -> optimizer.setUpdaterComputationGraph(graph.getUpdater()));
  }

  /** Puts the current updater back when it is run, and removes an accumulator. */
  Runnable keptUpdater() {
    return network.either(Replica::keptUpdater, Replica::keptUpdater);
  }

  private static Runnable keptUpdater(MultiLayerNetwork net) {
    Updater kept = net.getUpdater();
    return () -> {
      net.setUpdater(kept);
      net.setGradientsAccumulator(null);
    };
  }

  private static Runnable keptUpdater(ComputationGraph graph) {
    ComputationGraphUpdater kept = graph.getUpdater();
    return () -> {
      graph.setUpdater(kept);
      graph.setGradientsAccumulator(null);
    };
  }

  /** A replica with the same parameters, updater state and counts, in memory of its own. */
  Replica copy() {
    Replica copy = of(network.copy());
    INDArray state = updater().getStateViewArray();
    if (state != null) {
      copy.updater().setStateViewArray(state);
    }
    return copy;
  }
}
