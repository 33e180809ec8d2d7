package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class IsotonicCalibrationTest {

  private static double[] ofFirst(IsotonicCalibration calibration, double... p) {
    double[][] rows = new double[p.length][];
    for (int i = 0; i < p.length; i++) {
      rows[i] = new double[] {p[i], 1 - p[i]};
    }
    return calibration.apply(Nd4j.createFromArray(rows)).getColumn(0).toDoubleVector();
  }

  /** p of 1/8, 2/8, .. 6/8 with the labels 0 1 0 1 1 0: blocks 0; 1/2 of two; 2/3 of three. */
  private static IsotonicCalibration byHand() {
    CalibrationCases cases =
        CalibrationCases.groups(
            new double[] {0.125, 0.25, 0.375, 0.5, 0.625, 0.75},
            new int[][] {{0, 1}, {1, 0}, {0, 1}, {1, 0}, {1, 0}, {0, 1}});
    return IsotonicCalibration.fit(cases.labels(), cases.array());
  }

  @Test
  void fit_sixExamples_poolsThoseThatFall() {
    assertThat(ofFirst(byHand(), 0.125, 0.25, 0.375, 0.5, 0.625, 0.75))
        .containsExactly(new double[] {0, 0.5, 0.5, 2 / 3.0, 2 / 3.0, 2 / 3.0}, within(1e-15));
  }

  @Test
  void apply_betweenAndOutsideOfBlocks_isLinearAndConstant() {
    // halfway from 1/8 to 2/8, and from 3/8 to 4/8
    assertThat(ofFirst(byHand(), 0, 0.1875, 0.4375, 1))
        .containsExactly(new double[] {0, 0.25, (0.5 + 2 / 3.0) / 2, 2 / 3.0}, within(1e-15));
  }

  @Test
  void fit_equalProbabilities_haveTheirMean() {
    CalibrationCases cases =
        CalibrationCases.groups(new double[] {0.25, 0.75}, new int[][] {{1, 3}, {2, 3}});
    IsotonicCalibration calibration = IsotonicCalibration.fit(cases.labels(), cases.array());
    assertThat(ofFirst(calibration, 0.25, 0.75))
        .containsExactly(new double[] {0.25, 0.4}, within(1e-15));
    assertThat(calibration).hasToString("isotonic(0.25,0.75;0.25,0.4;0.25,0.75;0.6,0.75)");
  }

  @Test
  void fit_cascade_poolsBackToTheFirst() {
    // frequencies 2/3, 1/2, 0: each pools with all before, 3 of 6
    CalibrationCases cases =
        CalibrationCases.groups(
            new double[] {0.25, 0.5, 0.75}, new int[][] {{2, 1}, {1, 1}, {0, 1}});
    IsotonicCalibration calibration = IsotonicCalibration.fit(cases.labels(), cases.array());
    assertThat(ofFirst(calibration, 0.25, 0.5, 0.75))
        .containsExactly(new double[] {0.5, 0.5, 0.5}, within(1e-15));
  }

  @Test
  void apply_threeClasses_isScaledToOne() {
    // f_0: 0.25 -> 0, 0.5 -> 1; f_1: 0.25 -> 0, 0.5 -> 1/2 (one of two); f_2: 0.25 -> 1/3
    INDArray p =
        Nd4j.createFromArray(
            new double[][] {{0.5, 0.25, 0.25}, {0.25, 0.5, 0.25}, {0.25, 0.5, 0.25}});
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    INDArray q = IsotonicCalibration.fit(labels, p).apply(p);
    assertThat(q.getRow(0).toDoubleVector())
        .containsExactly(new double[] {0.75, 0, 0.25}, within(1e-15));
    assertThat(q.getRow(1).toDoubleVector())
        .containsExactly(new double[] {0, 0.6, 0.4}, within(1e-15));
  }

  @Test
  void apply_allZero_isEven() {
    IsotonicCalibration calibration = IsotonicCalibration.parse("isotonic(0.5;0;0.5;0)");
    assertThat(ofFirst(calibration, 0.2)).containsExactly(0.5);
  }

  @Test
  void fit_sharpenedProbabilities_areCalibrated() {
    CalibrationCases cases = CalibrationCases.drawn(6000, 3, 3, 4);
    CalibrationCases fitted = cases.rows(0, 3000);
    CalibrationCases others = cases.rows(3000, 6000);
    IsotonicCalibration calibration = IsotonicCalibration.fit(fitted.labels(), fitted.array());
    ClassificationScores before = ClassificationScores.of(others.labels(), others.array());
    ClassificationScores after =
        ClassificationScores.of(others.labels(), calibration.apply(others.array()));
    assertThat(before.ece()).isGreaterThan(0.1);
    assertThat(after.ece()).isLessThan(before.ece() / 2);
    assertThat(after.classWiseEce()).isLessThan(before.classWiseEce() / 2);
  }

  @Test
  void fit_mask_leavesOutSteps() {
    INDArray p = Nd4j.createFromArray(0.25, 0.75, 0.5, 0.75, 0.25, 0.5).reshape(1, 2, 3);
    INDArray labels = Nd4j.createFromArray(0.0, 1, 0, 1, 0, 0).reshape(1, 2, 3);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}});
    assertThat(IsotonicCalibration.fit(labels, p, mask))
        .hasToString("isotonic(0.25,0.75;0.0,1.0;0.25,0.75;0.0,1.0)");
  }

  @Test
  void fit_ensembleAndBatches_calibratesTheWholeOutput() {
    DataSet all = TestNetworks.rings(90, 1);
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(TestNetworks.network(3)))) {
      INDArray p = ensemble.output(all.getFeatures());
      INDArray whole = IsotonicCalibration.fit(all.getLabels(), p).apply(p);
      INDArray batches =
          IsotonicCalibration.fit(ensemble, new ListDataSetIterator<>(all.asList(), 90)).apply(p);
      assertThat(batches).isEqualTo(whole);
    }
  }

  @Test
  void apply_singlePrecision_keepsShapeAndType() {
    INDArray p = Nd4j.createFromArray(0.25f, 0.75f, 0.75f, 0.25f).reshape(1, 2, 2);
    INDArray q = IsotonicCalibration.parse("isotonic(0.25,0.75;0,0.5;0.25,0.75;0.5,1)").apply(p);
    assertThat(q.shape()).containsExactly(1, 2, 2);
    assertThat(q.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(q.getDouble(0, 0, 0)).isZero();
    assertThat(q.getDouble(0, 0, 1)).isEqualTo(0.5);
  }

  @Test
  void apply_otherClasses_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> byHand().apply(Nd4j.ones(2, 3)))
        .withMessageContaining("must have the shape [examples, 2]");
  }

  @Test
  void parse_text_isTheSame() {
    IsotonicCalibration calibration = byHand();
    assertThat(IsotonicCalibration.parse(calibration.toString()))
        .isEqualTo(calibration)
        .hasSameHashCodeAs(calibration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "isotonic()",
        "isotonic(0.5;0.5)",
        "isotonic(0.5;0.5;0.5)",
        "isotonic(0.5,0.4;0,1;0;0)",
        "isotonic(0.4,0.5;1,0;0;0)",
        "isotonic(0.5;2;0.5;0)",
        "isotonic(0.5;-1;0.5;0)",
        "isotonic(1E999;1;0.5;0)"
      })
  void parse_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IsotonicCalibration.parse(text))
        .withMessage("text must be such as isotonic(0.1,0.9;0.2,0.7;0.1,0.9;0.3,0.8), got " + text);
  }
}
