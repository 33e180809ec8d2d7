package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.internal.CheckedBatches;
import io.github.dl4jx.training.internal.Misfit;
import io.github.dl4jx.training.internal.OwnInput;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Training, output and score of a network of either kind, with checked arguments: an exception
 * names the argument that does not fit, where Deeplearning4j's own names an operation.
 */
public final class NetworkCalls {

  private static final String NETWORK = "the network";

  private NetworkCalls() {}

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
    Network net = usable(network);
    BroadcastGuard.install();
    try (CheckedBatches epoch = new CheckedBatches(data)) {
      Misfit.named(
          "data",
          NETWORK,
          () -> {
            net.with(layers -> layers.fit(epoch), graph -> graph.fit(epoch));
            return network;
          });
    }
  }

  /**
   * {@return the output at test time, not attached to a workspace}
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output
   * @param features its input
   * @param featuresMask mask of the input, or null
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     the features are null, or they or the mask do not fit the network
   */
  public static INDArray output(Model network, INDArray features, @Nullable INDArray featuresMask) {
    Network asked = usable(network);
    Arguments.notNull("features", features);
    checkMask("featuresMask", featuresMask);
    BroadcastGuard.install();
    INDArray[] masks = featuresMask == null ? null : new INDArray[] {featuresMask};
    return Misfit.named(
        featuresMask == null ? "features" : "features and featuresMask",
        NETWORK,
        () -> {
          INDArray own = OwnInput.of(asked.layers(), features);
          return asked.either(
              net -> net.output(own, false, featuresMask, null),
              graph -> graph.output(false, new INDArray[] {own}, masks)[0]);
        });
  }

  /**
   * {@return all outputs at test time, not attached to a workspace}
   *
   * @param network a {@code ComputationGraph}, or a {@code MultiLayerNetwork} for one input
   * @param features its inputs
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     there are not as many features, or masks if any, as inputs, one of the features is null, or
   *     they do not fit the network
   */
  public static INDArray[] outputs(
      Model network, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    Network asked = usable(network);
    checkInputs(asked.inputCount(), features, featuresMasks);
    BroadcastGuard.install();
    return Misfit.named(
        featuresMasks == null ? "features" : "features and featuresMasks",
        NETWORK,
        () ->
            asked.either(
                net ->
                    new INDArray[] {
                      output(net, features[0], featuresMasks == null ? null : featuresMasks[0])
                    },
                graph ->
                    graph.output(false, OwnInput.of(graph.getLayers(), features), featuresMasks)));
  }

  /**
   * Checks that there is one array, and at most one mask, for each input.
   *
   * @param inputs how many there must be
   * @param features an array for each
   * @param featuresMasks masks, each of which may be null, or null
   * @throws IllegalArgumentException if there are more or fewer, or one of the features is null
   */
  public static void checkInputs(
      int inputs, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    Preconditions.checkArgument(
        Arguments.noneNull("features", features).length == inputs
            && (featuresMasks == null || featuresMasks.length == inputs),
        "there must be features, and masks if any, for %s inputs, got %s and %s",
        inputs,
        features.length,
        featuresMasks == null ? "no masks" : featuresMasks.length);
    if (featuresMasks != null) {
      for (INDArray mask : featuresMasks) {
        checkMask("featuresMasks", mask);
      }
    }
  }

  /** Deeplearning4j accepts a scalar mask, whatever the shape should be. */
  private static void checkMask(String name, @Nullable INDArray mask) {
    Preconditions.checkArgument(
        mask == null || mask.rank() >= 2,
        "%s must have the shape [examples, ..], got %s",
        name,
        mask == null ? null : Arrays.toString(mask.shape()));
  }

  /**
   * {@return the mean loss of an example plus the penalties of the weights, at test time}
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output
   * @param data examples
   * @throws IllegalArgumentException if the network is of another kind or not initialized, or if
   *     the data is null, has no features or labels, or does not fit the network
   */
  public static double score(Model network, DataSet data) {
    BroadcastGuard.install();
    Network asked = usable(network);
    Arguments.labelled("data", data);
    return Misfit.named(
        "data",
        NETWORK,
        () -> {
          DataSet own = OwnInput.of(asked.layers(), data);
          return asked.either(net -> net.score(own, false), graph -> graph.score(own, false));
        });
  }

  private static Network usable(Model network) {
    Network usable = Network.of(network);
    usable.checkUsable();
    return usable;
  }
}
