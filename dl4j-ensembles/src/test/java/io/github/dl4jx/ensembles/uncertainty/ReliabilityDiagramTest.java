package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.uncertainty.ReliabilityDiagram.Bin;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ReliabilityDiagramTest {

  /** Confidences of predictions of the first of two classes. */
  private static INDArray probabilities(Double... confidences) {
    return Nd4j.createFromArray(
        Arrays.stream(confidences).map(c -> new double[] {c, 1 - c}).toArray(double[][]::new));
  }

  private static INDArray labels(Integer... classes) {
    return Nd4j.createFromArray(
        Arrays.stream(classes).map(c -> new double[] {1 - c, c}).toArray(double[][]::new));
  }

  @Test
  void equalWidth_fivePredictions_areInTheirBins() {
    // 4 bins: (0.5, 0.75] holds 0.6, 0.7 and 0.75, (0.75, 1] holds 0.9 and 1.0; none below
    ReliabilityDiagram diagram =
        ReliabilityDiagram.equalWidth(
            labels(1, 0, 0, 0, 1), probabilities(0.9, 0.6, 0.75, 0.7, 1.0), 4);
    assertThat(diagram.bins()).hasSize(2);
    Bin low = diagram.bins().get(0);
    assertThat(low.lower()).isEqualTo(0.5);
    assertThat(low.upper()).isEqualTo(0.75);
    assertThat(low.count()).isEqualTo(3);
    assertThat(low.confidence()).isCloseTo(2.05 / 3, within(1e-15));
    assertThat(low.accuracy()).isEqualTo(1);
    Bin high = diagram.bins().get(1);
    assertThat(high.upper()).isEqualTo(1);
    assertThat(high.count()).isEqualTo(2);
    assertThat(high.confidence()).isCloseTo(0.95, within(1e-15));
    assertThat(high.accuracy()).isZero();
    assertThat(diagram.expectedCalibrationError()).isCloseTo((3 - 2.05 + 1.9) / 5, within(1e-15));
    assertThat(diagram.maximumCalibrationError()).isCloseTo(0.95, within(1e-15));
  }

  @Test
  void equalWidth_confidenceOnAnEdge_isInTheLowerBin() {
    // in doubles 0.55 * 100 is above 55, and yet 0.55 is in (0.54, 0.55]
    assertThat(0.55 * 100).isGreaterThan(55);
    for (int edge = 50; edge <= 100; edge++) {
      Bin bin =
          ReliabilityDiagram.equalWidth(labels(0), probabilities(edge / 100.0), 100).bins().get(0);
      assertThat(bin.upper()).isEqualTo(edge / 100.0);
    }
  }

  @Test
  void equalMass_fivePredictions_areHalved() {
    // ranks [0, 2) and [2, 5): 0.6 and 0.7; 0.75, 0.9 and 1.0
    ReliabilityDiagram diagram =
        ReliabilityDiagram.equalMass(
            labels(1, 0, 0, 1, 0), probabilities(0.9, 0.6, 0.75, 0.7, 1.0), 2);
    Bin low = diagram.bins().get(0);
    assertThat(low.lower()).isEqualTo(0.6);
    assertThat(low.upper()).isEqualTo(0.7);
    assertThat(low.count()).isEqualTo(2);
    assertThat(low.accuracy()).isEqualTo(0.5);
    Bin high = diagram.bins().get(1);
    assertThat(high.lower()).isEqualTo(0.75);
    assertThat(high.count()).isEqualTo(3);
    assertThat(high.accuracy()).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(high.confidence()).isCloseTo(2.65 / 3, within(1e-15));
    assertThat(diagram.expectedCalibrationError())
        .isCloseTo((1.3 - 1) / 5 + (2.65 - 2) / 5, within(1e-15));
  }

  @Test
  void equalMass_equalConfidencesInSeveralBins_countInParts() {
    // 0.8 four times, three of them right; 2 bins of 3: {0.6, 0.8, 0.8} and {0.8, 0.8, 0.9}
    ReliabilityDiagram diagram =
        ReliabilityDiagram.equalMass(
            labels(0, 0, 1, 0, 0, 0), probabilities(0.6, 0.8, 0.8, 0.8, 0.8, 0.9), 2);
    for (Bin bin : diagram.bins()) {
      assertThat(bin.count()).isEqualTo(3);
      assertThat(bin.accuracy()).isCloseTo((1 + 2 * 0.75) / 3, within(1e-15));
    }
  }

  @Test
  void equalMass_shuffledWithTies_isTheSameToTheLastBit() {
    Random random = new Random(4);
    List<int[]> examples =
        random
            .ints(500, 10, 20)
            .mapToObj(c -> new int[] {c, random.nextInt(20) < c ? 0 : 1})
            .collect(Collectors.toList());
    ReliabilityDiagram first = null;
    for (int repetition = 0; repetition < 3; repetition++) {
      Collections.shuffle(examples, random);
      ReliabilityDiagram diagram =
          ReliabilityDiagram.equalMass(
              labels(examples.stream().map(e -> e[1]).toArray(Integer[]::new)),
              probabilities(examples.stream().map(e -> e[0] / 20.0).toArray(Double[]::new)),
              15);
      first = first == null ? diagram : first;
      assertThat(diagram.toCsv()).isEqualTo(first.toCsv());
    }
  }

  @Test
  void equalMass_moreBinsThanExamples_isOneEach() {
    ReliabilityDiagram diagram =
        ReliabilityDiagram.equalMass(labels(0, 1), probabilities(0.9, 0.6), Integer.MAX_VALUE);
    assertThat(diagram.bins()).extracting(Bin::count).containsExactly(1, 1);
  }

  @Test
  void equalWidth_mask_leavesOutSteps() {
    // [examples 1, classes 2, steps 3]; nothing is true of the last step, and nothing is read
    INDArray labels = Nd4j.createFromArray(1.0, 1, 0, 0, 0, 0).reshape(1, 2, 3);
    INDArray p = Nd4j.createFromArray(0.9, 0.7, 5, 0.1, 0.3, 5).reshape(1, 2, 3);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}});
    assertThat(ReliabilityDiagram.equalWidth(labels, p, mask, 10).toCsv())
        .isEqualTo(
            ReliabilityDiagram.equalWidth(labels(0, 0), probabilities(0.9, 0.7), 10).toCsv());
    assertThat(ReliabilityDiagram.equalMass(labels, p, mask, 2).bins()).hasSize(2);
  }

  @Test
  void toCsv_twoBins_isALineEach() {
    assertThat(
            ReliabilityDiagram.equalWidth(labels(0, 1, 0), probabilities(0.75, 0.75, 1.0), 4)
                .toCsv())
        .isEqualTo(
            "lower,upper,count,confidence,accuracy\n0.5,0.75,2,0.75,0.5\n0.75,1.0,1,1.0,1.0\n");
  }

  @Test
  void bins_belowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityDiagram.equalWidth(labels(0), probabilities(1.0), 0))
        .withMessage("bins must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityDiagram.equalMass(labels(0), probabilities(1.0), -1))
        .withMessage("bins must be >= 1, got -1");
  }

  /**
   * The bins have the accuracies 1 and 0. The plot begins below the title, at 38, and ends above
   * ticks, label and edge, at 420 - 20 - 20 - 12 = 368. The error is (0.95 + 1.9) / 5.
   */
  @Test
  void chart_twoBins_areAtTheTopAndAtTheBottom() {
    String svg =
        ReliabilityDiagram.equalWidth(
                labels(1, 0, 0, 0, 1), probabilities(0.9, 0.6, 0.75, 0.7, 1.0), 4)
            .chart()
            .svg();
    assertThat(svg).contains("Reliability, calibration error 0.5700", "confidence", "accuracy");
    assertThat(svg).containsPattern("<circle class=\"dx-series-0\" cx=\"[0-9.]+\" cy=\"38\"");
    assertThat(svg).containsPattern("<circle class=\"dx-series-0\" cx=\"[0-9.]+\" cy=\"368\"");
  }
}
