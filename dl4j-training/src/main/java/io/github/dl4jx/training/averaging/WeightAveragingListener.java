package io.github.dl4jx.training.averaging;

import io.github.dl4jx.random.MovingAverage;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * swa(s, k)           c_n = 1 / (n + 1)    after every k-th epoch from epoch s on
 * polyakRuppert(i)    c_n = 1 / (n + 1)    after every iteration from iteration i on
 *
 * d_n = min(d, (1 + n) / (10 + n)), or another warm-up, or d with constantDecay()
 * }</pre>
 *
 * <p>So {@code ema} is an exponential moving average that starts at the first weights, and forgets
 * them soon by its warm-up; the other two are the mean of all that was taken up. Each is kept by a
 * listener of its own; a network can have several. Training itself is never changed.
 *
 * <p>All parameters are averaged, the mean and variance of batch normalization among them, because
 * Deeplearning4j keeps those as parameters (the variance mostly as the logarithm of the standard
 * deviation, whose mean is that of a geometric mean). See {@link BatchNormStatistics} for when they
 * should be computed anew. An EMA has the network's data type, float at least: in half precision
 * small steps are lost. The means are kept in double precision, as the weights of a long run's
 * updates are too small for float; that takes twice the memory.
 *
 * <p>Deeplearning4j applies constraints such as max-norm after its listeners have run, so that the
 * weights are averaged before them. What is given out, by any method, has the network's constraints
 * applied to it.
 *
 * <p>One listener serves one {@link MultiLayerNetwork} or {@link ComputationGraph}, from the thread
 * that trains it. {@link #close} releases its off-heap memory. {@code ResumableCheckpoints} saves
 * the average and its counter.
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

  private static final String UPDATES = "updates";

  private final AveragingRule rule;
  private @Nullable Model averaged;
  private @Nullable INDArray average;
  private long updates;
  private boolean swappedIn;
  private boolean told;

  private WeightAveragingListener(AveragingRule rule) {
    this.rule = rule;
  }

  /**
   * An exponential moving average.
   *
   * @param decay weight of the past, in [0, 1); 0.995 is the lecture's, 0.999 and more suit runs of
   *     many thousand updates; with 0 the average is the latest parameters, bit for bit
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
   * @param startEpoch the first epoch that is taken up, counted from 0; the paper starts after 75 %
   *     of the training
   * @param everyEpochs every how many epochs, at least 1; 1 is the paper's for a constant rate
   * @return a listener
   * @throws IllegalArgumentException if startEpoch is negative or everyEpochs below 1
   */
  public static WeightAveragingListener swa(int startEpoch, int everyEpochs) {
    EmaBuilder.checkStart("startEpoch", startEpoch);
    Preconditions.checkArgument(everyEpochs >= 1, "everyEpochs must be >= 1, got %s", everyEpochs);
    return new WeightAveragingListener(new AveragingRule.Mean(startEpoch, everyEpochs));
  }

  /**
   * Polyak-Ruppert averaging: the mean of the parameters after every iteration of the run's tail.
   *
   * @param fromIteration the first iteration that is taken up, counted from 0
   * @return a listener
   * @throws IllegalArgumentException if fromIteration is negative
   */
  public static WeightAveragingListener polyakRuppert(int fromIteration) {
    EmaBuilder.checkStart("fromIteration", fromIteration);
    return new WeightAveragingListener(new AveragingRule.Mean(fromIteration, 0));
  }

  static WeightAveragingListener of(AveragingRule rule) {
    return new WeightAveragingListener(rule);
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
      if (rule.takesIteration(iteration, epoch)) {
        update(model.params());
      }
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    if (Network.is(model)) {
      if (rule.takesEpoch(Network.of(model).epoch())) {
        bind(model);
        update(model.params());
      }
    }
  }

  private void bind(Model model) {
    if (averaged == null) {
      averaged = model;
    }
    Preconditions.checkArgument(
        averaged == model,
        "the listener averages another network than is trained with it now: use one listener a"
            + " network, and none under ParallelWrapper, which trains copies");
  }

  private void update(INDArray parameters) {
    if (average == null) {
      average = copy(parameters, averageType(parameters));
    } else {
      checkLength(average, parameters);
      MovingAverage.update(average, parameters, rule.weight(updates));
    }
    updates++;
  }

  private DataType averageType(INDArray parameters) {
    boolean wide = rule.inDouble() || parameters.dataType() == DataType.DOUBLE;
    return wide ? DataType.DOUBLE : DataType.FLOAT;
  }

  /**
   * How many times the parameters were taken up.
   *
   * @return the number of updates
   */
  public synchronized long updates() {
    return updates;
  }

  /**
   * Puts the averaged weights into the network until the scope is closed; the training weights are
   * then restored bit for bit. Training and checkpoints inside the scope are refused.
   *
   * @param model the network that was trained with this listener
   * @return the scope, for a try-with-resources statement
   * @throws IllegalStateException if nothing was averaged yet or the weights are swapped in already
   * @throws IllegalArgumentException if the network is another one than was averaged
   */
  public synchronized SwappedWeights swapInto(Model model) {
    INDArray weights = requireAverage();
    INDArray parameters = parameters(model);
    checkLength(weights, parameters);
    if (swappedIn) {
      throw new IllegalStateException(
          "the averaged weights are swapped in already: close the first scope of swapInto(..)");
    }
    INDArray training = copy(parameters, parameters.dataType());
    parameters.assign(weights);
    try {
      constrain(model);
    } catch (RuntimeException e) { // from a constraint of the user's own
      parameters.assign(training);
      training.close();
      throw e;
    }
    swappedIn = true;
    return new SwappedWeights(
        () -> {
          synchronized (this) {
            parameters.assign(training);
            training.close();
            swappedIn = false;
          }
        });
  }

  /** As {@link #swapInto}; while nothing is averaged the training weights stay, said once. */
  synchronized SwappedWeights swapIfAveraged(Model model) {
    if (average != null) {
      return swapInto(model);
    }
    if (!told) {
      told = true;
      log.warn(
          "{} has averaged nothing yet: until it does, the training weights count", rule.kind());
    }
    return new SwappedWeights(() -> {});
  }

  /**
   * A network of its own with the averaged weights: no listeners, a fresh updater, nothing shared.
   *
   * @param network the network that was trained with this listener
   * @return the averaged network, to be closed by the caller
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IllegalArgumentException if the network is another one than was averaged
   */
  public MultiLayerNetwork averagedNetwork(MultiLayerNetwork network) {
    return (MultiLayerNetwork) averaged(network);
  }

  /**
   * A graph of its own with the averaged weights: no listeners, a fresh updater, nothing shared.
   *
   * @param graph the graph that was trained with this listener
   * @return the averaged graph, to be closed by the caller
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IllegalArgumentException if the graph is another one than was averaged
   */
  public ComputationGraph averagedNetwork(ComputationGraph graph) {
    return (ComputationGraph) averaged(graph);
  }

  private Model averaged(Model network) {
    Model copy = Network.of(network).view(averagedParameters(network)).model();
    constrain(copy);
    return copy;
  }

  /** Deeplearning4j does this after its listeners, so that the average may be outside of them. */
  private static void constrain(Model model) {
    Network net = Network.of(model);
    model.applyConstraints(net.iteration(), net.epoch());
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
    Model network = requireNetwork();
    Model copy = averaged(network);
    try {
      AtomicFiles.write(target, out -> ModelSerializer.writeModel(copy, out, false));
    } finally {
      copy.params().close();
    }
  }

  @Override
  public synchronized ListenerState state() {
    if (swappedIn) {
      throw new IllegalStateException(
          "a checkpoint would save the averaged weights as if they were the training weights:"
              + " close the scope of swapInto(..) first");
    }
    return new ListenerState(
        rule.kind(),
        Map.of(UPDATES, String.valueOf(updates)),
        average == null ? List.of() : List.of(average));
  }

  @Override
  public synchronized void check(Model model, ListenerState state) {
    parameters(model);
    long restored = Arguments.notNull("state", state).count(UPDATES);
    Preconditions.checkArgument(
        state.arrays().size() == Math.min(restored, 1),
        "%s must have one array, and none without updates, got %s and %s updates",
        state,
        state.arrays().size(),
        restored);
    for (INDArray array : state.arrays()) {
      DataType type = averageType(parameters(model));
      Preconditions.checkArgument(
          array.dataType() == type, "%s must be %s, got %s", state, type, array.dataType());
      checkLength(array, parameters(model));
    }
  }

  @Override
  public synchronized void restore(Model model, ListenerState state) {
    check(model, state);
    close();
    averaged = model;
    average = state.arrays().isEmpty() ? null : state.arrays().get(0);
    updates = state.count(UPDATES);
  }

  /** Releases the average's memory. The next update starts a new average. */
  @Override
  public synchronized void close() {
    averaged = null;
    updates = 0;
    if (average != null) {
      average.close();
      average = null;
    }
  }

  private synchronized INDArray averagedParameters(Model model) {
    checkLength(requireAverage(), parameters(model));
    return copy(requireAverage(), model.params().dataType());
  }

  private INDArray requireAverage() {
    if (average == null) {
      throw new IllegalStateException(
          "nothing was averaged yet: add the listener with net.setListeners(..) and fit first, until "
              + rule.kind()
              + " takes up weights");
    }
    return average;
  }

  private synchronized Model requireNetwork() {
    requireAverage();
    return Objects.requireNonNull(averaged, "an average has a network");
  }

  private static void checkLength(INDArray average, INDArray parameters) {
    Preconditions.checkArgument(
        average.length() == parameters.length(),
        "the listener averages a network of %s parameters, got one of %s: use one listener a network",
        average.length(),
        parameters.length());
  }

  private static INDArray parameters(Model model) {
    return Network.initialized("model", model).model().params();
  }

  private static INDArray copy(INDArray parameters, DataType type) {
    return Nd4j.createUninitializedDetached(type, parameters.length()).assign(parameters);
  }
}
