package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrawnDigitsTest {

  private static final int COUNT = 200;
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;

  private final DrawnDigits digits = new DrawnDigits(7, COUNT, COUNT);

  @Test
  void bytes_images_idxHeader() {
    ByteBuffer file = ByteBuffer.wrap(digits.bytes(Part.TRAIN_IMAGES));

    assertThat(new int[] {file.getInt(), file.getInt(), file.getInt(), file.getInt()})
        .containsExactly(2051, COUNT, SIDE, SIDE);
    assertThat(file.remaining()).isEqualTo(COUNT * PIXELS);
  }

  @Test
  void bytes_labels_idxHeader() {
    ByteBuffer file = ByteBuffer.wrap(digits.bytes(Part.TEST_LABELS));

    assertThat(new int[] {file.getInt(), file.getInt()}).containsExactly(2049, COUNT);
    assertThat(file.remaining()).isEqualTo(COUNT);
  }

  @Test
  void bytes_labels_asManyOfEachAndShuffled() {
    byte[] labels = labels(Part.TRAIN_LABELS);
    byte[] sorted = labels.clone();
    Arrays.sort(sorted);

    for (int i = 0; i < COUNT; i++) {
      assertThat(sorted[i]).isEqualTo((byte) (i / (COUNT / 10)));
    }
    assertThat(labels).isNotEqualTo(sorted);
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void bytes_sameSeed_sameBytes(Part part) {
    assertThat(new DrawnDigits(7, COUNT, COUNT).bytes(part)).isEqualTo(digits.bytes(part));
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void bytes_anotherSeed_otherBytes(Part part) {
    assertThat(new DrawnDigits(8, COUNT, COUNT).bytes(part)).isNotEqualTo(digits.bytes(part));
  }

  @Test
  void bytes_oneThread_sameBytes() throws Exception {
    ForkJoinPool one = new ForkJoinPool(1);
    try {
      assertThat(one.submit(() -> digits.bytes(Part.TRAIN_IMAGES)).get())
          .isEqualTo(digits.bytes(Part.TRAIN_IMAGES));
    } finally {
      one.shutdownNow();
    }
  }

  @Test
  void bytes_trainAndTest_differ() {
    assertThat(digits.bytes(Part.TEST_IMAGES)).isNotEqualTo(digits.bytes(Part.TRAIN_IMAGES));
  }

  @Test
  void bytes_oneImage_isDrawn() {
    byte[] file = new DrawnDigits(7, 1, 0).bytes(Part.TRAIN_IMAGES);

    assertThat(file).hasSize(IMAGES_HEADER + PIXELS);
    assertThat(ink(file, 0)).isPositive();
  }

  @Test
  void bytes_everyImage_hasInkInsideAnEmptyMargin() {
    byte[] file = digits.bytes(Part.TRAIN_IMAGES);

    for (int image = 0; image < COUNT; image++) {
      assertThat(ink(file, image)).isBetween(10.0, 350.0);
      for (int i = 0; i < SIDE; i++) {
        assertThat(pixel(file, image, i, 0) + pixel(file, image, i, SIDE - 1)).isZero();
        assertThat(pixel(file, image, 0, i) + pixel(file, image, SIDE - 1, i)).isZero();
      }
    }
  }

  @Test
  void bytes_centreOfMass_isTheMiddleOnAverage() {
    byte[] file = digits.bytes(Part.TRAIN_IMAGES);
    double sumX = 0;
    double sumY = 0;
    for (int image = 0; image < COUNT; image++) {
      double ink = ink(file, image);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          sumX += (x + 0.5) * pixel(file, image, x, y) / 255.0 / ink;
          sumY += (y + 0.5) * pixel(file, image, x, y) / 255.0 / ink;
        }
      }
    }
    assertThat(sumX / COUNT).isCloseTo(14, within(0.5));
    assertThat(sumY / COUNT).isCloseTo(14, within(0.5));
  }

  @Test
  void bytes_defaultTestSet_hasThePinnedDigests() {
    for (MnistFile file : DrawnDigits.DEFAULT_FILES) {
      if (file.part() == Part.TEST_IMAGES || file.part() == Part.TEST_LABELS) {
        assertThat(MnistFile.of(file.part(), DrawnDigits.DEFAULT.bytes(file.part())))
            .isEqualTo(file);
      }
    }
  }

  @Test
  void defaultFiles_haveNothingInCommonWithMnist() {
    assertThat(DrawnDigits.DEFAULT_FILES)
        .extracting(MnistFile::sha256)
        .doesNotContainAnyElementsOf(MnistFile.MNIST.stream().map(MnistFile::sha256).toList());
    assertThat(DrawnDigits.DEFAULT_FILES)
        .extracting(MnistFile::size)
        .isEqualTo(MnistFile.MNIST.stream().map(MnistFile::size).toList());
  }

  @Test
  void constructor_negativeCount_throws() {
    assertThatThrownBy(() -> new DrawnDigits(1, -1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trainCount must be >= 0, got -1");
    assertThatThrownBy(() -> new DrawnDigits(1, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("testCount must be >= 0, got -1");
  }

  private byte[] labels(Part part) {
    byte[] file = digits.bytes(part);
    return Arrays.copyOfRange(file, LABELS_HEADER, file.length);
  }

  private static int pixel(byte[] file, int image, int x, int y) {
    return Byte.toUnsignedInt(file[IMAGES_HEADER + image * PIXELS + y * SIDE + x]);
  }

  /** In fully black pixels. */
  private static double ink(byte[] file, int image) {
    double sum = 0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        sum += pixel(file, image, x, y) / 255.0;
      }
    }
    return sum;
  }
}
