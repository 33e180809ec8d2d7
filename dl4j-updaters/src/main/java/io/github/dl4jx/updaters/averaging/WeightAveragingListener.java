package io.github.dl4jx.updaters.averaging;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps an exponential moving average of a network's parameters, to be used at test time.
 *
 * <pre>{@code
 * a_0 = w_0
 * a_t = decay * a_(t-1) + (1 - decay) * w_t
 * }</pre>
 *
 * <p>{@code w_t} are the parameters after update t; the first update copies them, so that the
 * average needs no bias correction. {@code decay} lies in [0, 1); 0.995 is the lecture's, 0.999 and
 * more suit runs of many thousand updates. With decay 0 the average is the latest parameters, bit
 * for bit.
 *
 * <p>All parameters are averaged, the mean and variance of batch normalization among them, because
 * Deeplearning4j keeps those as parameters. The average has the network's data type; for half
 * precision it is kept in float, where small steps are not lost.
 *
 * <p>Deeplearning4j applies constraints such as max-norm after its listeners have run: the average
 * is of the weights before them.
 *
 * <p>One listener serves one {@link MultiLayerNetwork} or {@link ComputationGraph}, from the thread
 * that trains it. Its memory is one copy of the parameters, off-heap; {@link #close} releases it.
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
 * <p>Reference: B. T. Polyak, A. B. Juditsky, "Acceleration of Stochastic Approximation by
 * Averaging", SIAM J. Control Optim. 30(4), 1992, doi:10.1137/0330046, for averaging; the
 * exponential form is the common one of deep learning, which weights late parameters more.
 */
public final class WeightAveragingListener extends BaseTrainingListener implements AutoCloseable {

  private final double decay;
  private @Nullable Model averaged;
  private @Nullable INDArray average;
  private boolean swappedIn;

  private WeightAveragingListener(double decay) {
    this.decay = decay;
  }

  /**
   * An exponential moving average.
   *
   * @param decay weight of the past, in [0, 1)
   * @return a builder
   * @throws IllegalArgumentException if decay is outside [0, 1)
   */
  public static Builder ema(double decay) {
    Preconditions.checkArgument(decay >= 0 && decay < 1, "decay must be in [0, 1), got %s", decay);
    return new Builder(decay);
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
    if (!isNetwork(model)) {
      return; // a layer that is being pretrained
    }
    if (averaged == null) {
      averaged = model;
    }
    Preconditions.checkArgument(
        averaged == model,
        "the listener averages another network than is trained with it now: use one listener a"
            + " network, and none under ParallelWrapper, which trains copies");
    INDArray parameters = parameters(model);
    if (average == null) {
      average =
          copy(
              parameters,
              parameters.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT);
      return;
    }
    checkLength(average, parameters);
    if (decay == 0) {
      average.assign(parameters);
      return;
    }
    if (parameters.dataType() != average.dataType()) {
      parameters = parameters.castTo(average.dataType());
    }
    // the two factors must sum to 1 as they are used, or the weights shrink step by step
    double d = average.dataType() == DataType.FLOAT ? (float) decay : decay;
    average.muli(d);
    Nd4j.getBlasWrapper().level1().axpy(average.length(), 1 - d, parameters, average);
  }

  /**
   * Puts the averaged weights into the network until the scope is closed; the training weights are
   * then restored bit for bit. Training inside the scope is refused.
   *
   * @param model the network that was trained with this listener
   * @return the scope, for a try-with-resources statement
   * @throws IllegalStateException if nothing was averaged yet or the weights are swapped in already
   * @throws IllegalArgumentException if the network is another one than was averaged
   */
  public synchronized Swapped swapInto(Model model) {
    INDArray weights = requireAverage();
    INDArray parameters = parameters(model);
    checkLength(weights, parameters);
    if (swappedIn) {
      throw new IllegalStateException(
          "the averaged weights are swapped in already: close the first scope of swapInto(..)");
    }
    INDArray training = copy(parameters, parameters.dataType());
    parameters.assign(weights);
    swappedIn = true;
    return new Swapped(this, parameters, training);
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
    INDArray weights = averagedParameters(network);
    // not clone(): clones share their updaters' settings, and a graph's its list of listeners
    String json = network.getLayerWiseConfigurations().toJson();
    MultiLayerNetwork copy = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    copy.init(weights, false);
    return copy;
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
    INDArray weights = averagedParameters(graph);
    String json = graph.getConfiguration().toJson();
    ComputationGraph copy = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    copy.init(weights, false);
    return copy;
  }

  private INDArray averagedParameters(Model model) {
    checkLength(requireAverage(), parameters(model));
    return copy(requireAverage(), model.params().dataType());
  }

  /** Releases the average's memory. The next update starts a new average. */
  @Override
  public synchronized void close() {
    averaged = null;
    if (average != null) {
      average.close();
      average = null;
    }
  }

  private INDArray requireAverage() {
    if (average == null) {
      throw new IllegalStateException(
          "nothing was averaged yet: add the listener with net.setListeners(..) and fit first");
    }
    return average;
  }

  private static void checkLength(INDArray average, INDArray parameters) {
    Preconditions.checkArgument(
        average.length() == parameters.length(),
        "the listener averages a network of %s parameters, got one of %s: use one listener a network",
        average.length(),
        parameters.length());
  }

  private static boolean isNetwork(Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  private static INDArray parameters(Model model) {
    Preconditions.checkArgument(
        isNetwork(model),
        "model must be a MultiLayerNetwork or a ComputationGraph, got %s",
        model == null ? null : model.getClass().getName());
    return model.params();
  }

  private static INDArray copy(INDArray parameters, DataType type) {
    return Nd4j.createUninitializedDetached(type, parameters.length()).assign(parameters);
  }

  /** The scope in which a network has its averaged weights. */
  public static final class Swapped implements AutoCloseable {

    private final WeightAveragingListener listener;
    private final INDArray parameters;
    private @Nullable INDArray training;

    private Swapped(WeightAveragingListener listener, INDArray parameters, INDArray training) {
      this.listener = listener;
      this.parameters = parameters;
      this.training = training;
    }

    /** Restores the training weights; a second call does nothing. */
    @Override
    public void close() {
      synchronized (listener) {
        if (training != null) {
          parameters.assign(training);
          training.close();
          training = null;
          listener.swappedIn = false;
        }
      }
    }
  }

  /** Collects the settings of a {@link WeightAveragingListener}. */
  public static final class Builder {

    private final double decay;

    private Builder(double decay) {
      this.decay = decay;
    }

    /**
     * Builds the listener.
     *
     * @return a listener that has averaged nothing yet
     */
    public WeightAveragingListener build() {
      return new WeightAveragingListener(decay);
    }
  }
}
