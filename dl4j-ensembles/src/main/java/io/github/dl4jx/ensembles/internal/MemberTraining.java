package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.uncertainty.GaussianNll;
import io.github.dl4jx.random.Reductions;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import io.github.dl4jx.training.network.internal.UpdatesInPlace;
import io.github.dl4jx.training.resume.DataDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMixtureDensity;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every trainer trains a member: watched, stopped early, interrupted, resumed. */
public final class MemberTraining {

  /** Losses whose labels need not have as many columns as the output. */
  private static final List<Class<? extends ILossFunction>> OF_OTHER_COLUMNS =
      List.of(LossSparseMCXENT.class, LossMixtureDensity.class, GaussianNll.class);

  private static final Logger log = LoggerFactory.getLogger(MemberTraining.class);

  private final TrainerSettings settings;
  private final MemberData watch;

  /** Of the training one after the other that a thread is at: trainers themselves do not change. */
  private final ThreadLocal<ProgressLog> current;

  public MemberTraining(TrainerSettings settings) {
    this.settings = settings;
    this.watch = new MemberData(SharedExamples.none(), settings);
    this.current = ThreadLocal.withInitial(() -> progress(settings.members(), 1));
  }

  public TrainerSettings settings() {
    return settings;
  }

  private ProgressLog progress(int members, int epochs) {
    return new ProgressLog(
        "Member", members, epochs, log::info, System::nanoTime, settings.progress());
  }

  /** Begins to train members one after the other in this thread; the log says how far it is. */
  public void begin(int members, int epochs) {
    current.set(progress(members, epochs));
  }

  /** Reports a finished member of those that are trained one after the other. */
  public void report(int member, int finished, int members, Model network) {
    report(current.get(), member, finished, members, network);
  }

  private void report(ProgressLog progress, int member, int finished, int members, Model network) {
    synchronized (progress) { // epochs of other members are told in their threads
      progress.finished(member, finished);
      settings.progress().memberTrained(member, finished, members, network);
    }
  }

  /**
   * The finished members, in a folder if the user wants that.
   *
   * @param what the trainer and all of its settings
   * @param data what it learns from
   * @param epochs how long
   * @param configurations what the members are made from
   * @return the results, to be closed by the caller
   */
  public KeptResults<Model> kept(
      String what, TrainingData data, int epochs, List<Blueprint> configurations) {
    if (settings.folder().isEmpty()) {
      return KeptResults.none();
    }
    return KeptResults.in(
        settings.folder().get(),
        text(what, data, epochs, configurations).get(),
        "member",
        new NetworkFormat(configurations));
  }

  /** What tells this training from others. */
  private Supplier<String> text(
      String what, TrainingData data, int epochs, List<Blueprint> configurations) {
    return () -> {
      StringBuilder text = new StringBuilder();
      text.append(what)
          .append("\nseed ")
          .append(settings.seed())
          .append(", epochs ")
          .append(epochs);
      text.append(", early stopping ");
      text.append(settings.patience() == 0 ? "none" : String.valueOf(settings.patience()));
      settings
          .validation()
          .forEach(batch -> text.append(", validation ").append(DataDigest.of(batch)));
      text.append("\ndata ").append(data.description()).append('\n');
      configurations.forEach(configuration -> text.append(configuration.json()).append('\n'));
      return text.toString();
    };
  }

  /**
   * Trains members that do not depend on each other, but for those that are in the folder.
   *
   * @param what the trainer and all of its settings
   * @param members how many
   * @param data what they learn from
   * @param epochs how long
   * @param configurations what the members are made from
   * @param tasks the members' tasks
   * @return the networks, in the order of their indices
   */
  public List<Model> train(
      String what,
      int members,
      TrainingData data,
      int epochs,
      List<Blueprint> configurations,
      IntFunction<MemberTask> tasks) {
    configurations.forEach(configuration -> configuration.check(settings.rule()));
    NetworkFormat format = new NetworkFormat(configurations);
    ProgressLog progress = progress(members, epochs);
    MemberJob job = new MemberJob(what, members, data, settings, format, tasks, progress);
    if (settings.stacked() > 0) {
      return stacked(
          new StackedTraining(job, tasks, format, members, settings),
          text(what, data, epochs, configurations),
          data,
          progress,
          members);
    }
    try (Execution.Session<MemberData, Model> session = settings.execution().open(job);
        KeptResults<Model> kept = kept(what, data, epochs, configurations)) {
      return job.run(
          session,
          kept,
          (member, finished, network) -> report(progress, member, finished, members, network));
    }
  }

