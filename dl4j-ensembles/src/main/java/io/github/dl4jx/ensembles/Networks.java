package io.github.dl4jx.ensembles;

import io.github.dl4jx.updaters.guard.BroadcastGuard;
import io.github.dl4jx.updaters.resume.NetworkTwin;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What {@link MultiLayerNetwork} and {@link ComputationGraph} have in common but do not share. */
public final class Networks {

  private Networks() {}

  /**
   * Checks that a network can be a member of an ensemble.
   *
   * @param network a network
   * @throws IllegalArgumentException if it is neither a {@code MultiLayerNetwork} nor a {@code
   *     ComputationGraph}, or is not initialized
   */
  public static void checkMember(Model network) {
    Preconditions.checkArgument(
        network instanceof MultiLayerNetwork || network instanceof ComputationGraph,
        "a member must be a MultiLayerNetwork or a ComputationGraph, got %s",
        network == null ? null : network.getClass().getName());
    Preconditions.checkArgument(
        network.params() != null && network.params().length() > 0,
        "a member must be initialized and have parameters: call init() first");
  }

  /**
   * A copy for inference: the same weights, no listeners, no updater state, nothing shared.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return the copy, to be released by the caller
   * @throws IllegalArgumentException as {@link #checkMember} does
   */
  public static Model copy(Model network) {
    checkMember(network);
    INDArray params = network.params();
    INDArray weights =
        Nd4j.createUninitializedDetached(params.dataType(), params.length()).assign(params);
    return NetworkTwin.of(network, weights);
  }

  /**
   * One epoch of training.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @param data its training data
   */
  public static void fit(Model network, DataSetIterator data) {
    BroadcastGuard.install();
    if (network instanceof MultiLayerNetwork) {
      ((MultiLayerNetwork) network).fit(data);
    } else {
      ((ComputationGraph) network).fit(data);
    }
  }

  /**
   * The output at test time.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output
   * @param features its input
   * @param featuresMask mask of the input, or null
   * @return the output, not attached to a workspace
   */
  public static INDArray output(Model network, INDArray features, @Nullable INDArray featuresMask) {
    BroadcastGuard.install();
    if (network instanceof MultiLayerNetwork) {
      return ((MultiLayerNetwork) network).output(features, false, featuresMask, null);
    }
    INDArray[] masks = featuresMask == null ? null : new INDArray[] {featuresMask};
    return ((ComputationGraph) network).output(false, new INDArray[] {features}, masks)[0];
  }

  /**
   * All outputs at test time.
   *
   * @param network a {@code ComputationGraph}, or a {@code MultiLayerNetwork} for one input
   * @param features its inputs
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @return its outputs, not attached to a workspace
   */
  public static INDArray[] outputs(
      Model network, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    return network instanceof ComputationGraph
        ? ((ComputationGraph) network).output(false, features, featuresMasks)
        : new INDArray[] {
          output(network, features[0], featuresMasks == null ? null : featuresMasks[0])
        };
  }

  /**
   * The number of inputs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return at least 1
   */
  public static int inputCount(Model network) {
    return network instanceof ComputationGraph
        ? ((ComputationGraph) network).getNumInputArrays()
        : 1;
  }

  /**
   * The number of outputs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return at least 1
   */
  public static int outputCount(Model network) {
    return network instanceof ComputationGraph
        ? ((ComputationGraph) network).getNumOutputArrays()
        : 1;
  }

  /**
   * The loss on examples, with the penalties of the weights, at test time.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output
   * @param data examples
   * @return the mean loss of an example plus the penalties
   */
  public static double score(Model network, DataSet data) {
    return network instanceof MultiLayerNetwork
        ? ((MultiLayerNetwork) network).score(data, false)
        : ((ComputationGraph) network).score(data, false);
  }

  /**
   * The configuration of the last layer.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one output
   * @return a layer, or null if the output is a vertex without one
   */
  public static org.deeplearning4j.nn.conf.layers.@Nullable Layer outputLayer(Model network) {
    Layer last =
        network instanceof MultiLayerNetwork
            ? ((MultiLayerNetwork) network).getOutputLayer()
            : ((ComputationGraph) network).getOutputLayer(0);
    return last == null ? null : last.conf().getLayer();
  }

  /**
   * Releases a network's off-heap memory. Unlike the network's own {@code close()} it neither runs
   * the garbage collector nor destroys the calling thread's workspaces.
   *
   * @param network a network that is not used any more
   */
  public static void release(Model network) {
    close(network.params());
    if (network instanceof MultiLayerNetwork) {
      MultiLayerNetwork net = (MultiLayerNetwork) network;
      close(net.getGradientsViewArray());
      Updater updater = net.getUpdater(false);
      close(updater == null ? null : updater.getStateViewArray());
    } else if (network instanceof ComputationGraph) {
      ComputationGraph graph = (ComputationGraph) network;
      close(graph.getGradientsViewArray());
      ComputationGraphUpdater updater = graph.getUpdater(false);
      close(updater == null ? null : updater.getStateViewArray());
    }
  }

  private static void close(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  /**
   * Releases an array, unless one of others is it or a view of it. The garbage collector sees
   * little of what lies off-heap, and comes late.
   */
  static void releaseUnless(INDArray array, INDArray... others) {
    long start = array.data().address();
    long end = start + array.length() * array.dataType().width();
    for (INDArray other : others) {
      long at = other.data().address();
      if (at >= start && at < end) {
        return;
      }
    }
    if (array.closeable()) {
      array.close();
    }
  }
}
