package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Small networks, and points in noisy clusters for them to tell apart. */
final class Tasks {

  static final int FEATURES = 20;
  static final int CLASSES = 4;
  static final long SEED = 9;

  private Tasks() {}

  static MultiLayerConfiguration network(int units) {
    return new NeuralNetConfiguration.Builder()
        .activation(Activation.TANH)
        .updater(new Adam(0.01))
        .dropOut(0.9) // its masks follow from the member's seed, too
        .list()
        .layer(new DenseLayer.Builder().nIn(FEATURES).nOut(units).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(units)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /** The same from the same initial weights. */
  static MultiLayerConfiguration seeded(int units) {
    MultiLayerConfiguration conf = network(units);
    conf.getConfs().forEach(layer -> layer.setSeed(SEED));
    return conf;
  }

  static DataSet points(int n, long seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.zeros(DataType.FLOAT, n, FEATURES);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, n, CLASSES);
    for (int i = 0; i < n; i++) {
      int label = i % CLASSES;
      for (int j = 0; j < FEATURES; j++) {
        features.putScalar(i, j, (j % CLASSES == label ? 1 : 0) + random.nextGaussian());
      }
      labels.putScalar(i, label, 1);
    }
    return new DataSet(features, labels);
  }

  /** That all members and their combined answers are the same, bit for bit. */
  static void assertSame(Ensemble one, Ensemble other) {
    assertThat(one.size()).isEqualTo(other.size());
    for (int m = 0; m < one.size(); m++) {
      assertThat(bits(one.member(m).params()))
          .as("parameters of member %s", m + 1)
          .isEqualTo(bits(other.member(m).params()));
    }
    INDArray questions = points(50, 99).getFeatures();
    assertThat(bits(one.output(questions))).isEqualTo(bits(other.output(questions)));
  }

  static int[] bits(INDArray array) {
    float[] numbers = array.dup('c').data().asFloat();
    int[] bits = new int[numbers.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(numbers[i]));
    return bits;
  }
}
