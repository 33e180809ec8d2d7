package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/** The members that an ensemble is to be trained of, and what they learn from. */
final class MemberJob extends Job<MemberData, Model> {

  private final String name;
  private final int members;
  private final TrainingData data;
  private final TrainerSettings settings;
  private final NetworkFormat format;
  private final IntFunction<MemberTask> tasks;
  private final ProgressLog progress;

  MemberJob(
      String name,
      int members,
      TrainingData data,
      TrainerSettings settings,
      NetworkFormat format,
      IntFunction<MemberTask> tasks,
      ProgressLog progress) {
    this.name = name;
    this.members = members;
    this.data = data;
    this.settings = settings;
    this.format = format;
    this.tasks = tasks;
    this.progress = progress;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String unit() {
    return "member";
  }

  @Override
  public int size() {
    return members;
  }

  @Override
  public MemberTask task(int index) {
    return tasks.apply(index);
  }

  @Override
  public MemberData shared() {
    return new MemberData(new SharedExamples(data), settings).with(progress);
  }

  @Override
  public Packed<MemberData> packed() {
    Preconditions.checkArgument(
        settings.listeners().isEmpty(),
        "memberListeners cannot be sent to the machines of a cluster: leave them out, and watch"
            + " members with progress(..)");
    return new PackedMemberData(data, settings.validation(), settings.patience());
  }

  @Override
  public ResultFormat<Model> format() {
    return format;
  }
}
