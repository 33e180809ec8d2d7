package io.github.dl4jx.regularizers.weightnoise;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.Fields;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * DropConnect: drops weights instead of activations in training, and scales the rest up.
 *
 * <pre>{@code
 * training:  V = W * m / p,  m ~ Bernoulli(p) for every weight, once a minibatch;  z = x V + b
 * test:      z = x W + b
 * gradient:  dL/dW = dL/dV * m / p;  Deeplearning4j applies dL/dV instead, see below
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> a weight, in (0, 1]; no default. The paper
 *       uses 0.5. May be an {@link ISchedule} by iteration or epoch.
 *   <li>biases are left alone, unless {@link #withBiases} says otherwise.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs. With one, the mask is a pure function of
 *       (seed, iteration, index of the layer or graph vertex, name of the parameter), so one
 *       instance may serve a whole network; only the two directions of a {@code Bidirectional}
 *       layer drop the same.
 * </ul>
 *
 * <p><strong>The gradient.</strong> Deeplearning4j computes forward pass and backward pass with V,
 * so the gradient with respect to the activations and to all other parameters is right. But it
 * hands the gradient with respect to V to the updater as if it were that with respect to W, without
 * the factor m / p: weights that were dropped are updated, too, like those that were retained. That
 * is a biased, "straight-through" estimate. An {@code IWeightNoise} cannot change it; with a seed,
 * a {@link DropConnectGradient} among the listeners of the network can, and makes it exact.
 *
 * <p>Different from the paper: one mask for a minibatch and not for each example, and the mean of
 * the weights at test time, not an average over Gaussian samples. Different from Deeplearning4j's
 * own {@code DropConnect}: nothing is dropped at test time (that one drops biases, if it drops them
 * at all), what is retained is scaled by 1/p, and the mask has a key.
 *
 * <p>Serves the layers that ask for noisy weights: dense, output, convolutional and recurrent ones,
 * auto-encoders; not batch normalization, embeddings and SameDiff layers. The masked weights are
 * kept from the forward to the backward pass, by the layer. Immutable and thread-safe.
 *
 * <pre>{@code
 * new DenseLayer.Builder().nOut(256).weightNoise(new DropConnect(0.5))
 *
 * new NeuralNetConfiguration.Builder().weightNoise(new DropConnect(0.5, 7))  // all layers
 * ...
 * net.setListeners(new DropConnectGradient());
 * }</pre>
 *
 * <p>Reference: L. Wan, M. Zeiler, S. Zhang, Y. LeCun, R. Fergus, "Regularization of Neural
 * Networks using DropConnect", ICML 2013.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE,
    setterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class DropConnect implements IWeightNoise {

  /** Probability of retaining a weight; null if a schedule gives it. */
  private final @Nullable Double p;

  /** Schedule of p; null if p is fixed. */
  private final @Nullable ISchedule pSchedule;

  /** Whether biases are dropped, too. */
  private final boolean biases;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  private final @Nullable Long seed;

  /**
   * With a fixed p, governed by the network's seed.
   *
   * @param p probability of retaining a weight, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public DropConnect(double p) {
    this(p, null, false, null);
  }

  /**
   * With a fixed p and a seed of its own.
   *
   * @param p probability of retaining a weight, in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public DropConnect(double p, long seed) {
    this(p, null, false, seed);
  }

  /**
   * With a schedule of p, governed by the network's seed.
   *
   * @param pSchedule probability of retaining a weight by iteration or epoch; its values must be in
   *     (0, 1]
   * @throws IllegalArgumentException if the schedule is null
   */
  public DropConnect(ISchedule pSchedule) {
    this(null, pSchedule, false, null);
  }

  /**
   * With a schedule of p and a seed of its own.
   *
   * @param pSchedule probability of retaining a weight by iteration or epoch; its values must be in
   *     (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if the schedule is null
   */
  public DropConnect(ISchedule pSchedule, long seed) {
    this(null, pSchedule, false, seed);
  }

  @JsonCreator
  private DropConnect(
      @JsonProperty("p") @Nullable Double p,
      @JsonProperty("pSchedule") @Nullable ISchedule pSchedule,
      @JsonProperty("biases") boolean biases,
      @JsonProperty("seed") @Nullable Long seed) {
    Preconditions.checkArgument(
        (p == null) != (pSchedule == null),
        "exactly one of p and pSchedule must be given, got p = %s and pSchedule = %s",
        p,
        pSchedule);
    this.p = p == null ? null : checkedRetainProbability(p);
    this.pSchedule = pSchedule;
    this.biases = biases;
    this.seed = seed;
  }

  /**
   * The same with biases dropped, too.
   *
   * @return a new DropConnect
   */
  public DropConnect withBiases() {
    return new DropConnect(p, pSchedule, true, seed);
  }

  /**
   * The probability of retaining a weight.
   *
   * @param iteration number of updates so far, from 0
   * @param epoch number of epochs so far, from 0
   * @return p, in (0, 1]
   * @throws IllegalArgumentException if the schedule's value is outside (0, 1], or iteration or
   *     epoch is negative
   */
  public double retainProbability(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    if (pSchedule == null) {
      return Objects.requireNonNull(p);
    }
    return checkedRetainProbability(pSchedule.valueAt(iteration, epoch));
  }

  @Override
  public INDArray getParameter(
      Layer layer,
      String paramKey,
      int iteration,
      int epoch,
      boolean train,
      LayerWorkspaceMgr workspaceMgr) {
    Arguments.notNull("layer", layer);
    Arguments.notNull("workspaceMgr", workspaceMgr);
    INDArray param = layer.getParam(Arguments.notNull("paramKey", paramKey));
    Preconditions.checkArgument(
        param != null, "paramKey must be a parameter of the layer, got %s", paramKey);
    Arguments.notNegative(iteration, epoch);
    if (!train || !drops(layer, paramKey)) {
      return param;
    }
    INDArray out =
        workspaceMgr.createUninitialized(
            ArrayType.INPUT, param.dataType(), param.shape(), param.ordering());
    KeyedRandom random =
        seed == null
            ? KeyedRandom.of(Nd4j.getRandom().nextLong(), 0)
            : random(seed, layer, paramKey, iteration);
    random.applyMask(param, out, retainProbability(iteration, epoch));
    return out;
  }

  /** Multiplies the gradient with respect to V by m / p; needs a seed. */
  void maskGradient(Layer layer, String paramKey, INDArray gradient) {
    if (seed == null) {
      throw new IllegalStateException(
          "DropConnect must have a seed for DropConnectGradient to draw its masks again: use new"
              + " DropConnect(p, seed) for layer "
              + layer.getIndex());
    }
    if (drops(layer, paramKey)) {
      int iteration = layer.getIterationCount();
      double retain = retainProbability(iteration, layer.getEpochCount());
      random(seed, layer, paramKey, iteration).applyMask(gradient, gradient, retain);
    }
  }

  private boolean drops(Layer layer, String paramKey) {
    ParamInitializer initializer = layer.conf().getLayer().initializer();
    return initializer.isWeightParam(layer.conf().getLayer(), paramKey)
        || (biases && initializer.isBiasParam(layer.conf().getLayer(), paramKey));
  }

  private static KeyedRandom random(long seed, Layer layer, String paramKey, int iteration) {
    long ofLayer = Seeds.derive(seed, layer.getIndex());
    return KeyedRandom.of(Seeds.derive(ofLayer, paramKey.hashCode()), iteration);
  }

  @Override
  public DropConnect clone() {
    return new DropConnect(p, pSchedule == null ? null : pSchedule.clone(), biases, seed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return Fields.equal(this, other);
  }

  @Override
  public int hashCode() {
    return Fields.hash(this);
  }

  @Override
  public String toString() {
    return "DropConnect(p="
        + (p == null ? pSchedule : p)
        + (biases ? ", with biases" : "")
        + ", seed="
        + seed
        + ")";
  }

  private static double checkedRetainProbability(double p) {
    Preconditions.checkArgument(
        p > 0 && p <= 1, "p (the probability of retaining) must be in (0, 1], got %s", p);
    return p;
  }
}
