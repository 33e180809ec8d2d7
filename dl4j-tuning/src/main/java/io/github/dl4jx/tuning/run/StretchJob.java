package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.nd4j.common.base.Preconditions;

/** The trials of a search, whose tasks are made as the search goes on. */
final class StretchJob extends Job<SharedData, TrainedStretch> {

  private final TrainingData data;
  private final int trials;

  StretchJob(TrainingData data, int trials) {
    this.data = data;
    this.trials = trials;
  }

  @Override
  public String name() {
    return "Search";
  }

  @Override
  public String unit() {
    return "trial";
  }

  @Override
  public int size() {
    return trials;
  }

  @Override
  public Task<SharedData, TrainedStretch> task(int index) {
    throw new UnsupportedOperationException("a trial's task depends on the scores of others");
  }

  @Override
  public SharedData shared() {
    return new SharedData(data);
  }

  @Override
  public Packed<SharedData> packed() {
    if (!data.inMemory()) {
      checkSerializable(data.source());
    }
    return new SharedData.PackedData(data);
  }

  private static void checkSerializable(Object source) {
    Preconditions.checkArgument(
        source instanceof Serializable,
        "a stream is opened by the machines of the cluster: its source must be serializable, got a"
            + " %s, which cannot be sent",
        source.getClass().getName());
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(source);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a stream's source must refer to what can be sent to another machine only, got " + e, e);
    }
  }

  @Override
  public ResultFormat<TrainedStretch> format() {
    return new TrainedStretch.Format();
  }
}
