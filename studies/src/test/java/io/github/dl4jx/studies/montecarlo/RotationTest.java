package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RotationTest {

  /** A few roundings of numbers up to 1 in single precision. */
  private static final Offset<Float> ROUNDING = within(1e-6f);

  private static float[] turn(double degrees, float... image) {
    INDArray images = Nd4j.createFromArray(new float[][] {image});
    return new Rotation(degrees).of(images).toFloatMatrix()[0];
  }

  @Test
  void of_zeroDegrees_changesNothing() {
    assertThat(turn(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  /** What was at the right is on top. */
  @Test
  void of_ninetyDegrees_turnsCounterclockwise() {
    assertThat(turn(90, 1, 2, 3, 4, 5, 6, 7, 8, 9))
        .containsExactly(new float[] {3, 6, 9, 2, 5, 8, 1, 4, 7}, within(1e-5f));
  }

  @Test
  void of_ninetyDegreesWithAnEvenSide_turnsAboutTheMiddle() {
    assertThat(turn(90, 0.1f, 0.2f, 0.3f, 0.4f))
        .containsExactly(new float[] {0.2f, 0.4f, 0.1f, 0.3f}, ROUNDING);
  }

  /**
   * One black pixel at the right of the centre. The upper right pixel comes from a point between it
   * and the outside, sqrt(2) from the centre: 2 - sqrt(2) of it. The upper and the right one come
   * from points sqrt(1/2) away from the centre in both directions: (sqrt(2) - 1) / 2.
   */
  @Test
  void of_fortyFiveDegrees_interpolates() {
    float corner = (float) (2 - Math.sqrt(2));
    float side = (float) ((Math.sqrt(2) - 1) / 2);
    assertThat(turn(45, 0, 0, 0, 0, 0, 1, 0, 0, 0))
        .containsExactly(new float[] {0, side, corner, 0, 0, side, 0, 0, 0}, ROUNDING);
  }

  @Test
  void of_severalImages_turnsEach() {
    INDArray images = Nd4j.createFromArray(new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8}});
    INDArray turned = new Rotation(180).of(images);
    assertThat(turned.toFloatMatrix()[0]).containsExactly(new float[] {4, 3, 2, 1}, within(1e-5f));
    assertThat(turned.toFloatMatrix()[1]).containsExactly(new float[] {8, 7, 6, 5}, within(1e-5f));
    assertThat(images.toFloatMatrix()[0]).containsExactly(1, 2, 3, 4);
  }

  @Test
  void of_imagesThatAreNotSquare_throws() {
    assertThatThrownBy(() -> turn(90, 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images must have the shape [image, side * side], got [1, 3]");
    assertThatThrownBy(() -> new Rotation(90).of(Nd4j.zeros(1, 1, 2, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images must have the shape [image, side * side], got [1, 1, 2, 2]");
  }
}
