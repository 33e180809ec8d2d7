package io.github.dl4jx.ensembles.train;

import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Three classes that a line tells apart, with features that are whole numbers from 0 to 9 and so
 * the same in every type; what a mask hides has a wrong label.
 */
final class TypedProblem {

  enum Labels {
    ONE_HOT,
    SPARSE,
    MASKED,
    SEQUENCE,
    MASKED_SEQUENCE;

    boolean masked() {
      return this == MASKED || this == MASKED_SEQUENCE;
    }

    boolean sequence() {
      return this == SEQUENCE || this == MASKED_SEQUENCE;
    }
  }

  static final int N = 48;
  static final int BATCH = 24;
  static final int CLASSES = 3;
  static final int FEATURES = 4;
  private static final int STEPS = 2;

  final DataType network;
  final DataType features;
  final Labels labels;
  final DataType labelType;

  TypedProblem(DataType network, DataType features, Labels labels, DataType labelType) {
    this.network = network;
    this.features = features;
    this.labels = labels;
    this.labelType = labelType;
  }

  private int steps() {
    return labels.sequence() ? STEPS : 1;
  }

  private static int truth(int row, int step) {
    return (row + step) % CLASSES;
  }

  private static boolean hidden(int row, int step) {
    return (row + 2 * step) % 5 == 0;
  }

  DataSet data() {
    Random random = new Random(7);
    int steps = steps();
    INDArray x = Nd4j.zeros(DataType.FLOAT, N, FEATURES, steps);
    INDArray y = Nd4j.zeros(DataType.FLOAT, N, labels == Labels.SPARSE ? 1 : CLASSES, steps);
    INDArray mask = Nd4j.ones(DataType.FLOAT, N, steps);
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < steps; t++) {
        int c = truth(i, t);
        for (int f = 0; f < FEATURES; f++) {
          x.putScalar(i, f, t, random.nextInt(4) + (f == c ? 6 : 0));
        }
        boolean wrong = labels.masked() && hidden(i, t);
        int label = wrong ? (c + 1) % CLASSES : c;
        if (labels == Labels.SPARSE) {
          y.putScalar(i, 0, t, label);
        } else {
          y.putScalar(i, label, t, 1);
        }
        mask.putScalar(i, t, wrong ? 0 : 1);
      }
    }
    if (!labels.sequence()) {
      x = x.reshape(N, FEATURES);
      y = y.reshape(N, y.size(1));
    }
    return new DataSet(
        x.castTo(features), y.castTo(labelType), null, labels.masked() ? mask : null);
  }

  MultiLayerConfiguration classifier() {
    return configuration(
        labels == Labels.SPARSE ? new LossSparseMCXENT() : new LossMCXENT(), Activation.SOFTMAX);
  }

  MultiLayerConfiguration regression() {
    return configuration(new LossMSE(), Activation.IDENTITY);
  }

  private MultiLayerConfiguration configuration(ILossFunction loss, Activation activation) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(network)
            .updater(new Sgd(activation == Activation.SOFTMAX ? 0.06 : 0.01))
            .list();
    if (labels.sequence()) {
      return list.layer(
              new RnnOutputLayer.Builder(loss)
                  .dataFormat(RNNFormat.NCW)
                  .activation(activation)
                  .nIn(FEATURES)
                  .nOut(CLASSES)
                  .build())
          .build();
    }
    return list.layer(
            new DenseLayer.Builder().nIn(FEATURES).nOut(8).activation(Activation.LEAKYRELU).build())
        .layer(new OutputLayer.Builder(loss).activation(activation).nIn(8).nOut(CLASSES).build())
        .build();
  }

  /** A last network for stacking. */
  MultiLayerConfiguration last(int inputs) {
    return new NeuralNetConfiguration.Builder()
        .dataType(network)
        .updater(new Sgd(0.05))
        .list()
        .layer(
            new OutputLayer.Builder(new LossMCXENT())
                .activation(Activation.SOFTMAX)
                .nIn(inputs)
                .nOut(CLASSES)
                .build())
        .build();
  }

  /** The share of rows and steps, those that a mask hides too, whose true class is the largest. */
  double accuracy(INDArray output) {
    int steps = steps();
    INDArray p = output.castTo(DataType.DOUBLE).reshape(N, CLASSES, steps);
    int right = 0;
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < steps; t++) {
        boolean largest = true;
        for (int c = 0; c < CLASSES; c++) {
          largest &= p.getDouble(i, c, t) <= p.getDouble(i, truth(i, t), t); // false for NaN
        }
        right += largest ? 1 : 0;
      }
    }
    return right / (double) (N * steps);
  }

  static double largestDifference(INDArray one, INDArray other) {
    return one.castTo(DataType.DOUBLE)
        .sub(other.castTo(DataType.DOUBLE))
        .amaxNumber()
        .doubleValue();
  }

  @Override
  public String toString() {
    return "network " + network + ", features " + features + ", labels " + labels + " " + labelType;
  }
}
