package io.github.dl4jx.benchmarks;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** A network of one hidden layer, by its text: {@code 64-64-10}. */
final class StackedShape {

  /** Columns of the input. */
  final int inputs;

  private final int units;

  /** Columns of the output. */
  final int classes;

  private StackedShape(int inputs, int units, int classes) {
    this.inputs = inputs;
    this.units = units;
    this.classes = classes;
  }

  static StackedShape of(String text) {
    int[] sizes = Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray();
    return new StackedShape(sizes[0], sizes[1], sizes[2]);
  }

  MultiLayerConfiguration configuration(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.RELU)
        .updater(new Adam(1e-3))
        .list()
        .layer(new DenseLayer.Builder().nIn(inputs).nOut(units).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(units)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
