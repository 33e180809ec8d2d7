package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ResumableIteratorTest {

  /** Row i holds i, as feature of shape [2, 3] and as label. */
  private static DataSet numbered(int n) {
    INDArray column = Nd4j.arange(n).castTo(DataType.FLOAT).reshape(n, 1);
    INDArray features = column.reshape(n, 1, 1).broadcast(n, 2, 3).dup('f');
    return new DataSet(features, column, null, column.dup());
  }

  private static List<Integer> epoch(ResumableIterator iterator) {
    List<Integer> rows = new ArrayList<>();
    while (iterator.hasNext()) {
      DataSet batch = iterator.next();
      for (int i = 0; i < batch.numExamples(); i++) {
        int row = batch.getLabels().getInt(i, 0);
        rows.add(row);
        assertThat(batch.getFeatures().slice(i).dup().data().asInt())
            .containsExactly(row, row, row, row, row, row);
        assertThat(batch.getLabelsMaskArray().getInt(i, 0)).isEqualTo(row);
      }
    }
    return rows;
  }

  @Test
  void epochs_allRows_arePermutationsThatDiffer() {
    ResumableIterator iterator = new ResumableIterator(numbered(50), 8, 3);
    List<Integer> first = epoch(iterator);
    iterator.reset();
    List<Integer> second = epoch(iterator);
    assertThat(first).doesNotHaveDuplicates().hasSize(50).isNotEqualTo(second);
    assertThat(second).containsExactlyInAnyOrderElementsOf(first);
    assertThat(epoch(new ResumableIterator(numbered(50), 8, 3))).isEqualTo(first);
    assertThat(epoch(new ResumableIterator(numbered(50), 8, 4))).isNotEqualTo(first);
  }

  @Test
  void reusingBatches_everyEpoch_holdsTheSameRows() {
    ResumableIterator iterator = new ResumableIterator(numbered(50), 8, 3);
    ResumableIterator reusing = new ResumableIterator(numbered(50), 8, 3).reusingBatches();
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(epoch(reusing)).isEqualTo(epoch(iterator));
      iterator.reset();
      reusing.reset();
    }
    DataSet first = iterator.next();
    assertThat(iterator.next().getFeatures()).isNotEqualTo(first.getFeatures());
    DataSet shared = reusing.next();
    assertThat(reusing.next().getFeatures()).isEqualTo(shared.getFeatures());
  }

  @Test
  void epoch_givenRows_holdsEachAsOftenAsListed() {
    ResumableIterator iterator =
        new ResumableIterator(numbered(50), new int[] {7, 7, 7, 0, 49}, 2, 3);
    assertThat(epoch(iterator)).containsExactlyInAnyOrder(7, 7, 7, 0, 49);
  }

  @Test
  void construct_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResumableIterator(numbered(5), 0, 1))
        .withMessage("batch must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResumableIterator(numbered(5), new int[] {5}, 1, 1))
        .withMessage("rows must be in [0, 5), got 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResumableIterator(numbered(5), new int[0], 1, 1))
        .withMessage("rows must have at least 1 index, got 0");
  }

  @Test
  void start_anyPlace_goesOnAsWithoutInterruption() {
    ResumableIterator whole = new ResumableIterator(numbered(50), 8, 3);
    ResumableIterator resumed = new ResumableIterator(numbered(50), 8, 3);
    epoch(whole);
    whole.reset();
    List<Integer> second = epoch(whole);
    for (int batches = 0; batches <= 7; batches++) {
      resumed.start(1, batches);
      assertThat(epoch(resumed)).isEqualTo(second.subList(Math.min(50, 8 * batches), 50));
    }
    whole.reset();
    resumed.reset();
    assertThat(epoch(resumed)).isEqualTo(epoch(whole));
  }

  @Test
  void reset_noBatchTaken_doesNothing() {
    ResumableIterator iterator = new ResumableIterator(numbered(50), 8, 3);
    iterator.reset();
    iterator.reset();
    assertThat(epoch(iterator)).isEqualTo(epoch(new ResumableIterator(numbered(50), 8, 3)));
  }

  @Test
  void start_outOfRange_saysWhatIsAllowed() {
    ResumableIterator iterator = new ResumableIterator(numbered(50), 8, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> iterator.start(-1, 0))
        .withMessage("epoch must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> iterator.start(0, 8))
        .withMessage("batches must be in [0, 7], got 8");
  }

  /** Deeplearning4j's evaluation takes an empty list of names for zero classes. */
  @Test
  void getLabels_dataWithoutNames_isNull() {
    DataSet data = new DataSet(Nd4j.zeros(4, 2), Nd4j.eye(4));
    assertThat(new ResumableIterator(data, 2, 1).getLabels()).isNull();
  }
}
