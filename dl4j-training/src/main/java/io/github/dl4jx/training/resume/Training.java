package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.internal.InPlaceUpdater;
import io.github.dl4jx.training.internal.Misfit;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.internal.UpdatesInPlace;
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
 * Training that may be killed at any moment: run the same program again, and it goes on to the same
 * weights, bit for bit.
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(conf);
 * net.init();
 * net.setListeners(WeightAveragingListener.ema(0.995).build());
 * Training.fit(net, new ResumableIterator(train, 128, 42), 10, new File("run"));
 * }</pre>
 *
 * <p>If the folder has checkpoints of the run, the newest one that is whole is restored into the
 * network and its listeners, and the data goes to its position. During training the network has two
 * more listeners: {@link ReproducibleTraining} with the configuration's seed, unless it has one,
 * and {@link ResumableCheckpoints}.
 *
 * <p>The data must come in the same batches each time the program is run. A {@link
 * ResumableIterator} goes straight to its epoch; any other iterator must be new, and is reset once
 * for each finished epoch. The finished batches of the current epoch are read again, or the first
 * batch of the one before, and compared with the checkpoint's record of them: other data, another
 * batch size, another order or another number of batches is refused, unless {@link
 * ResumableCheckpoints.Builder#allowOtherData} is set. Compared are every byte of an epoch's first
 * batch; of each later one the shapes and 16 blocks of 64 bytes, spread over each array; the number
 * of batches of a {@link ResumableIterator} at once, that of others at the end of the first epoch.
 * Differences elsewhere, or in batches still to come, are not noticed.
 *
 * <p>While {@code fit} runs, no other run can use the folder: see {@link FolderLock}.
 *
 * <p>The program must be the same each time: the same configuration, listeners, number of OpenMP
 * threads (a difference is logged) and kind of processor.
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
   * @throws IllegalArgumentException if the folder has checkpoints of another network, of other
   *     listeners or data; if an epoch of the data has no batch, or one that is null or without
   *     features or labels; nothing is changed if that is found before training
   * @throws IllegalStateException if another run uses the folder, or the parameters are not finite
   *     at a checkpoint or an epoch's end, where the older checkpoints are kept
   * @throws java.io.UncheckedIOException if checkpoints cannot be written or none can be read
   */
  public static void fit(Model network, DataSetIterator data, int epochs, File folder) {
    check(network, data, epochs);
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
   * @throws IllegalArgumentException if the folder has checkpoints of another network, of other
   *     listeners or data; if an epoch of the data has no batch, or one that is null or without
   *     features or labels; nothing is changed if that is found before training
   * @throws IllegalStateException if another run uses the folder, or the parameters are not finite
   *     at a checkpoint or an epoch's end, where the older checkpoints are kept
   * @throws java.io.UncheckedIOException if checkpoints cannot be written or none can be read
   */
  public static void fit(
      Model network, DataSetIterator data, int epochs, ResumableCheckpoints checkpoints) {
    check(network, data, epochs);
    Preconditions.checkArgument(checkpoints != null, "checkpoints must not be null");
    BroadcastGuard.install();
    Network net = Network.of(network);
    List<TrainingListener> own = new ArrayList<>(net.listeners());
    List<TrainingListener> listeners = new ArrayList<>(own);
    if (own.stream().noneMatch(listener -> listener instanceof ReproducibleTraining)) {
      listeners.add(new ReproducibleTraining(net.seed()));
    }
    listeners.remove(checkpoints);
    listeners.add(checkpoints);
    listeners.add(new UpdatesInPlace());
    TrainingBatches batches = new TrainingBatches(data);
    checkpoints.beginRun(batches); // outside: if it is refused, there is no run to end
    try {
      net.setListeners(listeners);
      fit(net, batches, epochs, checkpoints, listeners);
    } finally {
      checkpoints.endRun();
      net.with(InPlaceUpdater::takeBack, InPlaceUpdater::takeBack);
      net.setListeners(own);
      batches.close();
    }
  }

  private static void check(Model network, DataSetIterator data, int epochs) {
    Network.initialized(network);
    Preconditions.checkArgument(data != null, "data must not be null");
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
  }

  private static void fit(
      Network net,
      TrainingBatches batches,
      int epochs,
      ResumableCheckpoints checkpoints,
      List<TrainingListener> listeners) {
    Optional<SavedTraining> found = checkpoints.newest();
    if (found.isPresent() && found.get().epoch() >= epochs) {
      found.get().restoreInto(net.model());
      log.info("{} is of a run of {} epochs, which are done", found.get().file(), epochs);
      return;
    }
    batches.checkNotEmpty();
    if (found.isPresent()) {
      SavedTraining saved = found.get();
      saved.restoreInto(net.model(), () -> wind(batches, saved, checkpoints.allowsOtherData()));
      log.info(
          "Going on from {}: {} epochs and {} batches are done",
          saved.file(),
          saved.epoch(),
          saved.batch());
      if (saved.batch() > 0 && !batches.hasNext()) {
        listeners.forEach(listener -> listener.onEpochEnd(net.model())); // killed just before that
        net.nextEpoch();
      }
    } else if (net.epoch() < epochs) {
      batches.wind(net.epoch(), 0, null, "", true);
    }
    while (net.epoch() < epochs) {
      batches.begin(net.epoch());
      Misfit.named(
          "data",
          "the network",
          () -> {
            net.with(layers -> layers.fit(batches), graph -> graph.fit(batches));
            return net;
          });
      batches.close();
      NetworkState.checkFinite(net, "in epoch " + (net.epoch() - 1) + ", counted from 0");
    }
  }

  private static void wind(TrainingBatches batches, SavedTraining saved, boolean others) {
    if (saved.data() == null) {
      log.warn("{} does not say on what data it was trained: it is not compared", saved.file());
    }
    String difference =
        batches.wind(saved.epoch(), saved.batch(), saved.data(), saved.file(), others);
    if (!difference.isEmpty()) {
      log.warn("Going on from {} with other data: {}", saved.file(), difference);
    }
  }
}
