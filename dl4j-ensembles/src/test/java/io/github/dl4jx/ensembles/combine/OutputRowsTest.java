package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OutputRowsTest {

  /** [examples 2, columns 2, steps 3], each value example * 100 + column * 10 + step. */
  private static INDArray sequences() {
    INDArray result = Nd4j.create(DataType.FLOAT, 2, 2, 3);
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 2; c++) {
        for (int t = 0; t < 3; t++) {
          result.putScalar(new int[] {i, c, t}, 100 * i + 10 * c + t);
        }
      }
    }
    return result;
  }

  @Test
  void of_sequences_isARowForEachStep() {
    double[][] expected = {{0, 10}, {1, 11}, {2, 12}, {100, 110}, {101, 111}, {102, 112}};
    assertThat(OutputRows.of(sequences(), null)).isDeepEqualTo(expected);
    assertThat(OutputRows.of(sequences().dup('f'), null)).isDeepEqualTo(expected);
  }

  @Test
  void of_images_isARowForEachPixel() {
    INDArray images = sequences().reshape('c', 2, 2, 1, 3).permute(0, 1, 3, 2);
    assertThat(OutputRows.of(images, null)).isDeepEqualTo(OutputRows.of(sequences(), null));
  }

  @Test
  void of_masks_leaveTheRowsWithOne() {
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}, {1, 0, 0}});
    double[][] expected = {{0, 10}, {1, 11}, {100, 110}};
    assertThat(OutputRows.of(sequences(), mask)).isDeepEqualTo(expected);
    assertThat(OutputRows.of(sequences(), mask.reshape(2, 1, 3))).isDeepEqualTo(expected);
    INDArray rows = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}});
    INDArray second = Nd4j.createFromArray(0f, 1f);
    assertThat(OutputRows.of(rows, second)).isDeepEqualTo(new double[][] {{3, 4}});
    assertThat(OutputRows.of(rows, second.reshape(2, 1))).isDeepEqualTo(new double[][] {{3, 4}});
  }

  @Test
  void of_maskThatDoesNotFit_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.of(sequences(), Nd4j.ones(3, 2)))
        .withMessage("mask must have the shape [2, 3] or [2, 1, 3], got [3, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.of(sequences(), Nd4j.ones(2, 3).mul(0.5)))
        .withMessage("mask must hold only 0 and 1, got 0.5");
  }

  @Test
  void write_rowsThatWereRead_givesTheSameArray() {
    INDArray images = Nd4j.rand(DataType.DOUBLE, 2, 3, 4, 5);
    INDArray target = images.ulike();
    OutputRows.write(OutputRows.of(images, null), target);
    assertThat(target).isEqualTo(images);
    INDArray fortran = Nd4j.createUninitialized(DataType.DOUBLE, images.shape(), 'f');
    OutputRows.write(OutputRows.of(images, null), fortran);
    assertThat(fortran).isEqualTo(images);
  }

  @Test
  void classes_oneHot_areTheirIndices() {
    INDArray labels = Nd4j.createFromArray(new float[][] {{0, 0, 1}, {1, 0, 0}});
    assertThat(OutputRows.classes(labels, null)).containsExactly(2, 0);
  }

  @Test
  void classes_notOneHot_isRefusedUnlessMasked() {
    INDArray labels = Nd4j.createFromArray(new float[][] {{0, 1}, {0, 0}});
    assertThat(OutputRows.classes(labels, Nd4j.createFromArray(1f, 0f))).containsExactly(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.classes(labels, null))
        .withMessage("labels must be one-hot, got [0.0, 0.0] in row 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.classes(Nd4j.createFromArray(new double[][] {{1, 1}}), null))
        .withMessage("labels must be one-hot, got [1.0, 1.0] in row 0");
  }

  @Test
  void probabilities_thatAreNone_areRefusedUnlessMasked() {
    INDArray p = Nd4j.createFromArray(new double[][] {{0.25, 0.75}, {0.5, 0.25}});
    assertThat(OutputRows.probabilities(p, Nd4j.createFromArray(1f, 0f)))
        .isDeepEqualTo(new double[][] {{0.25, 0.75}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputRows.probabilities(p, null))
        .withMessage("probabilities must be >= 0 and sum to 1, got [0.5, 0.25] in row 1");
    for (double[] row : new double[][] {{-0.5, 1.5}, {Double.NaN, 1}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> OutputRows.probabilities(Nd4j.createFromArray(new double[][] {row}), null))
          .withMessageStartingWith("probabilities must be >= 0 and sum to 1, got [");
    }
  }
}
