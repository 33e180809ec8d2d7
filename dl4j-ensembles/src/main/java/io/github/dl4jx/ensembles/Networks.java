package io.github.dl4jx.ensembles;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.internal.CheckedBatches;
import io.github.dl4jx.training.internal.Misfit;
import io.github.dl4jx.training.resume.NetworkTwin;
import java.util.Arrays;
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

  private static final String NETWORK = "the network";

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

  /** Refuses what cannot answer; a network that was closed is not one of those. */
  private static void checkUsable(Model network) {
    Preconditions.checkArgument(
        network instanceof MultiLayerNetwork || network instanceof ComputationGraph,
        "network must be a MultiLayerNetwork or a ComputationGraph, got %s",
        network == null ? null : network.getClass().getName());
    Preconditions.checkArgument(
        network instanceof MultiLayerNetwork
            ? ((MultiLayerNetwork) network).isInitCalled()
            : ((ComputationGraph) network).getVertices() != null,
        "network must be initialized: call init() first");
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
   * @param data its training data; reset first if it is at its end
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     the data is null, has no batch, gives one that is null or has no features or labels, or
   *     does not fit the network
   */
  public static void fit(Model network, DataSetIterator data) {
    checkUsable(network);
    BroadcastGuard.install();
    try (CheckedBatches epoch = new CheckedBatches(data)) {
      Misfit.named(
          "data",
          NETWORK,
          () -> {
            if (network instanceof MultiLayerNetwork) {
              ((MultiLayerNetwork) network).fit(epoch);
            } else {
              ((ComputationGraph) network).fit(epoch);
            }
            return network;
          });
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
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     the features are null, or they or the mask do not fit the network
   */
  public static INDArray output(Model network, INDArray features, @Nullable INDArray featuresMask) {
    checkUsable(network);
    Arguments.notNull("features", features);
    checkMask("featuresMask", featuresMask);
    BroadcastGuard.install();
    return Misfit.named(
        featuresMask == null ? "features" : "features and featuresMask",
        NETWORK,
        () -> {
          if (network instanceof MultiLayerNetwork) {
            return ((MultiLayerNetwork) network).output(features, false, featuresMask, null);
          }
          INDArray[] masks = featuresMask == null ? null : new INDArray[] {featuresMask};
          return ((ComputationGraph) network).output(false, new INDArray[] {features}, masks)[0];
        });
  }

  /** Deeplearning4j takes a scalar for what it likes. */
  private static void checkMask(String name, @Nullable INDArray mask) {
    Preconditions.checkArgument(
        mask == null || mask.rank() >= 2,
        "%s must have the shape [examples, ..], got %s",
        name,
        mask == null ? null : Arrays.toString(mask.shape()));
  }

  /**
   * All outputs at test time.
   *
   * @param network a {@code ComputationGraph}, or a {@code MultiLayerNetwork} for one input
   * @param features its inputs
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @return its outputs, not attached to a workspace
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     there are not as many features, or masks if any, as inputs, one of the features is null, or
   *     they do not fit the network
   */
  public static INDArray[] outputs(
      Model network, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    checkInputs(inputCount(network), features, featuresMasks);
    if (network instanceof MultiLayerNetwork) {
      INDArray mask = featuresMasks == null ? null : featuresMasks[0];
      return new INDArray[] {output(network, features[0], mask)};
    }
    BroadcastGuard.install();
    return Misfit.named(
        featuresMasks == null ? "features" : "features and featuresMasks",
        NETWORK,
        () -> ((ComputationGraph) network).output(false, features, featuresMasks));
  }

  /** Refuses what is not one array, and at most one mask, for each input. */
  static void checkInputs(
      int inputs, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    Preconditions.checkArgument(
        Arguments.noneNull("features", features).length == inputs
            && (featuresMasks == null || featuresMasks.length == inputs),
        "there must be features, and masks if any, for the members' %s inputs, got %s and %s",
        inputs,
        features.length,
        featuresMasks == null ? "no masks" : featuresMasks.length);
    if (featuresMasks != null) {
      for (INDArray mask : featuresMasks) {
        checkMask("featuresMasks", mask);
      }
    }
  }

  /**
   * The number of inputs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return at least 1
   * @throws IllegalArgumentException if the network is of another kind or not initialized
   */
  public static int inputCount(Model network) {
    checkUsable(network);
    return network instanceof ComputationGraph
        ? ((ComputationGraph) network).getNumInputArrays()
        : 1;
  }

  /**
   * The number of outputs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return at least 1
   * @throws IllegalArgumentException if the network is of another kind or not initialized
   */
  public static int outputCount(Model network) {
    checkUsable(network);
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
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     the data is null, has no features or labels, or does not fit the network
   */
  public static double score(Model network, DataSet data) {
    checkUsable(network);
    Arguments.labelled("data", data);
    return Misfit.named(
        "data",
        NETWORK,
        () ->
            network instanceof MultiLayerNetwork
                ? ((MultiLayerNetwork) network).score(data, false)
                : ((ComputationGraph) network).score(data, false));
  }

  /**
   * The configuration of the last layer.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one output
   * @return a layer, or null if the output is a vertex without one
   * @throws IllegalArgumentException if the network is of another kind or not initialized
   */
  public static org.deeplearning4j.nn.conf.layers.@Nullable Layer outputLayer(Model network) {
    checkUsable(network);
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
   * @throws IllegalArgumentException if it is null
   */
  public static void release(Model network) {
    Arguments.notNull("network", network);
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
