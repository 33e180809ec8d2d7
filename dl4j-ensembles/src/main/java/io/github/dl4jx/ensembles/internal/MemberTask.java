package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.graph.FeatureSubset;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.jobs.Task;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One member's training, as what it is computed from: a configuration, a seed, which rows and
 * features it sees, and for how many epochs. Examples in memory are apart, as all members share
 * them.
 *
 * <pre>{@code
 * seed_0 -> rows    seed_1 -> order of the rows    seed_2 -> initial weights    seed_3 -> features
 * }</pre>
 *
 * <p>It holds text and numbers, and where a stream comes from, so that it can be sent to another
 * machine, which gives the same parameters, bit for bit, where the number of OpenMP threads and the
 * kernels that OpenBLAS picks for the processor are the same.
 */
public final class MemberTask implements Task<MemberData, Model> {

  private static final long serialVersionUID = 1;

  /** Index of the member. */
  private final int member;

  /** What its network is made from. */
  private final Blueprint blueprint;

  /** What everything random of it follows from. */
  private final long seed;

  /** The rows it sees. */
  private final RowSample sample;

  /** The share of the features it sees, 1 for all. */
  private final double features;

  /** Passes over its rows. */
  private final int epochs;

  /** Its stream, unless the examples are shared. */
  private final SharedExamples.Stream stream;

  /** A task; {@code features} is the share of the features that it sees, 1 for all. */
  public MemberTask(
      int member,
      Blueprint blueprint,
      long seed,
      RowSample sample,
      double features,
      TrainingData data,
      int epochs) {
    this.member = member;
    this.blueprint = blueprint;
    this.seed = seed;
    this.sample = sample;
    this.features = features;
    this.epochs = epochs;
    this.stream = new SharedExamples.Stream(data);
  }

  /** Trains the member; interrupting the thread stops it after the step it is at. */
  @Override
  public Model run(MemberData shared) {
    BroadcastGuard.install(); // in the process that trains: on a cluster, an executor
    TrainingData data = data(shared);
    DataSetIterator rows = sample.of(data, seed);
    Model network = blueprint.create(initialSeed(), subset(data, rows));
    return MemberTraining.fit(network, rows, epochs, shared.listeners(member), shared.validation());
  }

  /** What it learns from. */
  TrainingData data(MemberData shared) {
    return stream.or(shared.examples());
  }

  int member() {
    return member;
  }

  Blueprint blueprint() {
    return blueprint;
  }

  long seed() {
    return seed;
  }

  /** Seed of its initial weights. */
  long initialSeed() {
    return Seeds.derive(seed, 2);
  }

  RowSample sample() {
    return sample;
  }

  int epochs() {
    return epochs;
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
