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
