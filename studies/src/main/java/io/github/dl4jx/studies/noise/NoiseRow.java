package io.github.dl4jx.studies.noise;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.init.RandomWalkInit;
import java.util.List;
import java.util.function.DoubleFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A row of table 1 of Neelakantan et al. 2015: how the deep network begins and is kept in bounds.
 *
 * @param label of the row in the CSV
 * @param text what the row is
 * @param init the weights at the beginning, by the fan-in
 * @param clip threshold of the gradient's global norm, infinite for none
 * @param dropout whether the hidden units are dropped with probability 1/2
 * @param paper the paper's figures in percent: best and average without noise, the same with noise
 *     unless it has none
 */
record NoiseRow(
    String label,
    String text,
    DoubleFunction<IWeightInit> init,
    double clip,
    boolean dropout,
    List<Double> paper) {

  static final int HIDDEN_LAYERS = 20;
  static final int UNITS = 50;

  private static final int EPOCHS = 10;

  /** From zero the noise alone moves the weights, which takes longer. */
  private static final int EPOCHS_FROM_ZERO = 30;

  private static final IWeightInit SIMPLE = normal(0.1);
  private static final IWeightInit ZERO = new WeightInitConstant(0);
  private static final double NO_CLIPPING = Double.POSITIVE_INFINITY;
  private static final double RETAIN = 0.5;

  static final List<NoiseRow> TABLE =
      List.of(
          row("1", "simple init", fanIn -> SIMPLE, NO_CLIPPING, 89.9, 43.1, 96.7, 52.7),
          row("2", "simple init, clip 100", fanIn -> SIMPLE, 100, 90.0, 46.3, 96.7, 52.3),
          row("3", "simple init, clip 10", fanIn -> SIMPLE, 10, 95.7, 51.6, 97.0, 53.6),
          row(
              "4",
              "Sussillo & Abbott, clip 10",
              n -> RandomWalkInit.relu(),
              10,
              97.4,
              92.1,
              97.5,
              92.2),
          row("5", "He et al., clip 10", NoiseRow::he, 10, 97.4, 91.7, 97.2, 91.7),
          row("6", "zero init, clip 10", fanIn -> ZERO, 10, 11.4, 10.1, 94.5, 49.7),
          new NoiseRow(
              "1-dropout",
              "simple init, dropout",
              fanIn -> SIMPLE,
              NO_CLIPPING,
              true,
              List.of(11.3, 10.8)));

  private static NoiseRow row(
      String label, String text, DoubleFunction<IWeightInit> init, double clip, Double... paper) {
    return new NoiseRow(label, text, init, clip, false, List.of(paper));
  }

  private static IWeightInit normal(double deviation) {
    return new WeightInitDistribution(new NormalDistribution(0, deviation));
  }

  /** K. He et al., arXiv 1502.01852. */
  private static IWeightInit he(double fanIn) {
    return normal(Math.sqrt(2.0 / fanIn));
  }

  /** How long a run is; the paper does not say. */
  int epochs() {
    return init.apply(UNITS).equals(ZERO) ? EPOCHS_FROM_ZERO : EPOCHS;
  }

  /** A new network of this row: 784, 20 times 50 ReLU, 10 softmax; biases are 0. */
  MultiLayerNetwork network(long seed, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(seed).updater(updater).list();
    for (int i = 0; i < HIDDEN_LAYERS; i++) {
      layers.layer(
          layer(new DenseLayer.Builder(), i == 0 ? 784 : UNITS, UNITS, i > 0)
              .activation(Activation.RELU)
              .build());
    }
    layers.layer(
        layer(new OutputLayer.Builder(), UNITS, 10, true).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  private <B extends FeedForwardLayer.Builder<B>> B layer(
      B builder, int fanIn, int fanOut, boolean afterHidden) {
    return builder
        .nIn(fanIn)
        .nOut(fanOut)
        .weightInit(init.apply(fanIn))
        .dropOut(afterHidden ? hiddenDropout() : null);
  }

  private @Nullable InvertedDropout hiddenDropout() {
    return dropout ? new InvertedDropout(RETAIN) : null;
  }
}
