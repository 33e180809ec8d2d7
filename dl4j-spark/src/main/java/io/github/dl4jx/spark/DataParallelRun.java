package io.github.dl4jx.spark;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.DataParallelSettings;
import io.github.dl4jx.training.parallel.Residuals;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import java.io.File;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of {@link SparkDataParallel}, on the driver: its stretches and its state. */
final class DataParallelRun {

  private static final Logger log = LoggerFactory.getLogger(DataParallelRun.class);

  private static final int TOKEN_BYTES = 32;
  private static final String ATTEMPTS = "spark.stage.maxConsecutiveAttempts";
  private static final int DEFAULT_ATTEMPTS = 4;

  private final String group = "dl4jx-" + UUID.randomUUID();
  private final JavaSparkContext context;
  private final DataParallelSettings settings;
  private final int stretch;
  private final Duration timeout;
  private final SparkDataParallel.Progress progress;
  private final Network net;
  private final int end;
  private final @Nullable Residuals residuals;
  private final @Nullable ResumableCheckpoints checkpoints;
  private final DataRecord record;

  /** What the workers' data was in the first stretch; null if that is not known yet. */
  private @Nullable String data;

  /** Of worker 0's last minibatch so far. */
  private double score = Double.NaN;

  /** Finished rounds of the epoch. */
  private int done;

  private TrainingCost cost = new TrainingCost(0, 0, 0, 0);

  /**
   * Restores the newest checkpoint, if there is one.
   *
   * @param description of the data; null if only workers know it
   */
  DataParallelRun(
      JavaSparkContext context,
      DataParallelSettings settings,
      int stretch,
      Duration timeout,
      @Nullable File folder,
      SparkDataParallel.Progress progress,
      Network net,
      int epochs,
      @Nullable String description) {
    this.context = context;
    this.settings = settings;
    this.stretch = stretch;
    this.timeout = timeout;
    this.progress = progress;
    this.net = net;
    this.end = folder == null ? net.epoch() + epochs : epochs;
    this.residuals = settings.hasResiduals() ? Residuals.of(net.model(), settings) : null;
    this.checkpoints = folder == null ? null : ResumableCheckpoints.in(folder).build();
    Optional<SavedTraining> found =
        folder == null ? Optional.empty() : ResumableCheckpoints.resume(folder);
    this.record = new DataRecord(folder, found.isPresent(), settings.description(net.model()));
    this.data = description;
    if (description != null) {
      record.check(description);
    }
    withListeners(() -> restore(found));
  }

  private void restore(Optional<SavedTraining> found) {
    if (found.isPresent()) {
      SavedTraining saved = found.get();
      saved.restoreInto(net.model());
      done = saved.batch();
      log.info(
          "Going on from {}: {} epochs and {} iterations of the next one are done",
          saved.file(),
          saved.epoch(),
          done);
    }
  }

  /** Checkpoints have the states of the network's listeners, which are the residuals. */
  private void withListeners(Runnable work) {
    List<TrainingListener> listeners = new ArrayList<>();
    if (residuals != null) {
      listeners.add(residuals);
    }
    if (checkpoints != null) {
      listeners.add(checkpoints);
    }
    net.setListeners(listeners);
    try {
      work.run();
    } finally {
      net.setListeners(List.of());
    }
  }

  TrainingCost cost() {
    return cost;
  }

  <T> void train(JavaRDD<T> partitions, WorkerData<T> data) {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    try {
      if (checkpoints != null) {
        withListeners(() -> checkpoints.onEpochStart(net.model())); // takes the folder
      }
      SameBits sameBits = new SameBits();
      Machine.all(context, group).forEach(sameBits::compare);
      int number = 0;
      while (net.epoch() < end) {
        int before = net.iteration();
        stretch(partitions, data, token, sameBits);
        if (net.iteration() > before) { // or it has only found an epoch at its end
          number++;
          progress.trained(net.model(), number, score);
        }
      }
    } finally {
      if (checkpoints != null) {
        checkpoints.close();
      }
    }
  }

