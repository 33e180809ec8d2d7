package io.github.dl4jx.benchmarks.arbiter;

import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What both search: ten clusters that overlap, a small network, four settings that do not change
 * what a training costs, the loss on data that was not trained on.
 */
final class Problem {

  static final int BATCH = 50;
  static final double[] RATE = {1e-6, 10};
  static final double[] L2 = {1e-6, 10};
  static final double[] DEVIATION = {1e-3, 10};
  static final double[] MOMENTUM = {0, 0.99};

  private static final int INPUTS = 40;
  private static final int CLASSES = 10;
  private static final int HIDDEN = 64;

  static final DataSet TRAIN = data(600, 1);
  static final DataSet VALIDATION = data(1000, 2);

  private Problem() {}

  private static DataSet data(int examples, long seed) {
    Random means = new Random(0);
    float[][] centres = new float[CLASSES][INPUTS];
    for (float[] centre : centres) {
      for (int j = 0; j < INPUTS; j++) {
        centre[j] = (float) (0.4 * means.nextGaussian());
      }
    }
    Random random = new Random(seed);
    float[][] x = new float[examples][INPUTS];
    float[][] y = new float[examples][CLASSES];
    for (int i = 0; i < examples; i++) {
      int label = random.nextInt(CLASSES);
      y[i][label] = 1;
      for (int j = 0; j < INPUTS; j++) {
        x[i][j] = (float) (centres[label][j] + random.nextGaussian());
      }
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  /** A network; the deviation is that of its initial weights. */
  static MultiLayerConfiguration configuration(
      double rate, double l2, double deviation, double momentum, long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.RELU)
        .weightInit(new NormalDistribution(0, deviation))
        .updater(new Nesterovs(rate, momentum))
        .l2(l2)
        .list()
        .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(HIDDEN).build())
        .layer(
            new OutputLayer.Builder()
                .activation(Activation.SOFTMAX)
                .nIn(HIDDEN)
                .nOut(CLASSES)
                .build())
        .build();
  }

  /** The cross-entropy, without the penalty, which is searched. */
  static double loss(MultiLayerNetwork net) {
    INDArray probabilities = net.output(VALIDATION.getFeatures());
    INDArray logarithms = Transforms.log(probabilities.addi(1e-30), false);
    return -logarithms.muli(VALIDATION.getLabels()).sumNumber().doubleValue()
        / VALIDATION.numExamples();
  }
}