  private List<Model> stacked(
      StackedTraining job,
      Supplier<String> text,
      TrainingData data,
      ProgressLog progress,
      int members) {
    StackedTraining.check(data);
    int[] finished = {0};
    try (Execution.Session<MemberData, List<Model>> session = settings.execution().open(job);
        KeptResults<List<Model>> kept =
            settings.folder().isEmpty()
                ? KeptResults.none()
                : KeptResults.in(
                    settings.folder().get(),
                    "stacked, at most " + settings.stacked() + " at a time\n" + text.get(),
                    job.unit(),
                    job.format())) {
      return StackedTraining.flat(
          job.run(
              session,
              kept,
              (group, groups, networks) -> {
                for (int i = 0; i < networks.size(); i++) {
                  int member = job.first(group) + i;
                  report(progress, member, ++finished[0], members, networks.get(i));
                }
              }));
    }
  }

  /** Trains a member here; a copy for inference comes back, and the network is released. */
  public Model fit(int member, Model network, DataSetIterator data, int epochs) {
    List<TrainingListener> listeners = new ArrayList<>(watch.listeners(member));
    listeners.add(current.get().of(member));
    return fit(network, data, epochs, listeners, watch.validation());
  }

  /** The same for a member that is trained without its trainer. */
  static Model fit(
      Model network,
      DataSetIterator data,
      int epochs,
      Collection<? extends TrainingListener> listeners,
      @Nullable Validation validation) {
    try {
      listen(network, listeners);
      if (validation == null) {
        fit(network, data, epochs);
      } else {
        validation.fit(network, data, epochs);
      }
      checkFinite(network);
      return Network.initialized("a member", network).copy().model();
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
    } finally {
      Network.of(network).release();
    }
  }

  /** The same for a network that stays the caller's, and is not looked at afterwards. */
  static void fit(
      Model network,
      DataSetIterator data,
      int epochs,
      Collection<? extends TrainingListener> listeners) {
    listen(network, listeners);
    try {
      fit(network, data, epochs);
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
    }
  }

  private static void listen(Model network, Collection<? extends TrainingListener> listeners) {
    List<TrainingListener> all = new ArrayList<>(listeners);
    all.add(new StopWhenInterrupted());
    all.add(new UpdatesInPlace());
    network.setListeners(all.toArray(new TrainingListener[0]));
  }

  private static void fit(Model network, DataSetIterator data, int epochs) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      NetworkCalls.fit(network, data);
    }
  }

  /** The ensemble of networks, which are released. */
  public Ensemble ensemble(List<Model> networks) {
    try {
      return Ensemble.of(settings.rule(), networks);
    } finally {
      networks.forEach(member -> Network.of(member).release());
    }
  }

  /** Refuses labels that have other columns than a network's output. */
  public static void checkLabels(Model network, DataSet examples) {
    Layer last = Network.of(network).outputLayer();
    if (last instanceof BaseOutputLayer
        && OF_OTHER_COLUMNS.stream()
            .noneMatch(loss -> loss.isInstance(((BaseOutputLayer) last).getLossFn()))) {
      long outputs = ((BaseOutputLayer) last).getNOut();
      boolean timeFirst =
          last instanceof RnnOutputLayer
              && ((RnnOutputLayer) last).getRnnDataFormat() == RNNFormat.NWC
              && examples.getLabels().rank() == 3;
      Preconditions.checkArgument(
          examples.getLabels().rank() < 2
              || examples.getLabels().size(timeFirst ? 2 : 1) == outputs,
          "labels must have the network's %s outputs, got shape %s",
          outputs,
          examples.getLabels().shape());
    }
  }

  /** Refuses a network whose training has diverged. */
  public static void checkFinite(Model network) {
    Preconditions.checkState(
        Reductions.isFinite(network.params()), // a norm may be too large for half precision
        "the parameters are not finite any more: the training diverged");
  }

  /** Checks what a trainer is called with. */
  public static void check(Object data, int epochs) {
    Arguments.notNull("data", data);
    checkEpochs(epochs);
  }

  /** Checks a number of epochs. */
  public static void checkEpochs(int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
  }
}
