package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.updaters.listener.ReproducibleTraining;
import io.github.dl4jx.updaters.resume.ResumableIterator;
import io.github.dl4jx.updaters.resume.Training;
import java.io.File;
import java.util.function.LongPredicate;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.schedule.ISchedule;

/** One network, trained under a cyclic learning rate, whose weights are collected on the way. */
final class CollectingRun {

  private final Blueprint blueprint;
  private final long seed;
  private final @Nullable File folder;
  private final EnsembleListener progress;

  CollectingRun(Blueprint blueprint, SettingsBuilder<?> settings) {
    this.blueprint = blueprint;
    this.seed = settings.seed;
    this.folder = settings.folder;
    this.progress = settings.progress;
  }

  /** Iterations of an epoch. */
  static int iterations(TrainingData data) {
    return (data.examples().numExamples() - 1) / data.batch() + 1;
  }

  /** The iterations of so many epochs, checked. */
  static int iterations(TrainingData data, int epochs) {
    long all = (long) epochs * iterations(data);
    Preconditions.checkArgument(
        all <= Integer.MAX_VALUE, "training must have at most 2^31 - 1 iterations, got %s", all);
    return (int) all;
  }

  /**
   * Trains and collects.
   *
   * @param what the trainer and its settings
   * @param rate the learning rate of all layers
   * @param moments after which iterations, counted from 1, the weights are collected
   * @param expected how many will be, in all
   * @param keep how many of them are kept
   */
  Ensemble fit(
      String what,
      TrainingData data,
      int epochs,
      ISchedule rate,
      LongPredicate moments,
      int expected,
      int keep,
      CombinationRule rule) {
    ResumableIterator batches =
        new ResumableIterator(data.examples(), data.batch(), Seeds.derive(seed, 1))
            .reusingBatches();
    Model network = blueprint.create(Seeds.derive(seed, 2));
    MemberTraining.checkLabels(network, data.examples());
    try (Collector collector = new Collector(what, moments, expected, keep)) {
      if (network instanceof MultiLayerNetwork) {
        ((MultiLayerNetwork) network).setLearningRate(rate);
      } else {
        ((ComputationGraph) network).setLearningRate(rate);
      }
      network.setListeners(
          new ReproducibleTraining(Seeds.derive(seed, 3)), collector, new StopWhenInterrupted());
      if (folder != null) {
        Training.fit(network, batches, epochs, folder);
      } else {
        for (int epoch = 0; epoch < epochs; epoch++) {
          Networks.fit(network, batches);
        }
      }
      MemberTraining.checkFinite(network);
      return collector.ensemble(rule);
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
    } finally {
      Networks.release(network);
    }
  }

  private final class Collector extends WeightCollector {

    private final String what;
    private final LongPredicate moments;
    private final int expected;
    private final int keep;

    Collector(String what, LongPredicate moments, int expected, int keep) {
      this.what = what;
      this.moments = moments;
      this.expected = expected;
      this.keep = keep;
    }

    @Override
    boolean isTakenAfter(long iterations) {
      return moments.test(iterations);
    }

    @Override
    int keep() {
      return keep;
    }

    @Override
    void taken(Model model, int number) {
      progress.memberTrained(number - 1, number, expected, model);
    }

    @Override
    public String toString() {
      return what;
    }
  }
}
