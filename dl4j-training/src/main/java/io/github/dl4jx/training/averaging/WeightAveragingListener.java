package io.github.dl4jx.training.averaging;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a running average of a network's parameters, to be used at test time.
 *
 * <pre>{@code
 * a = w                        the first time
 * a = a + c_n * (w - a)        the n-th time after that
 *
 * ema(d)              c_n = 1 - d_n        after every iteration
 * swa(s)              c_n = 1 / (n + 1)    at the end of every epoch from epoch s on
 * polyakRuppert(i)    c_n = 1 / (n + 1)    after every iteration from iteration i on
 *
 * d_n = min(d, (1 + n) / (10 + n)), or another warm-up, or d with constantDecay()
 * }</pre>
 *
 * <p>An {@code ema} starts at the first weights, and forgets them soon because of its warm-up; the
 * other two are plain means. A network can have several averages, each in a listener of its own.
 * Training itself is never changed.
 *
 * <p>All parameters are averaged, the mean and variance of batch normalization among them, because
 * Deeplearning4j keeps those as parameters: see {@link BatchNormStatistics} for when they should be
 * computed anew. An EMA is kept in the network's data type, but at least in float, and the means in
 * double: smaller types lose small updates.
 *
 * <p>Deeplearning4j applies constraints such as max-norm after its listeners have run, so that the
 * average is one of weights before them. Every method that returns or swaps in the average applies
 * the network's constraints to it.
 *
 * <p>One listener serves one {@link MultiLayerNetwork} or {@link ComputationGraph}, from the thread
 * that trains it. {@code ResumableCheckpoints} saves its state, {@link #close} frees its memory.
 *
 * <pre>{@code
 * WeightAveragingListener ema = WeightAveragingListener.ema(0.995).build();
 * net.setListeners(ema);
 * net.fit(train, 5);
 * try (var swapped = ema.swapInto(net)) {
 *   net.evaluate(test);
 * }
 * MultiLayerNetwork averaged = ema.averagedNetwork(net);
 * }</pre>
 *
 * <p>References: B. T. Polyak, A. B. Juditsky, "Acceleration of Stochastic Approximation by
 * Averaging", SIAM J. Control Optim. 30(4), 1992, doi:10.1137/0330046; P. Izmailov, D. Podoprikhin,
 * T. Garipov, D. Vetrov, A. G. Wilson, "Averaging Weights Leads to Wider Optima and Better
 * Generalization", UAI 2018, arXiv 1803.05407, for swa.
 */
public final class WeightAveragingListener extends BaseTrainingListener
    implements ResumableListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WeightAveragingListener.class);

  private final AveragingRule rule;
  private final RunningAverage average;
  private @Nullable Model network;
  private boolean swappedIn;
  private boolean warned;

  WeightAveragingListener(AveragingRule rule) {
    this.rule = rule;
    this.average = new RunningAverage(rule);
  }

  /**
   * An exponential moving average.
   *
   * @param decay weight of the past, in [0, 1); 0.995 suits runs of some thousand updates, 0.999
   *     and more longer ones; with 0 the average is the latest parameters, bit for bit
   * @return a builder
   * @throws IllegalArgumentException if decay is outside [0, 1)
   */
  public static EmaBuilder ema(double decay) {
    return new EmaBuilder(decay);
  }

  /**
   * Stochastic weight averaging: the mean of the parameters at the ends of epochs. Meant for a
   * constant or cyclic learning rate that keeps exploring.
   *
   * @param startEpoch the first epoch that is averaged, counted from 0; the paper starts after 75 %
   *     of the training
   * @return a builder; every epoch, its default, is the paper's choice for a constant rate
   * @throws IllegalArgumentException if startEpoch is negative
   */
  public static AveragingBuilder swa(int startEpoch) {
    AveragingBuilder.checkStart("startEpoch", startEpoch);
    return AveragingBuilder.of(every -> AveragingRule.Mean.ofEpochs(startEpoch, every));
  }

  /**
   * Polyak-Ruppert averaging: the mean of the parameters after every iteration of the run's tail.
   *
   * @param startIteration the first iteration that is averaged, counted from 0
   * @return a builder
   * @throws IllegalArgumentException if startIteration is negative
   */
  public static AveragingBuilder polyakRuppert(int startIteration) {
    AveragingBuilder.checkStart("startIteration", startIteration);
    return AveragingBuilder.of(every -> AveragingRule.Mean.ofIterations(startIteration, every));
  }

  @Override
  public synchronized void onGradientCalculation(Model model) {
    if (swappedIn) { // before the step is taken, so that nothing is lost
      throw new IllegalStateException(
          "the network is being trained while the averaged weights are swapped in:"
              + " close the scope of swapInto(..) before fit(..)");
    }
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (Network.is(model)) { // and not a layer that is being pretrained
      bind(model);
      if (rule.includesIteration(iteration, epoch)) {
        average.update(model.params());
      }
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    if (Network.is(model) && rule.includesEpoch(Network.of(model).epoch())) {
      bind(model);
      average.update(model.params());
    }
  }

  private void bind(Model model) {
    if (network == null) {
      network = model;
    }
    Preconditions.checkArgument(
        network == model,
        "the listener averages another network than is trained with it now: use one listener a"
            + " network, and none under ParallelWrapper, which trains copies");
  }

  /** {@return the number of updates of the average} */
  public synchronized long updates() {
    return average.updates();
  }

  /**
   * Puts the averaged weights into the network until the scope is closed; the training weights are
   * then restored bit for bit. Training and checkpoints inside the scope are refused.
   *
   * @param model the network that was trained with this listener
   * @return the scope, for a try-with-resources statement
   * @throws IllegalStateException if nothing was averaged yet or the weights are swapped in already
   * @throws IllegalArgumentException if it has another number of parameters
   */
  public synchronized SwappedWeights swapInto(Model model) {
    INDArray parameters = parameters(model);
    average.checkFits(parameters);
    if (swappedIn) {
      throw new IllegalStateException(
          "the averaged weights are swapped in already: close the first scope of swapInto(..)");
    }
    INDArray training = RunningAverage.copy(parameters, parameters.dataType());
    SwappedWeights scope = new SwappedWeights(() -> restore(parameters, training));
    swappedIn = true;
    try {
      average.writeTo(model);
    } catch (RuntimeException e) { // from a constraint of the user's own
      scope.close();
      throw e;
    }
    return scope;
  }

  private synchronized void restore(INDArray parameters, INDArray training) {
    parameters.assign(training);
    training.close();
    swappedIn = false;
  }

  /** As {@link #swapInto}; while nothing is averaged the training weights stay, logged once. */
  synchronized SwappedWeights swapIfAveraged(Model model) {
    if (!average.isEmpty()) {
      return swapInto(model);
    }
    if (!warned) {
      warned = true;
      log.warn(
          "{} has averaged nothing yet: until it does, the training weights are used", rule.kind());
    }
    return new SwappedWeights(() -> {});
  }

  /**
   * {@return a new network with the averaged weights, a fresh updater and no listeners, which
   * shares nothing and must be closed by the caller}
   *
   * @param network the network that was trained with this listener
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IllegalArgumentException if it has another number of parameters
   */
  public MultiLayerNetwork averagedNetwork(MultiLayerNetwork network) {
    return (MultiLayerNetwork) averaged(network);
  }

  /**
   * {@return a new graph with the averaged weights, a fresh updater and no listeners, which shares
   * nothing and must be closed by the caller}
   *
   * @param graph the graph that was trained with this listener
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IllegalArgumentException if it has another number of parameters
   */
  public ComputationGraph averagedNetwork(ComputationGraph graph) {
    return (ComputationGraph) averaged(graph);
  }

  private synchronized Model averaged(Model network) {
    average.checkFits(parameters(network));
    Model copy = Network.of(network).copy().model();
    average.writeTo(copy);
    return copy;
  }

  /**
   * Writes the averaged network as an ordinary model file of Deeplearning4j, without updater state.
   *
   * @param file the target; replaced if it exists
   * @throws IllegalArgumentException if it is a folder, or its folder is not there
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IOException if it cannot be written; an older file is then untouched
   */
  public void saveAveraged(File file) throws IOException {
    Path target = Arguments.newFile("file", file);
    Model copy = averaged(trained());
    try {
      AtomicFiles.write(target, out -> ModelSerializer.writeModel(copy, out, false));
    } finally {
      copy.params().close();
    }
  }

  private synchronized Model trained() {
    average.checkNotEmpty();
    return Objects.requireNonNull(network, "an average has a network");
  }

  @Override
  public synchronized ListenerState state() {
    if (swappedIn) {
      throw new IllegalStateException(
          "a checkpoint would save the averaged weights as if they were the training weights:"
              + " close the scope of swapInto(..) first");
    }
    return average.state();
  }

  @Override
  public synchronized void check(Model model, ListenerState state) {
    average.check(parameters(model), state);
  }

  @Override
  public synchronized void restore(Model model, ListenerState state) {
    check(model, state);
    average.restore(state);
    network = model;
  }

  /** Releases the average's memory. The next update starts a new average. */
  @Override
  public synchronized void close() {
    network = null;
    average.close();
  }

  private static INDArray parameters(Model model) {
    return Network.initialized("model", model).model().params();
  }
}
