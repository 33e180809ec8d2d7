package io.github.dl4jx.updaters.resume;

import io.github.dl4jx.updaters.guard.BroadcastGuard;
import io.github.dl4jx.updaters.listener.ReproducibleTraining;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training that may be killed at any moment: run the same program again, and it goes on to the very
 * same bits.
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(conf);
 * net.init();
 * net.setListeners(WeightAveragingListener.ema(0.995).build());
 * Training.fit(net, new ResumableIterator(train, 128, 42), 10, new File("run"));
 * }</pre>
 *
 * <p>If the folder holds a run, its newest whole checkpoint is restored into the network and its
 * listeners, and the data is wound to its place. While it trains, the network has two listeners
 * more: {@link ReproducibleTraining}, unless it has one, with the configuration's seed, and {@link
 * ResumableCheckpoints}.
 *
 * <p>The data must come in the same batches each time the program is run. A {@link
 * ResumableIterator} is taken straight to its place; any other iterator must be new, is reset once
 * for each finished epoch, and gives the finished batches of the current one to be thrown away.
 *
 * <p>What is the same each time must be the same program: the same configuration, listeners, number
 * of OpenMP threads (a difference is logged) and kind of processor.
 */
public final class Training {

  private static final Logger log = LoggerFactory.getLogger(Training.class);

  private static final int EVERY_ITERATIONS = 1000;

  private Training() {}

  /**
   * Trains to a number of epochs, with a checkpoint every 1000 iterations and after every epoch, of
   * which the last 3 are kept.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialized
   * @param data the training data
   * @param epochs number of epochs of the whole run, at least 1; nothing is done if the run in the
   *     folder has as many
   * @param folder folder of the checkpoints of this run
   * @throws IllegalArgumentException if the folder holds the run of another network or of other
   *     listeners
   * @throws java.io.UncheckedIOException if checkpoints cannot be written or none can be read
   */
  public static void fit(Model network, DataSetIterator data, int epochs, File folder) {
    fit(
        network,
        data,
        epochs,
        ResumableCheckpoints.in(folder).everyIterations(EVERY_ITERATIONS).everyEpochs(1).build());
  }

  /**
   * Trains to a number of epochs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialized
   * @param data the training data
   * @param epochs number of epochs of the whole run, at least 1; nothing is done if the run has as
   *     many
   * @param checkpoints where and how often checkpoints are taken
   * @throws IllegalArgumentException if the folder holds the run of another network or of other
   *     listeners
   * @throws java.io.UncheckedIOException if checkpoints cannot be written or none can be read
   */
  public static void fit(
      Model network, DataSetIterator data, int epochs, ResumableCheckpoints checkpoints) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    BroadcastGuard.install();
    TrainedNetwork net = TrainedNetwork.of(network);
    net.parameters();
    List<TrainingListener> own = new ArrayList<>(net.listeners());
    List<TrainingListener> listeners = new ArrayList<>(own);
    if (own.stream().noneMatch(listener -> listener instanceof ReproducibleTraining)) {
      listeners.add(new ReproducibleTraining(net.seed()));
    }
    listeners.remove(checkpoints);
    listeners.add(checkpoints);
    net.setListeners(listeners);
    try {
      int batch = 0;
      Optional<SavedTraining> saved = ResumableCheckpoints.resume(checkpoints.directory());
      if (saved.isPresent()) {
        saved.get().restoreInto(network);
        batch = saved.get().batch();
        log.info(
            "Going on from {}: {} epochs and {} batches are done",
            saved.get().file(),
            net.epoch(),
            batch);
      }
      wind(data, net.epoch(), batch);
      if (batch > 0 && !data.hasNext()) {
        listeners.forEach(listener -> listener.onEpochEnd(network)); // killed just before that
        net.nextEpoch();
      }
      while (net.epoch() < epochs) {
        net.fit(data);
      }
    } finally {
      net.setListeners(own);
    }
  }

  private static void wind(DataSetIterator data, int epoch, int batch) {
    if (data instanceof ResumableIterator) {
      ((ResumableIterator) data).start(epoch, batch);
      return;
    }
    Preconditions.checkArgument(
        epoch == 0 || data.resetSupported(),
        "to go on after %s epochs, data must be a ResumableIterator or support reset(), got %s",
        epoch,
        data.getClass().getName());
    for (int e = 0; e < epoch; e++) {
      data.reset();
    }
    for (int b = 0; b < batch; b++) {
      Preconditions.checkState(
          data.hasNext(), "data must have the %s batches that are done, got %s", batch, b);
      data.next();
    }
  }
}
