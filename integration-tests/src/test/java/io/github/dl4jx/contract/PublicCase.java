package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** An example or a report of others, tried on a small network; and what such tries share. */
@FunctionalInterface
interface PublicCase {

  /** Throws an AssertionError if it does not come out as expected. */
  void run(File folder) throws Exception;

  static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .activation(Activation.TANH)
        .updater(updater);
  }

  static MultiLayerNetwork net(MultiLayerConfiguration configuration) {
    return Networks.network(configuration);
  }

  static ComputationGraph net(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  static OutputLayer classes(int nIn, int classes) {
    return new OutputLayer.Builder().nIn(nIn).nOut(classes).activation(Activation.SOFTMAX).build();
  }

  static RnnOutputLayer steps(int nIn, int classes) {
    return new RnnOutputLayer.Builder()
        .nIn(nIn)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** 6-8-3, with dropout before the output. */
  static MultiLayerConfiguration classifier(IUpdater updater, @Nullable IDropout dropout) {
    return base(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(6).nOut(8).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(8)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .dropOut(dropout)
                .build())
        .build();
  }

  static INDArray oneHot(int classes, int... ofExamples) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, ofExamples.length, classes);
    for (int i = 0; i < ofExamples.length; i++) {
      labels.putScalar(i, ofExamples[i], 1);
    }
    return labels;
  }

  /** Classes 0, 1, .. in turn, each a cloud of its own. */
  static DataSet clouds(int examples, int features, int classes, long seed) {
    Random random = new Random(seed);
    INDArray x = Nd4j.zeros(DataType.FLOAT, examples, features);
    int[] ofExamples = new int[examples];
    for (int i = 0; i < examples; i++) {
      ofExamples[i] = i % classes;
      for (int j = 0; j < features; j++) {
        x.putScalar(i, j, 0.3 * random.nextGaussian() + (j % classes == i % classes ? 1 : 0));
      }
    }
    return new DataSet(x, oneHot(classes, ofExamples));
  }

  static DataSet images(int examples, int size, int classes, long seed) {
    DataSet data = clouds(examples, size * size, classes, seed);
    data.setFeatures(data.getFeatures().reshape(examples, 1, size, size));
    return data;
  }

  /**
   * Sequences of 2 steps up to all, padded at their ends, with the class at the last real step.
   *
   * @param padding what stands behind the mask
   */
  static DataSet sequences(int examples, int features, int steps, int classes, double padding) {
    Random random = new Random(1);
    INDArray x = Nd4j.valueArrayOf(new long[] {examples, features, steps}, (float) padding);
    INDArray y = Nd4j.zeros(DataType.FLOAT, examples, classes, steps);
    INDArray mask = Nd4j.zeros(DataType.FLOAT, examples, steps);
    INDArray last = Nd4j.zeros(DataType.FLOAT, examples, steps);
    for (int i = 0; i < examples; i++) {
      int length = i == 0 ? steps : 2 + random.nextInt(steps - 1);
      for (int t = 0; t < length; t++) {
        mask.putScalar(i, t, 1);
        for (int j = 0; j < features; j++) {
          double center = j % classes == i % classes ? 1 : 0;
          x.putScalar(new int[] {i, j, t}, center + 0.3 * random.nextGaussian());
        }
      }
      last.putScalar(i, length - 1, 1);
      y.putScalar(new int[] {i, i % classes, length - 1}, 1);
    }
    return new DataSet(x, y, mask, last);
  }

  static DataSetIterator batches(DataSet data, int size) {
    return new ListDataSetIterator<>(data.asList(), size);
  }

  /** All in one batch, as it is. */
  static DataSetIterator whole(DataSet... data) {
    return new ExistingDataSetIterator(List.of(data));
  }

  static void assertSameBits(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).containsExactly(expected.shape());
    assertThat(actual.equalsWithEps(expected, 0.0)).isTrue();
  }

  static void assertNear(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).containsExactly(expected.shape());
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(2e-6);
  }
}
