package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.graph.FeatureSubset;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.Network;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One member's training, as what it is computed from: a configuration, a seed, which rows and
 * features it sees, and for how many epochs. The data is apart, as all members share it.
 *
 * <pre>{@code
 * seed_0 -> rows    seed_1 -> order of the rows    seed_2 -> initial weights    seed_3 -> features
 * }</pre>
 *
 * <p>It holds text and numbers only, so that it can be sent to another machine; {@link #train}
 * there gives the same parameters, bit for bit, where the number of OpenMP threads and the kernels
 * that OpenBLAS picks for the processor are the same.
 */
public final class MemberTask implements Serializable {

  private static final long serialVersionUID = 1;

  /** Index of the member. */
  private final int member;

  /** What its network is made from. */
  private final Blueprint blueprint;

  /** What everything random of it follows from. */
  private final long seed;

  /** The rows it sees. */
  private final RowSample sample;

  /** The share of the features it sees. */
  private final double features;

  /** Passes over its rows. */
  private final int epochs;

  /**
   * A task.
   *
   * @param features share of the features, 1 for all
   */
  MemberTask(
      int member, Blueprint blueprint, long seed, RowSample sample, double features, int epochs) {
    this.member = member;
    this.blueprint = blueprint;
    this.seed = seed;
    this.sample = sample;
    this.features = features;
    this.epochs = epochs;
  }

  /**
   * The member's index.
   *
   * @return from 0 on
   */
  public int member() {
    return member;
  }

  /**
   * The kind of its network.
   *
   * @return the kind
   */
  public Network.Kind kind() {
    return blueprint.kind();
  }

  /**
   * What a file of its network may hold.
   *
   * @return the standard classes, and those that its configuration names
   */
  public LoadPolicy policy() {
    return blueprint.policy();
  }

  /**
   * Trains the member in this thread; interrupting the thread stops it after the step it is at.
   *
   * @param data the training data of the job that the task is of
   * @param validation examples for early stopping, in batches; empty for none
   * @param patience how many epochs without a lower score; of no meaning without validation
   * @return a network for inference, to be released by the caller
   * @throws IllegalArgumentException if validation is not empty and patience is below 1
   * @throws IllegalStateException if the training diverged
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public Model train(TrainingData data, List<DataSet> validation, int patience) {
    Arguments.notNull("data", data);
    return train(
        data,
        List.of(),
        Arguments.noneNull("validation", validation).isEmpty()
            ? null
            : new Validation(validation, patience));
  }

  Model train(
      TrainingData data,
      Collection<? extends TrainingListener> listeners,
      @Nullable Validation validation) {
    BroadcastGuard.install(); // in the process that trains: on a cluster, an executor
    DataSetIterator rows = sample.of(data, seed);
    Model network = blueprint.create(Seeds.derive(seed, 2), subset(data, rows));
    return MemberTraining.fit(network, rows, epochs, listeners, validation);
  }

  private @Nullable FeatureSubset subset(TrainingData data, DataSetIterator rows) {
    if (features == 1) {
      return null;
    }
    int all = data.inMemory() ? data.examples().numInputs() : rows.inputColumns();
    int some = (int) Math.max(1, Math.round(features * all));
    return new FeatureSubset(all, Bootstrap.withoutReplacement(all, some, Seeds.derive(seed, 3)));
  }

  @Override
  public String toString() {
    return "MemberTask(" + (member + 1) + ")";
  }
}
