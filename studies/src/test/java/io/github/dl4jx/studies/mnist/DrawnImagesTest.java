package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.studies.mnist.DigitStrokes.Stroke;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DrawnImagesTest {

  private static final int COUNT = 100;
  private static final int SIDE = 28;

  private final INDArray letters = DrawnImages.letters(7, COUNT);

  @Test
  void strokes_ofAllLetters_stayInTheBox() {
    assertThat(LetterStrokes.all()).hasSize(2 * 11);
    for (DigitStrokes.Way way : LetterStrokes.all()) {
      for (Stroke stroke : way.strokes()) {
        assertThat(stroke.x()).hasSizeGreaterThan(1);
        assertThat(Arrays.stream(stroke.x())).allMatch(x -> x >= 0 && x <= 100);
        assertThat(Arrays.stream(stroke.y())).allMatch(y -> y >= 0 && y <= 100);
      }
    }
  }

  @Test
  void letters_everyImage_hasInkInsideAnEmptyMargin() {
    assertThat(letters.shape()).containsExactly(COUNT, SIDE * SIDE);
    for (float[] image : letters.toFloatMatrix()) {
      double ink = 0;
      for (int i = 0; i < image.length; i++) {
        assertThat(image[i]).isBetween(0f, 1f);
        ink += image[i];
        boolean margin =
            i % SIDE == 0 || i % SIDE == SIDE - 1 || i < SIDE || i >= SIDE * (SIDE - 1);
        assertThat(margin && image[i] > 0).isFalse();
      }
      assertThat(ink).isBetween(10.0, 350.0);
    }
  }

  @Test
  void letters_fewer_areTheFirstOfTheSameSeed() {
    assertThat(DrawnImages.letters(7, 10))
        .isEqualTo(letters.get(NDArrayIndex.interval(0, 10), NDArrayIndex.all()));
  }

  @Test
  void letters_anotherSeed_areOthers() {
    assertThat(DrawnImages.letters(8, COUNT)).isNotEqualTo(letters);
  }

  @Test
  void digits_sameSeed_areNotTheLetters() {
    INDArray digits = DrawnImages.digits(7, COUNT);
    assertThat(digits.shape()).containsExactly(COUNT, SIDE * SIDE);
    assertThat(digits).isNotEqualTo(letters).isEqualTo(DrawnImages.digits(7, COUNT));
  }

  @Test
  void letters_none_throws() {
    assertThatThrownBy(() -> DrawnImages.letters(7, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be >= 1, got 0");
  }
}
