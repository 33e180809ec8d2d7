package io.github.dl4jx.regularizers.dropout;

import static io.github.dl4jx.regularizers.SmallNetworks.gradientsAgree;
import static io.github.dl4jx.regularizers.SmallNetworks.maskedSequences;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static io.github.dl4jx.regularizers.SmallNetworks.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class LockedDropoutTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static INDArray apply(LockedDropout dropout, INDArray x, int iteration) {
    return dropout.applyDropout(x, x.ulike(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  private static Layer lstm(int units, double p) {
    return new LSTM.Builder().nOut(units).dropOut(new LockedDropout(p)).build();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, c", "FLOAT, f", "DOUBLE, c", "DOUBLE, f"})
  void applyDropout_sequence_hasTheMaskOfThePlainCaseAtEveryStep(DataType type, char order) {
    INDArray x = Nd4j.rand(type, 5, 7, 4).addi(1).dup(order);
    INDArray y = apply(new LockedDropout(0.4, 7), x, 3);
    INDArray plain = Nd4j.ones(x.dataType(), 5, 7);
    new InvertedDropout(0.4, 7).applyDropout(plain, plain, 3, 0, LayerWorkspaceMgr.noWorkspaces());
    for (int b = 0; b < 5; b++) {
      for (int f = 0; f < 7; f++) {
        for (int t = 0; t < 4; t++) {
          assertThat(y.getDouble(b, f, t))
              .isCloseTo(x.getDouble(b, f, t) * plain.getDouble(b, f), within(1e-6));
        }
      }
    }
    assertThat(plain.meanNumber().doubleValue()).isBetween(0.1, 2.4); // neither all nor none
  }

  @Test
  void applyDropout_retainHalfOfOnes_isZeroOrTwoForAWholeSequence() {
    INDArray y = apply(new LockedDropout(0.5, 1), Nd4j.ones(DataType.FLOAT, 2, 3, 4), 0);
    for (int b = 0; b < 2; b++) {
      for (int f = 0; f < 3; f++) {
        double first = y.getDouble(b, f, 0);
        assertThat(first).isIn(0.0, 2.0);
        for (int t = 1; t < 4; t++) {
          assertThat(y.getDouble(b, f, t)).isEqualTo(first);
        }
      }
    }
  }

  /** A batch of 10^5 examples is 10^5 masks. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void applyDropout_manyMasks_haveTheMeanOfTheTestTimeActivation(double p) {
    int masks = 100_000;
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2}, {3, 4}, {0.5, 7}}).reshape(1, 3, 2);
    INDArray mean = apply(new LockedDropout(p, 5), x.repeat(0, masks), 0).mean(0);
    for (int f = 0; f < 3; f++) {
      for (int t = 0; t < 2; t++) {
        double expected = x.getDouble(0, f, t);
        // 6 standard errors; one of 6 means is beyond with chance 6 * 2e-9
        assertThat(mean.getDouble(f, t))
            .isCloseTo(expected, within(6 * Math.abs(expected) * Math.sqrt((1 - p) / p / masks)));
      }
    }
  }

  @Test
  void applyDropout_oneExampleAfterAnother_drawsMasksOfTheirOwn() {
    INDArray y = apply(new LockedDropout(0.5, 1), Nd4j.ones(DataType.FLOAT, 2, 64, 3), 0);
    assertThat(y.slice(0)).isNotEqualTo(y.slice(1));
  }

  @Test
  void backprop_throughLstms_agreesWithNumericGradient() {
    LockedDropout shared = new LockedDropout(0.5);
    MultiLayerNetwork net =
        network(
            InputType.recurrent(6),
            new LSTM.Builder().nOut(5).dropOut(shared).build(),
            new SimpleRnn.Builder().nOut(4).dropOut(shared).build(),
            sequenceOutput());
    assertThat(gradientsAgree(net, maskedSequences())).isTrue();
  }

  @Test
  void backprop_throughDl4jsDropoutLayer_agreesWithNumericGradient() {
    MultiLayerNetwork net =
        network(
            InputType.recurrent(6),
            lstm(5, 0.5),
            new DropoutLayer.Builder(new LockedDropout(0.5, 3)).build(),
            sequenceOutput());
    assertThat(gradientsAgree(net, sequences())).isTrue();
  }

  @Test
  void fit_lstm_learns() {
    MultiLayerNetwork net =
        network(
            new Adam(0.02), InputType.recurrent(6), lstm(8, 0.9), lstm(8, 0.9), sequenceOutput());
    DataSet data = maskedSequences();
    double before = net.score(data);
    for (int step = 0; step < 100; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before / 2);
  }

  @Test
  void fit_truncatedBackpropThroughTime_learnsSegmentBySegment() {
    MultiLayerNetwork net =
        network(new Adam(0.02), InputType.recurrent(6), lstm(8, 0.9), sequenceOutput());
    net.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    net.getLayerWiseConfigurations().setTbpttFwdLength(2);
    net.getLayerWiseConfigurations().setTbpttBackLength(2);
    DataSet data = sequences();
    double before = net.score(data);
    for (int step = 0; step < 50; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before);
    assertThat(net.getIterationCount()).isEqualTo(150); // 5 steps are 3 segments
  }

  @Test
  void backprop_permutedShape_isRefused() {
    LockedDropout dropout = new LockedDropout(0.5);
    apply(dropout, Nd4j.ones(DataType.FLOAT, 2, 3, 4), 0);
    INDArray gradient = Nd4j.ones(DataType.FLOAT, 2, 4, 3);
    assertThatIllegalStateException()
        .isThrownBy(() -> dropout.backprop(gradient, gradient, 0, 0))
        .withMessageContaining("[2, 3, 4], got [2, 4, 3]");
  }

  @Test
  void applyDropout_images_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(new LockedDropout(0.5), Nd4j.ones(2, 3, 4, 4), 0))
        .withMessage(
            "activations must be [batch, features, time] or [batch, features],"
                + " got shape [2, 3, 4, 4]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockedDropout(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }
}
