package io.github.dl4jx.ensembles.stacked.internal;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Networks of one configuration as one {@code MultiLayerNetwork}, of ordinary layers but for the
 * dense ones and the last.
 */
public final class StackedNetwork {

  private final int members;
  private final MultiLayerNetwork network;

  /** Runs of parameters that stay together: [start in a member, length]; in order. */
  private final List<long[]> runs;

  private StackedNetwork(int members, MultiLayerNetwork network, List<long[]> runs) {
    this.members = members;
    this.network = network;
    this.runs = runs;
  }

  /**
   * The wide network, whose parameters are to be put.
   *
   * @param member what all members are made from, a copy that becomes the wide network's
   * @param members how many
   * @param weighted whether the mask of the labels begins with a column of weights for each member
   * @param training whether it is to be trained, so that members differ in what is random
   */
  public static StackedNetwork of(
      MultiLayerConfiguration member, int members, boolean weighted, boolean training) {
    boolean random = training && isRandomBeforeWeights(member);
    if (random) {
      member.getInputPreProcessors().put(0, new RepeatedRows(members));
    }
    return made(member, members, weighted, !random);
  }

  /** The wide network whose input is rows of each member, one member below the other. */
  public static StackedNetwork ofOwnRows(MultiLayerConfiguration member, int members) {
    return made(member, members, false, false);
  }

  private static StackedNetwork made(
      MultiLayerConfiguration member, int members, boolean weighted, boolean sharedInput) {
    boolean shared = sharedInput;
    List<long[]> runs = new ArrayList<>();
    long parameters = 0;
    for (int i = 0; i < member.getConfs().size(); i++) {
      Layer layer = member.getConf(i).getLayer();
      if (!(layer instanceof FeedForwardLayer) || layer.initializer().numParams(layer) == 0) {
        continue;
      }
      FeedForwardLayer dense = (FeedForwardLayer) layer;
      long weights = dense.getNIn() * dense.getNOut();
      long all = layer.initializer().numParams(layer);
      runs.add(new long[] {parameters, weights});
      if (all > weights) {
        runs.add(new long[] {parameters + weights, all - weights});
      }
      parameters += all;
      member
          .getConf(i)
          .setLayer(
              layer instanceof OutputLayer
                  ? new StackedOutputLayer((OutputLayer) layer, members, shared, weighted)
                  : new StackedDenseLayer((DenseLayer) layer, members, shared));
      shared = false;
    }
    MultiLayerNetwork network = new MultiLayerNetwork(member);
    network.init(
        Nd4j.createUninitializedDetached(member.getDataType(), 1, members * parameters), false);
    return new StackedNetwork(members, network, runs);
  }

  private static boolean isRandomBeforeWeights(MultiLayerConfiguration member) {
    for (int i = 0; i < member.getConfs().size(); i++) {
      Layer layer = member.getConf(i).getLayer();
      boolean leaky =
          layer instanceof ActivationLayer
              && ((ActivationLayer) layer).getActivationFn() instanceof ActivationRReLU;
      boolean quiet = layer instanceof ActivationLayer || layer instanceof FeedForwardLayer;
      if (layer.getIDropout() != null || layer instanceof DropoutLayer || leaky || !quiet) {
        return true;
      }
      if (layer instanceof DenseLayer || layer instanceof OutputLayer) {
        return false;
      }
    }
    return false;
  }

  /** {@return whether networks of these configurations can answer as one wide network} */
  public static boolean answerAlike(List<MultiLayerConfiguration> members) {
    MultiLayerConfiguration first = members.get(0);
    return Shape.whyNot(first).isEmpty()
        && members.stream().allMatch(other -> Shape.answersAs(first, other));
  }

  /** {@return the columns of a member's input} */
  public static long inputs(MultiLayerConfiguration member) {
    return member.getConfs().stream()
        .map(NeuralNetConfiguration::getLayer)
        .filter(layer -> layer instanceof DenseLayer || layer instanceof OutputLayer)
        .mapToLong(layer -> ((FeedForwardLayer) layer).getNIn())
        .findFirst()
        .orElseThrow();
  }

  /** {@return another network that computes with the same parameters, for another thread} */
  public MultiLayerNetwork view() {
    MultiLayerNetwork view = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
    view.init(network.params(), false);
    return view;
  }

  /** {@return the wide network} */
  public MultiLayerNetwork network() {
    return network;
  }

  /** Sets a member's parameters, a vector in the order of its own network. */
  public void put(int member, INDArray parameters) {
    INDArray from = parameters.reshape(parameters.length());
    INDArray to = network.params().reshape(network.params().length());
    for (long[] run : runs) {
      inWide(to, member, run).assign(from.get(NDArrayIndex.interval(run[0], run[0] + run[1])));
    }
  }

  /** {@return a member's parameters in memory of their own} */
  public INDArray get(int member) {
    INDArray from = network.params().reshape(network.params().length());
    INDArray to =
        Nd4j.createUninitializedDetached(from.dataType(), network.params().length() / members);
    for (long[] run : runs) {
      to.get(NDArrayIndex.interval(run[0], run[0] + run[1])).assign(inWide(from, member, run));
    }
    return to;
  }

  private INDArray inWide(INDArray wide, int member, long[] run) {
    long start = members * run[0] + member * run[1];
    return wide.get(NDArrayIndex.interval(start, start + run[1]));
  }
}