  /** Spark itself never tries a barrier stage again whose results go to the driver. */
  private <T> void stretch(
      JavaRDD<T> partitions, WorkerData<T> data, byte[] token, SameBits sameBits) {
    int attempts = Math.max(1, context.getConf().getInt(ATTEMPTS, DEFAULT_ATTEMPTS));
    for (int attempt = 1; ; attempt++) {
      try {
        take(trained(partitions, data, token), sameBits);
        return;
      } catch (StretchFailedException e) {
        if (attempt >= attempts || context.sc().isStopped()) {
          throw new IllegalStateException(
              e.getMessage() + " (attempt " + attempt + " of " + attempts + ", " + ATTEMPTS + ")",
              e.getCause());
        }
        log.warn(
            "The stretch from iteration {} on is trained again, attempt {} of {} has failed: {}",
            net.iteration(),
            attempt,
            attempts,
            e.getMessage());
      }
    }
  }

  /** Workers have failed, or been lost. */
  private static final class StretchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StretchFailedException(IllegalStateException failure) {
      super(failure.getMessage(), failure.getCause());
    }
  }

  private <T> List<TrainedStretch> trained(
      JavaRDD<T> partitions, WorkerData<T> data, byte[] token) {
    Broadcast<SentNetwork> network = context.broadcast(new SentNetwork(net));
    List<Broadcast<float[][]>> before = new ArrayList<>();
    if (residuals != null) {
      for (int w = 0; w < settings.workers(); w++) {
        before.add(context.broadcast(residuals.ofWorker(w)));
      }
    }
    boolean digests = data.isComputedAgain() || (this.data == null && record.isKept());
    TrainStretch<T> task =
        new TrainStretch<>(
            settings, data, network, before, done, stretch, end, digests, token, timeout);
    try {
      return ClusterJob.collect(
          context,
          group,
          "data-parallel training, from iteration " + net.iteration(),
          BarrierStage.of(partitions).mapPartitions(task),
          "the training of a network");
    } catch (IllegalStateException e) {
      throw ClusterJob.isRefused(e) ? e : new StretchFailedException(e);
    } finally {
      if (!context.sc().isStopped()) {
        network.destroy();
        before.forEach(Broadcast::destroy);
      }
    }
  }

  /** The digests of what the workers have read; nothing if they have made none. */
  private void compare(List<TrainedStretch> trained) {
    if (trained.stream().anyMatch(one -> one.data == null)) {
      return;
    }
    String now =
        trained.stream()
            .map(one -> "worker " + one.worker + ": " + one.data)
            .collect(Collectors.joining("\n"));
    if (data == null) {
      record.check(now);
      data = now;
    }
    Preconditions.checkState(
        data.equals(now),
        "partitions must have the same minibatches in the same order each time that they are"
            + " computed, which repartition(..) alone does not give them: checkpoint() what it"
            + " gives, or sort it; first there was\n%s\nand before iteration %s\n%s",
        data,
        net.iteration(),
        now);
  }

  private void take(List<TrainedStretch> all, SameBits sameBits) {
    List<TrainedStretch> trained = new ArrayList<>(all);
    trained.sort(Comparator.comparingInt(one -> one.worker));
    trained.forEach(one -> sameBits.compare(one.machine));
    compare(trained);
    TrainedStretch first = trained.get(0);
    Objects.requireNonNull(first.state, "worker 0 brings the state").into(net);
    done = first.rounds;
    for (TrainedStretch one : trained) {
      if (residuals != null && one.residuals != null) {
        residuals.setWorker(one.worker, one.residuals);
      }
      boolean isFirst = one == first;
      cost = cost.plus(isFirst ? one.made : 0, isFirst ? one.seconds : 0, one.messages, one.bytes);
    }
    Preconditions.checkState(
        Double.isFinite(net.model().params().norm1Number().doubleValue()),
        "the parameters are not finite any more, the training diverged, before iteration %s",
        net.iteration());
    if (first.made > 0) {
      score = first.score;
    }
    if (checkpoints != null) {
      record.write(); // first: a checkpoint without it could not tell other data
      withListeners(() -> checkpoints.save(net.model(), done));
    }
    log.info(
        "Epoch {}, iteration {}, score {}; so far {}", net.epoch(), net.iteration(), score, cost);
  }
}
