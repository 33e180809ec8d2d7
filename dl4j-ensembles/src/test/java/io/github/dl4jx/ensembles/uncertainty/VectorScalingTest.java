package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class VectorScalingTest {

  private static final double[] P = {0.2, 0.5, 0.9};
  private static final int[][] COUNTS = {{3, 5}, {1, 4}, {5, 2}};

  @Test
  void fit_asManyGroupsAsNumbers_givesTheirFrequencies() {
    // ln p, ln(1 - p) and 1 are independent over three values of p, so that the best fit is exact
    CalibrationCases cases = CalibrationCases.groups(P, COUNTS);
    VectorScaling scaling = VectorScaling.fit(cases.labels(), cases.array());
    double[] q =
        scaling
            .apply(CalibrationCases.groups(P, new int[][] {{1, 0}, {1, 0}, {1, 0}}).array())
            .getColumn(0)
            .toDoubleVector();
    assertThat(q).containsExactly(new double[] {3 / 8.0, 1 / 5.0, 5 / 7.0}, within(1e-7));
  }

  @Test
  void fit_fourClasses_itsGradientIsZero() {
    CalibrationCases cases = CalibrationCases.drawn(500, 4, 2.5, 1);
    VectorScaling scaling = VectorScaling.fit(cases.labels(), cases.array());
    double[][] q = scaling.apply(cases.array()).toDoubleMatrix();
    for (int k = 0; k < 4; k++) {
      double byWeight = 0;
      double byBias = 0;
      for (int i = 0; i < 500; i++) {
        double difference = q[i][k] - (cases.classes[i] == k ? 1 : 0);
        byWeight += difference * Math.log(cases.probabilities[i][k]) / 500;
        byBias += difference / 500;
      }
      assertThat(byWeight).isCloseTo(0, within(1e-8));
      assertThat(byBias).isCloseTo(0, within(1e-8));
    }
    assertThat(scaling.biases()[0] + scaling.biases()[1] + scaling.biases()[2])
        .isCloseTo(-scaling.biases()[3], within(1e-9));
  }

  @Test
  void fit_oneTemperatureForAll_isBetterByTheNll() {
    CalibrationCases cases = CalibrationCases.drawn(500, 4, 2.5, 2);
    INDArray labels = cases.labels();
    double byOne =
        ClassificationScores.of(
                labels, TemperatureScaling.fit(labels, cases.array()).apply(cases.array()))
            .nll();
    double byVector =
        ClassificationScores.of(
                labels, VectorScaling.fit(labels, cases.array()).apply(cases.array()))
            .nll();
    assertThat(byVector).isLessThan(byOne).isGreaterThan(byOne - 0.02);
  }

  @Test
  void fit_saturatedProbabilities_areScaled() {
    // 1 and 0 in single precision, and some of them wrong: as with a network that is too sure
    CalibrationCases cases = CalibrationCases.drawn(2000, 3, 80, 3);
    INDArray labels = cases.labels();
    INDArray p = cases.array().castTo(DataType.FLOAT);
    INDArray q = VectorScaling.fit(labels, p).apply(p);
    assertThat(q.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(ClassificationScores.of(labels, q).nll())
        .isLessThanOrEqualTo(
            ClassificationScores.of(labels, TemperatureScaling.fit(labels, p).apply(p)).nll()
                + 1e-6);
  }

  @Test
  void fit_mask_leavesOutSteps() {
    CalibrationCases cases = CalibrationCases.groups(P, COUNTS);
    int n = cases.classes.length;
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 1, 2, n + 1);
    INDArray p = Nd4j.zeros(DataType.DOUBLE, 1, 2, n + 1);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 1, n + 1).putScalar(0, n, 0);
    for (int t = 0; t < n; t++) {
      labels.putScalar(0, cases.classes[t], t, 1);
      p.putScalar(0, 0, t, cases.probabilities[t][0]);
      p.putScalar(0, 1, t, cases.probabilities[t][1]);
    }
    assertThat(VectorScaling.fit(labels, p, mask))
        .isEqualTo(VectorScaling.fit(cases.labels(), cases.array()));
  }

  @Test
  void fit_ensembleAndBatches_equalsTheWholeOutput() {
    DataSet all = TestNetworks.rings(90, 1);
    MultiLayerNetwork net = TestNetworks.network(3);
    for (int i = 0; i < 50; i++) {
      net.fit(all);
    }
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(net, TestNetworks.network(4)))) {
      VectorScaling whole = VectorScaling.fit(all.getLabels(), ensemble.output(all.getFeatures()));
      VectorScaling batches =
          VectorScaling.fit(ensemble, new ListDataSetIterator<>(all.asList(), 25));
      assertThat(batches.weights()).containsExactly(whole.weights(), within(1e-3));
    }
  }

  @Test
  void fit_classThatNeverOccurs_isRefused() {
    CalibrationCases cases =
        CalibrationCases.groups(new double[] {0.4, 0.6}, new int[][] {{3, 0}, {4, 0}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.fit(cases.labels(), cases.array()))
        .withMessageStartingWith("labels must have every class")
        .withMessageEndingWith("got none of class 1 in 7");
  }

  @Test
  void fit_allRight_isRefused() {
    CalibrationCases cases =
        CalibrationCases.groups(new double[] {0.4, 0.6}, new int[][] {{0, 3}, {4, 0}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.fit(cases.labels(), cases.array()))
        .withMessageEndingWith("infinite weights are the best, got 7 right of 7");
  }

  @Test
  void apply_byHand_isTheProductOfPowers() {
    // w (2, 1), b (ln 3, 0): p = 1/3 gives 3 * 1/9 against 2/3
    VectorScaling scaling = VectorScaling.of(new double[] {2, 1}, new double[] {Math.log(3), 0});
    INDArray p = Nd4j.createFromArray(new double[][] {{1 / 3.0, 2 / 3.0}, {0, 1}});
    INDArray q = scaling.apply(p);
    assertThat(q.getRow(0).toDoubleVector())
        .containsExactly(new double[] {1 / 3.0, 2 / 3.0}, within(1e-15));
    assertThat(q.getDouble(1, 0)).isBetween(0.0, 1e-70);
    assertThat(p.getDouble(1, 1)).isEqualTo(1);
  }

  @Test
  void apply_onesAndZeros_changesNothing() {
    INDArray p = CalibrationCases.drawn(20, 3, 1, 5).array();
    INDArray q = VectorScaling.of(new double[] {1, 1, 1}, new double[3]).apply(p);
    assertThat(q.sub(p).amaxNumber().doubleValue()).isLessThan(1e-15);
  }

  @Test
  void apply_sequences_keepShape() {
    INDArray p = Nd4j.createFromArray(0.9f, 0.5f, 0.8f, 0.1f, 0.5f, 0.2f).reshape(1, 2, 3);
    INDArray q = VectorScaling.of(new double[] {0.5, 0.5}, new double[2]).apply(p.dup('f'));
    assertThat(q.slice(0).getRow(0).toDoubleVector())
        .containsExactly(new double[] {0.75, 0.5, 2 / 3.0}, within(1e-6));
  }

  @Test
  void apply_otherClasses_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> VectorScaling.of(new double[] {1, 1}, new double[2]).apply(Nd4j.ones(2, 3)))
        .withMessageContaining("must have the shape [examples, 2]")
        .withMessageEndingWith("got [2, 3]");
  }

  @Test
  void parse_text_isTheSame() {
    VectorScaling scaling =
        VectorScaling.of(new double[] {1.5, -4.9e-324}, new double[] {-0.1, 1e21});
    assertThat(scaling).hasToString("vector(1.5,-4.9E-324;-0.1,1.0E21)");
    assertThat(VectorScaling.parse(scaling.toString()))
        .isEqualTo(scaling)
        .hasSameHashCodeAs(scaling);
    assertThat(scaling)
        .isNotEqualTo(VectorScaling.of(new double[] {1.5, 0}, new double[] {-0.1, 1e21}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vector()",
        "vector(1,1)",
        "vector(1,x;0,0)",
        "vector(1,1;0,0;1,1)",
        "1,1;0,0"
      })
  void parse_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.parse(text))
        .withMessage("text must be such as vector(1.5,0.9;0.1,-0.1), got " + text);
  }

  @Test
  void of_badNumbers_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.of(new double[] {1}, new double[] {0}))
        .withMessage("weights must be at least 2, one for each class, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.of(new double[] {1, 1}, new double[3]))
        .withMessage("biases must be as many as weights, 2, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorScaling.parse("vector(1,1E999;0,0)"))
        .withMessage("weights must be finite, got Infinity");
  }
}
