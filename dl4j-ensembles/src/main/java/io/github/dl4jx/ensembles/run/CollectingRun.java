package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.ProgressLog;
import io.github.dl4jx.ensembles.internal.StopWhenInterrupted;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import io.github.dl4jx.training.network.LearningRates;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import io.github.dl4jx.training.network.internal.UpdatesInPlace;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.util.Arrays;
import java.util.function.LongPredicate;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.ISchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One network, trained under a cyclic learning rate, whose weights are collected on the way. */
final class CollectingRun {

  private static final Logger log = LoggerFactory.getLogger(CollectingRun.class);

  private final Blueprint blueprint;
  private final TrainerSettings settings;

  CollectingRun(Blueprint blueprint, TrainerSettings settings) {
    this.blueprint = blueprint;
    this.settings = settings;
  }

  /** The iterations of so many epochs, checked: steps of the updater. */
  int iterations(TrainingData data, int epochs) {
    long batches = (data.examples().numExamples() - 1L) / data.batch() + 1;
    long all = epochs * batches * segments(data.examples());
    Preconditions.checkArgument(
        all <= Integer.MAX_VALUE, "training must have at most 2^31 - 1 iterations, got %s", all);
    return (int) all;
  }

  /** Steps that Deeplearning4j makes of one batch: with truncated backpropagation several. */
  private long segments(DataSet examples) {
    boolean graph = blueprint.kind() == Network.Kind.COMPUTATION_GRAPH;
    BackpropType type;
    int length;
    if (graph) {
      ComputationGraphConfiguration conf = ComputationGraphConfiguration.fromJson(blueprint.json());
      type = conf.getBackpropType();
      length = conf.getTbpttFwdLength();
    } else {
      MultiLayerConfiguration conf = MultiLayerConfiguration.fromJson(blueprint.json());
      type = conf.getBackpropType();
      length = conf.getTbpttFwdLength();
    }
    if (type != BackpropType.TruncatedBPTT) {
      return 1;
    }
    long features = steps(examples.getFeatures());
    long labels = steps(examples.getLabels());
    // Deeplearning4j logs a warning and does not train
    Preconditions.checkArgument(
        features == labels || (graph && Math.min(features, labels) == 0),
        "with truncated backpropagation features and labels must be time series of one length,"
            + " got %s and %s",
        Arrays.toString(examples.getFeatures().shape()),
        Arrays.toString(examples.getLabels().shape()));
    Preconditions.checkArgument(
        graph || features > 0,
        "with truncated backpropagation features must be time series, got %s",
        Arrays.toString(examples.getFeatures().shape()));
    return Math.max(1, (Math.max(features, labels) - 1) / length + 1);
  }

  private static long steps(INDArray array) {
    return array.rank() == 3 ? array.size(2) : 0;
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
    long seed = settings.seed();
    ResumableIterator batches =
        new ResumableIterator(data.examples(), data.batch(), Seeds.derive(seed, 1))
            .reusingBatches();
    Model network = blueprint.create(Seeds.derive(seed, 2));
    MemberTraining.checkLabels(network, data.examples());
    try (Collector collector = new Collector(what, moments, expected, keep)) {
      LearningRates.set(network, rate);
      network.setListeners(
          new ReproducibleTraining(Seeds.derive(seed, 3)),
          collector,
          new ProgressLog("Run", 1, epochs, log::info, System::nanoTime).of(0),
          new StopWhenInterrupted());
      if (settings.folder().isPresent()) {
        Training.fit(network, batches, epochs, settings.folder().get());
      } else {
        network.addListeners(new UpdatesInPlace());
        for (int epoch = 0; epoch < epochs; epoch++) {
          NetworkCalls.fit(network, batches);
        }
      }
      MemberTraining.checkFinite(network);
      return collector.ensemble(rule);
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
    } finally {
      Network.of(network).release();
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
      log.info("Member {} is collected: {} of {}", number, number, expected);
      settings.progress().memberTrained(number - 1, number, expected, model);
    }

    @Override
    public String toString() {
      return what;
    }
  }
}
