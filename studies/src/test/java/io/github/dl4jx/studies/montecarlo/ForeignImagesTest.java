package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ForeignImagesTest {

  private static final int COUNT = 20;
  private static final int PIXELS = 784;

  /** Every row holds 0, 1, 2, .. */
  private final INDArray digits =
      Nd4j.createFromArray(
          Arrays.stream(new float[COUNT][])
              .map(row -> Nd4j.arange(PIXELS).toFloatVector())
              .toArray(float[][]::new));

  private final Map<String, INDArray> images = ForeignImages.like(digits);

  @Test
  void like_digits_givesAsManyOfEveryKind() {
    assertThat(images)
        .containsOnlyKeys("letters", "drawn digits", "shuffled pixels", "uniform noise")
        .allSatisfy((kind, array) -> assertThat(array.shape()).containsExactly(COUNT, PIXELS));
  }

  @Test
  void like_digits_shufflesThePixelsOfEach() {
    float[][] shuffled = images.get("shuffled pixels").toFloatMatrix();
    for (float[] row : shuffled) {
      float[] sorted = row.clone();
      Arrays.sort(sorted);
      assertThat(sorted).isEqualTo(digits.getRow(0).toFloatVector()).isNotEqualTo(row);
    }
    assertThat(shuffled[0]).isNotEqualTo(shuffled[1]);
  }

  @Test
  void like_digits_areNotChangedThemselves() {
    assertThat(digits.getRow(3).toFloatVector()).isEqualTo(Nd4j.arange(PIXELS).toFloatVector());
  }

  /**
   * n = 15,680 uniform numbers: mean and variance within 6 standard deviations, 0.2887 / sqrt(n)
   * and sqrt(1/180) / sqrt(n). A false alarm has a probability below 1e-8.
   */
  @Test
  void like_digits_noiseIsUniform() {
    double[] noise = images.get("uniform noise").dup().ravel().toDoubleVector();
    double mean = Arrays.stream(noise).average().orElseThrow();
    double variance = Arrays.stream(noise).map(x -> (x - 0.5) * (x - 0.5)).average().orElseThrow();
    assertThat(Arrays.stream(noise)).allMatch(x -> x >= 0 && x < 1);
    assertThat(mean).isCloseTo(0.5, within(6 * 0.2887 / Math.sqrt(noise.length)));
    assertThat(variance)
        .isCloseTo(1 / 12.0, within(6 * Math.sqrt(1 / 180.0) / Math.sqrt(noise.length)));
  }

  @Test
  void like_calledAgain_givesTheSame() {
    ForeignImages.like(digits)
        .forEach((kind, array) -> assertThat(array).as(kind).isEqualTo(images.get(kind)));
  }
}
