package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.Reductions;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every trainer trains a member: watched, stopped early, interrupted, resumed. */
final class MemberTraining {

  private static final Logger log = LoggerFactory.getLogger(MemberTraining.class);

  private final long seed;
  private final IntFunction<? extends Collection<? extends TrainingListener>> listeners;
  private final EnsembleListener progress;
  private final @Nullable Validation validation;
  private final @Nullable File folder;

  MemberTraining(TrainerBuilder<?> settings) {
    this.seed = settings.seed;
    this.listeners = settings.listeners;
    this.progress = settings.progress;
    this.validation = settings.validation;
    this.folder = settings.folder;
  }

  @Nullable Validation validation() {
    return validation;
  }

  boolean hasListeners() {
    return listeners != TrainerBuilder.NO_LISTENERS;
  }

  /** The listeners of a member's network. */
  Collection<? extends TrainingListener> listeners(int member) {
    return Arguments.notNull("what memberListeners give", listeners.apply(member));
  }

  /** Tells of a member that is there. */
  void report(int member, int finished, int members, Model network) {
    log.info("Member {} is trained: {} of {}", member + 1, finished, members);
    progress.memberTrained(member, finished, members, network);
  }

  /**
   * The folder of finished members, if the user wants one.
   *
   * @param what the trainer and all of its settings
   * @param data what it learns from
   * @param epochs how long
   * @param configurations what the members are made from
   */
  @Nullable MemberFolder open(
      String what, TrainingData data, int epochs, List<Blueprint> configurations) {
    if (folder == null) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    text.append(what).append("\nseed ").append(seed).append(", epochs ").append(epochs);
    text.append(", early stopping ").append(validation == null ? "none" : validation.patience());
    text.append("\ndata ").append(data.description()).append('\n');
    configurations.forEach(configuration -> text.append(configuration.json()).append('\n'));
    LoadPolicy policy = LoadPolicy.standard();
    for (Blueprint configuration : configurations) {
      policy = policy.allowingClassesIn(configuration.json(), configuration.kind().type());
    }
    return MemberFolder.open(folder, text.toString(), policy);
  }

  /**
   * Trains members that do not depend on each other, but for those that are in the folder.
   *
   * @param execution where
   * @param configurations what the members are made from
   * @return the networks, in the order of their indices
   */
  List<Model> train(
      MemberExecution execution, MemberJob job, int epochs, List<Blueprint> configurations) {
    try (MemberExecution.Session session = execution.open(job);
        @Nullable MemberFolder finished = open(job.name(), job.data(), epochs, configurations)) {
      return MemberThreads.train(
          job.members(),
          session.parallelism(),
          this,
          m -> {
            MemberTask task = job.task(m);
            return resume(finished, m, task.kind(), () -> session.train(task));
          });
    }
  }

  /** The member in the folder, or else a new one, which is put there. */
  static Model resume(
      @Nullable MemberFolder folder, int member, Network.Kind kind, Supplier<Model> trainer) {
    Model saved = folder == null ? null : folder.load(member, kind);
    if (saved != null) {
      return saved;
    }
    Model trained = trainer.get();
    if (folder != null) {
      folder.save(member, trained);
    }
    return trained;
  }

  /**
   * Trains a network.
   *
   * @param network a new network; released
   * @return a copy for inference, without gradients and updater state
   */
  Model fit(int member, Model network, DataSetIterator data, int epochs) {
    return fit(network, data, epochs, listeners(member), validation);
  }

  /** The same, for a member that is trained without its trainer. */
  static Model fit(
      Model network,
      DataSetIterator data,
      int epochs,
      Collection<? extends TrainingListener> listeners,
      @Nullable Validation validation) {
    try {
      List<TrainingListener> all = new ArrayList<>(listeners);
      all.add(new StopWhenInterrupted());
      network.setListeners(all.toArray(new TrainingListener[0]));
      if (validation == null) {
        for (int epoch = 0; epoch < epochs; epoch++) {
          Networks.fit(network, data);
        }
      } else {
        validation.fit(network, data, epochs);
      }
      checkFinite(network);
      return Networks.copy(network);
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
    } finally {
      Networks.release(network);
    }
  }

  /** The ensemble of networks, which are released. */
  static Ensemble ensemble(CombinationRule rule, List<Model> networks) {
    try {
      return Ensemble.of(rule, networks);
    } finally {
      networks.forEach(Networks::release);
    }
  }

  /** Refuses labels that have other columns than a network's output. */
  static void checkLabels(Model network, DataSet examples) {
    Layer last = Networks.outputLayer(network);
    if (last instanceof BaseOutputLayer
        && !(((BaseOutputLayer) last).getLossFn() instanceof LossSparseMCXENT)) {
      long outputs = ((BaseOutputLayer) last).getNOut();
      Preconditions.checkArgument(
          examples.getLabels().rank() < 2 || examples.getLabels().size(1) == outputs,
          "labels must have the network's %s outputs, got shape %s",
          outputs,
          examples.getLabels().shape());
    }
  }

  /** Refuses a network whose training has diverged. */
  static void checkFinite(Model network) {
    Preconditions.checkState(
        Reductions.isFinite(network.params()), // a norm may be too large for half precision
        "the parameters are not finite any more: the training diverged");
  }

  /** Checks what a trainer is called with. */
  static void check(Object data, int epochs) {
    Arguments.notNull("data", data);
    checkEpochs(epochs);
  }

  /** Checks a number of epochs. */
  static void checkEpochs(int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
  }
}
