package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Data that a run cannot learn from, or that is not the data it had. */
@Timeout(60)
class TrainingDataTest {

  @TempDir File folder;

  static Stream<Model> networks() {
    return Stream.of(Runs.network(), Runs.graph());
  }

  private static DataSetIterator list(List<DataSet> batches) {
    return new ExistingDataSetIterator(batches);
  }

  private static List<DataSet> batches() {
    List<DataSet> batches = new ArrayList<>();
    DataSetIterator data = new ListDataSetIterator<>(Runs.data().asList(), 8);
    while (data.hasNext()) {
      batches.add(data.next());
    }
    return batches;
  }

  private ResumableCheckpoints checkpoints() {
    return ResumableCheckpoints.in(folder).everyIterations(2).everyEpochs(1).build();
  }

  private void train(DataSetIterator data, int epochs) {
    Training.fit(Runs.network(), data, epochs, checkpoints());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fit_noBatch_isRefusedBeforeAnythingChanges(Model network) {
    float[] before = network.params().toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(network, list(List.of()), 2, folder))
        .withMessageStartingWith("data must have at least 1 batch in every epoch, got 0");
    assertThat(network.params().toFloatVector()).isEqualTo(before);
    assertThat(Network.of(network).epoch()).isZero();
    assertThat(ResumableCheckpoints.resume(folder)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fit_secondEpochHasNoBatch_isRefusedAfterTheFirst(Model network) {
    DataSetIterator once = new ExistingDataSetIterator(batches().iterator());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(network, once, 3, folder))
        .withMessageContaining("data must have at least 1 batch in every epoch, got 0")
        .withMessageContaining("cannot be reset");
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fit_batchIsNull_isNamed(Model network) {
    List<DataSet> batches = batches();
    batches.set(3, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(network, list(batches), 2, folder))
        .withMessage(
            "data must not have batches that are null, got that as batch 3 of epoch 0, counted"
                + " from 0");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fit_labelsAreNull_isNamed(Model network) {
    List<DataSet> batches = batches();
    batches.set(1, new DataSet(batches.get(1).getFeatures(), null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(network, list(batches), 2, folder))
        .withMessage(
            "data must not have labels that are null, got that as batch 1 of epoch 0, counted"
                + " from 0");
  }

  /** In Deeplearning4j's own fit such a run waits forever for the thread that fetches ahead. */
  @Test
  void fit_iteratorThrows_endsWithItsException() {
    Iterator<DataSet> batches = batches().iterator();
    Iterator<DataSet> failing =
        new Iterator<>() {
          int given;

          @Override
          public boolean hasNext() {
            return batches.hasNext();
          }

          @Override
          public DataSet next() {
            if (given++ == 3) {
              throw new Runs.Crash();
            }
            return batches.next();
          }
        };
    assertThatExceptionOfType(Runs.Crash.class)
        .isThrownBy(() -> train(new ExistingDataSetIterator(failing), 1));
  }

  private static MultiLayerNetwork divergingAfter(int iteration) {
    MultiLayerNetwork net = Runs.network();
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int done, int epoch) {
            if (done == iteration) {
              model.params().putScalar(3, Float.NaN);
            }
          }
        });
    return net;
  }

  @Test
  void fit_weightsDivergeAtACheckpoint_isRefusedAndTheGoodOnesStay() {
    train(Runs.iterator(), 1);
    int good = ResumableCheckpoints.resume(folder).orElseThrow().iteration();
    assertThatIllegalStateException()
        .isThrownBy(() -> Training.fit(divergingAfter(8), Runs.iterator(), 3, checkpoints()))
        .withMessageContaining("the parameters are not finite any more, the training diverged");
    SavedTraining saved = ResumableCheckpoints.resume(folder).orElseThrow();
    assertThat(saved.iteration()).isGreaterThanOrEqualTo(good);
    MultiLayerNetwork net = saved.network(MultiLayerNetwork.class);
    assertThat(net.params().norm1Number().doubleValue()).isFinite();
  }

  @Test
  void fit_weightsDivergeAndNoCheckpointIsDue_isRefusedAtTheEpochsEnd() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Training.fit(
                    divergingAfter(2),
                    Runs.iterator(),
                    3,
                    ResumableCheckpoints.in(folder).everyEpochs(100).build()))
        .withMessageContaining("the training diverged, in epoch 0");
  }

  enum Other {
    BATCH_SIZE("batch"),
    SEED("another order"),
    FEATURES("had other values"),
    LABELS("had other values"),
    MORE_ROWS("batch"),
    FEWER_ROWS("batch"),
    TYPE("now DOUBLE");

    final String message;

    Other(String message) {
      this.message = message;
    }

    DataSetIterator data() {
      DataSet data = Runs.data();
      return switch (this) {
        case BATCH_SIZE -> new ResumableIterator(data, 10, 5);
        case SEED -> new ResumableIterator(data, 8, 6);
        case FEATURES -> {
          data.getFeatures().addi(1e-6);
          yield new ResumableIterator(data, 8, 5);
        }
        case LABELS -> {
          data.getLabels().addi(1e-3);
          yield new ResumableIterator(data, 8, 5);
        }
        case MORE_ROWS -> new ResumableIterator(DataSet.merge(List.of(data, data)), 8, 5);
        case FEWER_ROWS -> new ResumableIterator((DataSet) data.getRange(0, 40), 8, 5);
        case TYPE -> {
          data.setFeatures(data.getFeatures().castTo(DataType.DOUBLE));
          yield new ResumableIterator(data, 8, 5);
        }
      };
    }
  }

  private void assertRefused(DataSetIterator other, String message) {
    MultiLayerNetwork net = Runs.network();
    float[] before = net.params().toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(net, other, 3, checkpoints()))
        .withMessageContaining("data must be that of the run in " + folder)
        .withMessageContaining(message)
        .withMessageContaining("allowOtherData()");
    assertThat(net.params().toFloatVector()).isEqualTo(before);
    assertThat(net.getIterationCount()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Other.class)
  void fit_otherDataBetweenEpochs_isRefusedUnlessAllowed(Other other) {
    train(Runs.iterator(), 1);
    assertRefused(other.data(), other.message);
    Training.fit(
        Runs.network(), other.data(), 2, ResumableCheckpoints.in(folder).allowOtherData().build());
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(2);
  }

  private void crashInTheSecondEpoch(DataSetIterator data) {
    MultiLayerNetwork net = Runs.network();
    net.setListeners(Runs.crashAfter(12));
    assertThatExceptionOfType(Runs.Crash.class)
        .isThrownBy(() -> Training.fit(net, data, 3, checkpoints()));
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().batch()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Other.class)
  void fit_otherDataWithinAnEpoch_isRefusedUnlessAllowed(Other other) {
    crashInTheSecondEpoch(Runs.iterator());
    assertRefused(other.data(), other.message);
    Training.fit(
        Runs.network(), other.data(), 2, ResumableCheckpoints.in(folder).allowOtherData().build());
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(2);
  }

  @Test
  void fit_laterBatchDiffers_isRefusedWithinTheEpoch() {
    crashInTheSecondEpoch(list(batches()));
    List<DataSet> swapped = batches();
    swapped.set(2, batches().get(3));
    swapped.set(3, batches().get(2));
    assertRefused(list(swapped), "the batches 1 to 4 of epoch 1");
    train(list(batches()), 3);
  }

  /** How many there are shows only when the epoch is over. */
  @Test
  void fit_otherNumberOfBatches_isRefusedAtTheEndOfTheEpoch() {
    Training.fit(Runs.network(), list(batches()), 1, folder);
    List<DataSet> more = batches();
    more.add(batches().get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(Runs.network(), list(more), 3, folder))
        .withMessageContaining(
            "data must have as many batches in epoch 1 as in the one before, 7, got more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(Runs.network(), list(batches().subList(0, 6)), 3, folder))
        .withMessageContaining("as in the one before, 7, got 6");
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(1);
    Training.fit(Runs.network(), list(batches()), 3, folder);
  }

  @Test
  void fit_fewerBatchesThanAreDone_isRefused() {
    crashInTheSecondEpoch(list(batches()));
    assertRefused(list(batches().subList(0, 2)), "has only 2 of the 5 batches that are done");
  }

  /** A checkpoint of a plain fit does not know the data. */
  @Test
  void fit_checkpointWithoutDigest_goesOn() {
    MultiLayerNetwork net = Runs.network();
    net.setListeners(checkpoints());
    net.fit(Runs.iterator());
    train(Runs.iterator(), 2);
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(2);
  }

  @Test
  void digest_viewsAndOrders_areThatOfTheirValues() {
    float[][] values = new float[40][60];
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 60; j++) {
        values[i][j] = i * 60 + j;
      }
    }
    DataSet plain = new DataSet(Nd4j.create(values), Nd4j.ones(40, 1));
    assertThat(DataDigest.of(plain)).isEqualTo(DataDigest.of(plain.copy()));
    float[][] other = Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
    other[39][59]++;
    assertThat(DataDigest.of(new DataSet(Nd4j.create(other), Nd4j.ones(40, 1))))
        .isNotEqualTo(DataDigest.of(plain));
    DataSet view =
        new DataSet(Nd4j.create(values).get(NDArrayIndex.interval(3, 20)), Nd4j.ones(17, 1));
    DataSet changed =
        new DataSet(Nd4j.create(other).get(NDArrayIndex.interval(3, 20)), Nd4j.ones(17, 1));
    assertThat(DataDigest.of(view)).isEqualTo(DataDigest.of(changed)); // the change is outside
    DataSet column =
        new DataSet(
            Nd4j.create(other).get(NDArrayIndex.all(), NDArrayIndex.point(59)), Nd4j.ones(40, 1));
    DataSet same =
        new DataSet(
            Nd4j.create(values).get(NDArrayIndex.all(), NDArrayIndex.point(59)), Nd4j.ones(40, 1));
    assertThat(DataDigest.of(column)).isNotEqualTo(DataDigest.of(same));
  }
}
