package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ClassificationScoresTest {

  private static final INDArray LABELS =
      Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}});
  private static final INDArray PROBABILITIES =
      Nd4j.createFromArray(
          new double[][] {{0.8, 0.1, 0.1}, {0.3, 0.6, 0.1}, {0.5, 0.3, 0.2}, {0.9, 0.05, 0.05}});

  @Test
  void of_fourExamples_areAsByHand() {
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES);
    assertThat(scores.accuracy()).isEqualTo(0.75);
    assertThat(scores.nll())
        .isCloseTo(
            -(Math.log(0.8) + Math.log(0.6) + Math.log(0.2) + Math.log(0.9)) / 4, within(1e-12));
    // 0.04+0.01+0.01, 0.09+0.16+0.01, 0.25+0.09+0.64, 0.01+0.0025+0.0025
    assertThat(scores.brier()).isCloseTo((0.06 + 0.26 + 0.98 + 0.015) / 4, within(1e-12));
    // every confidence has a bin of its own: 0.2, 0.4, 0.5 and 0.1 away
    assertThat(scores.ece()).isCloseTo((0.2 + 0.4 + 0.5 + 0.1) / 4, within(1e-12));
  }

  @Test
  void ece_oneBin_isTheDifferenceOfTheMeans() {
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES, 1);
    assertThat(scores.ece()).isCloseTo(Math.abs(0.75 - (0.8 + 0.6 + 0.5 + 0.9) / 4), within(1e-12));
  }

  @Test
  void ece_confidenceOnAnEdge_belongsToTheLowerBin() {
    // with 2 bins 0.5 falls into (0, 0.5] and 1.0 into (0.5, 1]: |0 - 0.5|/2 + |1 - 1|/2
    INDArray labels = Nd4j.createFromArray(new double[][] {{0, 1}, {1, 0}});
    INDArray p = Nd4j.createFromArray(new double[][] {{0.5, 0.5}, {1, 0}});
    assertThat(ClassificationScores.of(labels, p, 2).ece()).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void furtherScores_fourExamples_areAsByHand() {
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES);
    // one example in each bin: 0.2, 0.4, 0.5 and 0.1 away
    assertThat(scores.adaptiveEce()).isCloseTo((0.2 + 0.4 + 0.5 + 0.1) / 4, within(1e-12));
    assertThat(scores.mce()).isCloseTo(0.5, within(1e-12));
    // the one that is wrong is the least confident: errors 0, 0, 0 and 1 of 4
    assertThat(scores.aurc()).isCloseTo(1 / 16.0, within(1e-12));
    assertThat(scores.toString()).contains("adaptiveEce=0.3", "mce=0.5", "aurc=0.0625");
  }

  @Test
  void adaptiveEce_twoBins_comparesTheHalves() {
    // 0.5 (wrong) and 0.6 (right), 0.8 and 0.9 (right)
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES, 2);
    assertThat(scores.adaptiveEce())
        .isCloseTo((Math.abs(1 - 1.1) + Math.abs(2 - 1.7)) / 4, within(1e-12));
  }

  @Test
  void classWiseEce_twoBins_isTheMeanOverTheClasses() {
    // class 0: 0.3 and 0.5 below, of which none is one: 0.8; 0.8 and 0.9 above, both: 0.3
    // class 1: 0.1, 0.3 and 0.05 below: 0.45; 0.6 above: 0.4
    // class 2: all below, one of four, sum 0.45: 0.55
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES, 2);
    assertThat(scores.classWiseEce())
        .isCloseTo((0.8 + 0.3 + 0.45 + 0.4 + 0.55) / 4 / 3, within(1e-12));
    assertThat(scores.toString()).contains("classWiseEce=0.2083");
  }

  @Test
  void classWiseEce_oneBin_comparesTheFrequencies() {
    // class 0: 2 of 4 against 2.5; class 1: 1 against 1.05; class 2: 1 against 0.45
    ClassificationScores scores = ClassificationScores.of(LABELS, PROBABILITIES, 1);
    assertThat(scores.classWiseEce()).isCloseTo((0.5 + 0.05 + 0.55) / 4 / 3, within(1e-12));
  }

  @Test
  void classWiseEce_classThatIsNeverPredicted_isSeen() {
    // always (0.6, 0.4, 0): the predicted class is right in 6 of 10, but the others are of class 2
    double[][] labels = new double[10][3];
    double[][] p = new double[10][];
    for (int i = 0; i < 10; i++) {
      labels[i][i < 6 ? 0 : 2] = 1;
      p[i] = new double[] {0.6, 0.4, 0};
    }
    ClassificationScores scores =
        ClassificationScores.of(Nd4j.createFromArray(labels), Nd4j.createFromArray(p));
    assertThat(scores.ece()).isCloseTo(0, within(1e-12));
    assertThat(scores.classWiseEce()).isCloseTo((0 + 0.4 + 0.4) / 3, within(1e-12));
  }

  @Test
  void of_sequencesWithAMask_equalsItsSteps() {
    // [examples 2, classes 3, steps 3]: two steps each, and one that does not count
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 3, 3);
    INDArray p = Nd4j.zeros(DataType.DOUBLE, 2, 3, 3);
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 3; k++) {
        labels.putScalar(i / 2, k, i % 2, LABELS.getDouble(i, k));
        p.putScalar(i / 2, k, i % 2, PROBABILITIES.getDouble(i, k));
      }
    }
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}, {1, 1, 0}});
    assertThat(ClassificationScores.of(labels, p, mask, 15))
        .hasToString(ClassificationScores.of(LABELS, PROBABILITIES).toString());
  }

  @Test
  void of_everythingMasked_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassificationScores.of(LABELS, PROBABILITIES, Nd4j.zeros(4), 15))
        .withMessage("labels must have at least 1 row that is not masked, got 0");
  }

  @Test
  void nll_impossibleTruth_isBounded() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{0, 1}});
    INDArray p = Nd4j.createFromArray(new double[][] {{1, 0}});
    assertThat(ClassificationScores.of(labels, p).nll()).isCloseTo(15 * Math.log(10), within(1e-9));
  }

  @Test
  void of_badInput_saysWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassificationScores.of(LABELS, PROBABILITIES.getRow(0, true)))
        .withMessageContaining("must have one shape [examples, classes]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassificationScores.of(LABELS, PROBABILITIES, 0))
        .withMessage("bins must be >= 1, got 0");
  }

  @Test
  void of_classIndices_areNamed() {
    for (long[][] shapes :
        new long[][][] {
          {{4, 1}, {4, 3}},
          {{4}, {4, 3}},
          {{4, 1, 5}, {4, 3, 5}},
          {{4, 5}, {4, 3, 5}},
          {{3, 1}, {3, 3}}
        }) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, shapes[0]);
      INDArray probabilities = Nd4j.ones(DataType.FLOAT, shapes[1]).divi(3);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ClassificationScores.of(labels, probabilities))
          .withMessage(
              "labels and probabilities must have one shape, the labels one-hot, got class indices"
                  + " of shape %s for probabilities of shape %s",
              Arrays.toString(shapes[0]), Arrays.toString(shapes[1]));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassificationScores.of(Nd4j.ones(4, 1), Nd4j.ones(4, 1)))
        .withMessageContaining("must have one shape [examples, classes]");
  }
}
