package io.github.dl4jx.studies.dropout;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.regularizers.constraint.MaxNorm;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * A network of ReLU in table 2 of N. Srivastava et al. 2014, or the same without dropout.
 *
 * @param layers number of hidden layers
 * @param units in each of them
 * @param dropout of inputs and hidden units
 * @param maxNorm whether the norm of a unit's incoming weights is bounded
 * @param rate learning rate in the first step. With dropout of 0.01, 0.02, 0.05 and 0.1 the best
 *     after 40 epochs on 50,000 training examples, on the last 10,000 ({@code -Dstudy.choose});
 *     without of 0.02 to 0.2 after 5 epochs on 20,000
 * @param error the paper's test error, in percent; NaN if it has none
 */
record DropoutRow(
    int layers, int units, boolean dropout, boolean maxNorm, double rate, double error) {

  static final List<DropoutRow> TABLE =
      List.of(
          new DropoutRow(3, 1024, false, false, 0.05, Double.NaN),
          new DropoutRow(3, 1024, true, false, 0.02, 1.25),
          new DropoutRow(3, 1024, true, true, 0.02, 1.06));

  /**
   * The learning rate of each network on few examples: of 0.02, 0.05, 0.1 and 0.2 the best after 30
   * epochs on 5,000, on the last 10,000.
   */
  static final double FEW_RATE = 0.05;

  // The paper's, from its appendix B.1.
  static final double INPUT_RETAIN = 0.8;
  static final double HIDDEN_RETAIN = 0.5;
  static final double MOMENTUM = 0.95;
  static final double MAX_NORM = 2;

  /** Of which {@code -Dstudy.choose} takes each. */
  static final List<Double> RATES = List.of(0.01, 0.02, 0.05, 0.1);

  /** The same with another learning rate. */
  DropoutRow withRate(double other) {
    return new DropoutRow(layers, units, dropout, maxNorm, other, Double.NaN);
  }

  String label() {
    return String.format(
        Locale.ROOT,
        "%d x %d ReLU%s%s",
        layers,
        units,
        dropout ? ", dropout" : "",
        maxNorm ? ", max-norm" : "");
  }

  private @Nullable InvertedDropout retaining(double p) {
    return dropout ? new InvertedDropout(p) : null;
  }

  /**
   * The network, not trained yet.
   *
   * @param seed of its initial weights and masks
   * @param steps in which the learning rate falls to 0
   */
  MultiLayerNetwork network(long seed, int steps) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .updater(
                new Nesterovs(CosineAnnealingSchedule.once(ITERATION, rate, 0, steps), MOMENTUM));
    if (maxNorm) {
      builder.constrainWeights(new MaxNorm(MAX_NORM));
    }
    NeuralNetConfiguration.ListBuilder list = builder.list();
    int inputs = 784;
    for (int layer = 0; layer < layers; layer++) {
      double p = layer == 0 ? INPUT_RETAIN : HIDDEN_RETAIN;
      list.layer(new DenseLayer.Builder().nIn(inputs).nOut(units).dropOut(retaining(p)).build());
      inputs = units;
    }
    list.layer(
        new OutputLayer.Builder()
            .nIn(inputs)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .weightInit(WeightInit.XAVIER)
            .dropOut(retaining(HIDDEN_RETAIN))
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }
}
