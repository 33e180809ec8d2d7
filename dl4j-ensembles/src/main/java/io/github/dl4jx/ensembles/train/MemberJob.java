package io.github.dl4jx.ensembles.train;

import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.DataSet;

/** The members that an ensemble is to be trained of, and what they learn from. */
public final class MemberJob {

  private final String name;
  private final int members;
  private final TrainingData data;
  private final MemberTraining training;
  private final IntFunction<MemberTask> tasks;

  MemberJob(
      String name,
      int members,
      TrainingData data,
      MemberTraining training,
      IntFunction<MemberTask> tasks) {
    this.name = name;
    this.members = members;
    this.data = data;
    this.training = training;
    this.tasks = tasks;
  }

  /**
   * What is trained.
   *
   * @return the trainer and its settings
   */
  public String name() {
    return name;
  }

  /**
   * How many members there will be.
   *
   * @return at least 1
   */
  public int members() {
    return members;
  }

  /**
   * What all members learn from.
   *
   * @return the training data
   */
  public TrainingData data() {
    return data;
  }

  /**
   * Examples for early stopping.
   *
   * @return batches, shared: not to be changed; empty for none
   */
  public List<DataSet> validation() {
    Validation validation = training.validation();
    return validation == null ? List.of() : validation.batches();
  }

  /**
   * How many epochs without a lower score early stopping waits.
   *
   * @return at least 1, or 0 without early stopping
   */
  public int patience() {
    Validation validation = training.validation();
    return validation == null ? 0 : validation.patience();
  }

  /**
   * Whether members have listeners, which are objects of this machine.
   *
   * @return whether {@code memberListeners} was called
   */
  public boolean hasMemberListeners() {
    return training.hasListeners();
  }

  /** The task of a member. */
  MemberTask task(int member) {
    return tasks.apply(member);
  }

  /** Trains a member here, with its listeners. */
  Model trainHere(MemberTask task) {
    return task.train(data, training.listeners(task.member()), training.validation());
  }
}
