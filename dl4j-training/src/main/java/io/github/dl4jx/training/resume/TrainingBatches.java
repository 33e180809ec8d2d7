package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.internal.FetchedAhead;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A run's data as {@code fit} takes it, one epoch after the other: every batch is counted, checked
 * and compared with what a checkpoint says.
 */
final class TrainingBatches extends FetchedAhead {

  private final DataDigest digest = new DataDigest();

  private int epoch;

  /** Batches of the latest epoch that was finished, or of every epoch if that is known. */
  private int full;

  /** How many batches this epoch must have; 0 if that is not known. */
  private int expected;

  TrainingBatches(DataSetIterator data) {
    super(data);
    if (data instanceof ResumableIterator) {
      full = ((ResumableIterator) data).batches();
    }
  }

  /** Refuses data without a batch. */
  void checkNotEmpty() {
    if (!data.hasNext() && data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(
        data.hasNext(),
        "data must have at least 1 batch in every epoch, got 0%s",
        data.resetSupported() ? "" : "; it cannot be reset");
  }

  /**
   * Goes to a position in the run.
   *
   * @param saved what a checkpoint records of the data, or null
   * @param name of the checkpoint
   * @param others whether other data is allowed
   * @return what differs, or nothing
   */
  String wind(
      int epoch, int batch, DataDigest.@Nullable Record saved, Object name, boolean others) {
    Preconditions.checkArgument(
        epoch == 0 || data.resetSupported(),
        "to go on after %s epochs, data must be a ResumableIterator or support reset(), got %s",
        epoch,
        data.getClass().getName());
    String difference = "";
    if (saved != null && full > 0 && saved.batches > 0 && full != saved.batches) {
      difference = "an epoch had " + saved.batches + " batches, now " + full;
    }
    boolean before = saved != null && batch == 0 && epoch > 0;
    for (int e = startAt(before ? epoch - 1 : epoch); e < epoch; e++) {
      if (before && e == epoch - 1) { // all that is known is about that epoch
        difference = orElse(difference, read(e, 1, saved));
      }
      if (data instanceof ResumableIterator) {
        ((ResumableIterator) data).start(epoch, 0);
      } else {
        data.reset();
      }
    }
    if (batch > 0) {
      difference = orElse(difference, read(epoch, batch, saved));
    } else {
      digest.start();
    }
    if (!difference.isEmpty() && !others) {
      throw new IllegalArgumentException(
          "data must be that of the run in "
              + name
              + ": "
              + difference
              + ". With allowOtherData() of ResumableCheckpoints it may differ");
    }
    if (saved != null && full == 0 && !others) {
      expected = saved.batches;
      full = saved.batches;
    }
    this.epoch = epoch;
    return difference;
  }

  private static String orElse(String difference, String another) {
    return difference.isEmpty() ? another : difference;
  }

  /** Goes straight to an epoch, if the data can; returns the epoch that it is at. */
  private int startAt(int epoch) {
    if (data instanceof ResumableIterator) {
      ((ResumableIterator) data).start(epoch, 0);
      return epoch;
    }
    return 0;
  }

  /** Reads the first batches of an epoch and returns what differs in them. */
  private String read(int epoch, int count, DataDigest.@Nullable Record saved) {
    digest.start();
    while (digest.batches() < count && data.hasNext()) {
      digest.add(checked(fetch(), epoch, digest.batches()));
    }
    if (digest.batches() < count) {
      return "epoch "
          + epoch
          + ", counted from 0, has only "
          + digest.batches()
          + " of the "
          + count
          + " batches that are done";
    }
    if (saved == null) {
      return "";
    }
    String was = " of epoch " + epoch + ", counted from 0, ";
    if (!digest.shapes().equals(saved.shapes)) {
      return "the first batch" + was + "was " + saved.shapes + ", now " + digest.shapes();
    }
    if (!digest.first().equals(saved.first)) {
      return "the first batch" + was + "had other values, or they came in another order";
    }
    if (count > 1 && !digest.value().equals(saved.finished)) {
      return "the batches 1 to "
          + (count - 1)
          + was
          + "had other values or shapes, or came in another order";
    }
    return "";
  }

  /** What a checkpoint records of the data. */
  DataDigest.@Nullable Record record() {
    return digest.record(full);
  }

  /** Starts an epoch, whose first batches may have been read. */
  void begin(int epoch) {
    checkNotEmpty();
    if (this.epoch != epoch) {
      digest.start();
    }
    this.epoch = epoch;
    start();
  }

  @Override
  public boolean hasNext() {
    boolean more = super.hasNext();
    int count = digest.batches();
    if (expected > 0 && more == (count >= expected)) {
      throw new IllegalArgumentException(
          "data must have as many batches in epoch "
              + epoch
              + " as in the one before, "
              + expected
              + ", got "
              + (more ? "more" : count)
              + ". With allowOtherData() of ResumableCheckpoints the number may differ");
    }
    if (!more) {
      full = count;
      expected = 0;
    }
    return more;
  }

  @Override
  public DataSet next() {
    DataSet batch = checked(fetch(), epoch, digest.batches());
    digest.add(batch);
    return batch;
  }

  private static DataSet checked(@Nullable DataSet batch, int epoch, int number) {
    String missing =
        batch == null
            ? "batches"
            : batch.getFeatures() == null ? "features" : batch.getLabels() == null ? "labels" : "";
    Preconditions.checkArgument(
        missing.isEmpty(),
        "data must not have %s that are null, got that as batch %s of epoch %s, counted from 0",
        missing,
        number,
        epoch);
    return Objects.requireNonNull(batch);
  }
}
