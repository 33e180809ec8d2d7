package io.github.dl4jx.ensembles;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** To be replaced by Network and NetworkCalls. */
public final class Networks {

  private Networks() {}

  public static void checkMember(Model network) {
    Network.initialized("a member", network);
  }

  public static Model copy(Model network) {
    return Network.initialized("a member", network).copy().model();
  }

  public static void fit(Model network, DataSetIterator data) {
    NetworkCalls.fit(network, data);
  }

  public static INDArray output(Model network, INDArray features, @Nullable INDArray featuresMask) {
    return NetworkCalls.output(network, features, featuresMask);
  }

  public static INDArray[] outputs(
      Model network, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    return NetworkCalls.outputs(network, features, featuresMasks);
  }

  static void checkInputs(
      int inputs, INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    NetworkCalls.checkInputs(inputs, features, featuresMasks);
  }

  public static int inputCount(Model network) {
    return Network.of(network).inputCount();
  }

  public static int outputCount(Model network) {
    return Network.of(network).outputCount();
  }

  public static double score(Model network, DataSet data) {
    return NetworkCalls.score(network, data);
  }

  public static org.deeplearning4j.nn.conf.layers.@Nullable Layer outputLayer(Model network) {
    return Network.of(network).outputLayer();
  }

  public static void release(Model network) {
    Network.of(Arguments.notNull("network", network)).release();
  }
}
