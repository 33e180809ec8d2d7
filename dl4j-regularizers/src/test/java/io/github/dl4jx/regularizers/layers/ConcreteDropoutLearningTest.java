package io.github.dl4jx.regularizers.layers;

import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Which probability is learned, where it can be known: linear regression of {@code y = signal * sum
 * of x} on ten inputs, each 1 or -1, in all 1024 combinations.
 *
 * <p>The inputs are uncorrelated and the masks independent, so that, with the moments of the mask
 * {@code m1 = E[m] / p} and {@code m2 = E[m^2] / p^2}, the expected loss of equal weights v is
 *
 * <pre>{@code
 * J(v, p) = n (signal^2 - 2 signal v m1 + v^2 m2) + w n v^2 / p + d n (p ln p + (1 - p) ln(1 - p))
 * }</pre>
 *
 * <p>smallest for {@code v = signal m1 / (m2 + w / p)}; the best p is searched for. It is close to
 * that of a hard mask, {@code m1 = 1} and {@code m2 = 1/p}, which solves {@code d logit(p) =
 * signal^2 / (1 + w)}.
 */
class ConcreteDropoutLearningTest {

  private static final int INPUTS = 10;
  private static final int ROWS = 1 << INPUTS;
  private static final double TEMPERATURE = 0.1;

  private static double bestP(double signal, double w, double d) {
    double best = 0;
    double least = Double.MAX_VALUE;
    for (int i = 100; i < 1000; i++) {
      double p = i / 1000.0;
      Moments m = Moments.of(p, TEMPERATURE);
      double m1 = m.mean / p;
      double m2 = m.square / (p * p);
      double loss =
          signal * signal * (1 - m1 * m1 / (m2 + w / p))
              + d * (p * Math.log(p) + (1 - p) * Math.log(1 - p));
      if (loss < least) {
        least = loss;
        best = p;
      }
    }
    return best;
  }

  private static DataSet data(double signal) {
    INDArray features = Nd4j.create(ROWS, INPUTS);
    INDArray labels = Nd4j.create(ROWS, 1);
    for (int row = 0; row < ROWS; row++) {
      int sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        int x = (row >> i & 1) == 1 ? 1 : -1;
        features.putScalar(row, i, x);
        sum += x;
      }
      labels.putScalar(row, 0, signal * sum);
    }
    return new DataSet(features, labels);
  }

  /**
   * With inputs that matter more is retained; with nearly irrelevant ones the entropy wins and p
   * tends to 1/2; with half of d, that is twice the data, more is retained. The probability learned
   * keeps moving by about the last learning rate times p (1 - p), far below the tolerance.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.001, 0.5", "0.1, 0.001, 0.5", "1, 0.001, 0.25", "1, 0.3, 0.5"})
  void fit_linearRegression_learnsTheBestProbability(double signal, double w, double d) {
    double best = bestP(signal, w, d);
    double ofHardMask = 1 / (1 + Math.exp(-signal * signal / (d * (1 + w))));
    assertThat(best).isCloseTo(ofHardMask, within(0.02));
    DenseLayer linear = new DenseLayer.Builder().nOut(1).activation(Activation.IDENTITY).build();
    MultiLayerNetwork net =
        network(
            new Adam(0.02),
            InputType.feedForward(INPUTS),
            ConcreteDropout.around(linear)
                .initialP(0.7)
                .temperature(TEMPERATURE)
                .weightRegularizer(w)
                .dropoutRegularizer(d)
                .seed(7)
                .build(),
            new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    DataSet data = data(signal);
    for (int step = 0; step < 650; step++) {
      if (step == 500) {
        net.setLearningRate(0.002);
      }
      net.fit(data);
    }
    assertThat(ConcreteDropout.retainProbability(net.getLayer(0))).isCloseTo(best, within(0.015));
  }
}
