package io.github.dl4jx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What becomes of masks when the batches of an iterator are collected. */
class JoinedBatchesTest {

  private static DataSet batch(int examples, @Nullable INDArray labelsMask) {
    return new DataSet(
        Nd4j.ones(DataType.FLOAT, examples, 2),
        Nd4j.ones(DataType.FLOAT, examples, 3),
        null,
        labelsMask);
  }

  private static INDArray column(float... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  private static DataSet collected(DataSet... batches) {
    return TrainingData.of(new ExistingDataSetIterator(List.of(batches))).examples();
  }

  @Test
  void of_oneNumberAnExample_isKeptSo() {
    DataSet all = collected(batch(2, column(1, 0)), batch(1, column(0)));
    assertThat(all.getLabelsMaskArray()).isEqualTo(column(1, 0, 0));
  }

  @Test
  void of_batchWithoutMaskFirst_masksTheRowsOfTheSecond() {
    DataSet all = collected(batch(2, null), batch(2, column(0, 1)));
    assertThat(all.getLabelsMaskArray()).isEqualTo(column(1, 1, 0, 1));
  }

  @Test
  void of_oneNumberAnOutputInOneBatch_isThatForAll() {
    INDArray each = Nd4j.createFromArray(new float[][] {{1, 0, 1}});
    DataSet all = collected(batch(2, column(0, 1)), batch(1, each));
    assertThat(all.getLabelsMaskArray())
        .isEqualTo(Nd4j.createFromArray(new float[][] {{0, 0, 0}, {1, 1, 1}, {1, 0, 1}}));
  }

  @Test
  void of_noMask_hasNone() {
    assertThat(collected(batch(2, null), batch(1, null)).getLabelsMaskArray()).isNull();
  }

  @Test
  void of_masksThatDiffer_isRefused() {
    DataSet two = batch(1, Nd4j.ones(DataType.FLOAT, 1, 2));
    DataSet three = batch(1, Nd4j.ones(DataType.FLOAT, 1, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> collected(two, three))
        .withMessage("the mask of the labels must have 1 or 3 columns, got the shape [1, 2]");
  }

  @Test
  void of_sequencesOfWhichTheFirstHaveNoMask_masksTheSteps() {
    DataSet full = new DataSet(Nd4j.ones(DataType.FLOAT, 1, 2, 3), Nd4j.ones(1, 1, 3));
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}});
    DataSet padded =
        new DataSet(Nd4j.ones(DataType.FLOAT, 1, 2, 3), Nd4j.ones(1, 1, 3), mask, mask);
    DataSet all = collected(full, padded);
    INDArray expected = Nd4j.createFromArray(new float[][] {{1, 1, 1}, {1, 1, 0}});
    assertThat(all.getFeaturesMaskArray()).isEqualTo(expected);
    assertThat(all.getLabelsMaskArray()).isEqualTo(expected);
  }
}
