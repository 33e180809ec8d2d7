package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** What the trials train: dense layers of ReLU on MNIST, and a softmax. */
final class Networks {

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;

  private Networks() {}

  /** With initial weights that suit ReLU. */
  static MultiLayerConfiguration dense(long seed, IUpdater updater, int... hidden) {
    return dense(seed, updater, new WeightInitRelu(), 1, 1, hidden);
  }

  /** The same with dropout, whose probabilities are those of retaining. */
  static MultiLayerConfiguration dropout(
      long seed, IUpdater updater, double inputs, double units, int... hidden) {
    return dense(seed, updater, new WeightInitRelu(), inputs, units, hidden);
  }

  /** With initial weights of one deviation, whatever the layer. */
  static MultiLayerConfiguration simple(
      long seed, IUpdater updater, double deviation, int... hidden) {
    IWeightInit init = new WeightInitDistribution(new NormalDistribution(0, deviation));
    return dense(seed, updater, init, 1, 1, hidden);
  }

  private static MultiLayerConfiguration dense(
      long seed, IUpdater updater, IWeightInit init, double inputs, double units, int... hidden) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(init)
            .activation(Activation.RELU)
            .updater(updater)
            .list();
    int in = PIXELS;
    double retain = inputs;
    for (int width : hidden) {
      layers.layer(new DenseLayer.Builder().nIn(in).nOut(width).dropOut(retaining(retain)).build());
      in = width;
      retain = units;
    }
    return layers
        .layer(
            new OutputLayer.Builder()
                .nIn(in)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .dropOut(retaining(retain))
                .build())
        .build();
  }

  private static @Nullable InvertedDropout retaining(double probability) {
    return probability < 1 ? new InvertedDropout(probability) : null;
  }

  /** A number of layers of the same width. */
  static int[] layers(int count, int width) {
    int[] hidden = new int[count];
    Arrays.fill(hidden, width);
    return hidden;
  }

  /** Trains a new network. */
  static MultiLayerNetwork trained(
      MultiLayerConfiguration configuration,
      DataSet data,
      int batch,
      int epochs,
      TrainingListener... listeners) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    net.setListeners(listeners);
    long seed = configuration.getConf(0).getSeed();
    net.fit(new ResumableIterator(data, batch, seed).reusingBatches(), epochs);
    return net;
  }

  /** The first examples of some data. */
  static DataSet first(int examples, DataSet data) {
    return (DataSet) data.getRange(0, examples);
  }
}
