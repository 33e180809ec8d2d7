package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import io.github.dl4jx.training.jobs.internal.SharedExamples;

/** The trials of a search, whose tasks are made as the search goes on. */
final class StretchJob extends Job<SharedExamples, TrainedStretch> {

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
  public Task<SharedExamples, TrainedStretch> task(int index) {
    throw new UnsupportedOperationException("a trial's task depends on the scores of others");
  }

  @Override
  public SharedExamples shared() {
    return new SharedExamples(data);
  }

  @Override
  public Packed<SharedExamples> packed() {
    return new SharedExamples.PackedExamples(data);
  }

  @Override
  public ResultFormat<TrainedStretch> format() {
    return new TrainedStretch.Format();
  }
}
