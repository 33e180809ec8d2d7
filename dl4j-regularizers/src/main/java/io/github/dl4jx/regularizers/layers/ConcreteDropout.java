package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.regularizers.internal.ConcreteParams;
import io.github.dl4jx.regularizers.internal.ConcreteSettings;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Concrete dropout: a layer whose input is dropped with a probability that is learned.
 *
 * <pre>{@code
 * p = sigmoid(l),  m = sigmoid((l + ln(u / (1 - u))) / temperature),  u ~ U(0, 1)
 * training:  y = layer(x * m / p);  gradients with respect to x, the layer's parameters and l
 * test:      y = layer(x)
 * loss:      + w * sum of W^2 / p + d * n * (p ln p + (1 - p) ln(1 - p))
 * }</pre>
 *
 * <p>m is nearly 0 or 1, but can be differentiated with respect to l, which is a parameter of the
 * network, "retainLogit", and trained by the layer's updater. The second of the two terms pulls p
 * towards 1/2, the data pull it to a smaller loss; {@link #retainProbability} reads the result.
 *
 * <ul>
 *   <li>{@code layer}: a {@code DenseLayer}, whose inputs are dropped one by one, or a {@code
 *       ConvolutionLayer}, of which whole channels are dropped, one number for each example and
 *       channel. Other layers, subclasses of these included, are an error. n is the number of its
 *       inputs or channels, W its weights.
 *   <li>{@code initialP}: probability of <em>retaining</em> at the start, in (0, 1); 0.9 by
 *       default, as in the authors' code, which counts what is dropped: 0.1.
 *   <li>{@code temperature}: at least 0.001; 0.1 by default, as in the paper. The authors' code for
 *       convolutional layers has 2/3.
 *   <li>{@code weightRegularizer} w and {@code dropoutRegularizer} d: at least 0; 1e-6 and 1e-5 by
 *       default, as in the authors' code. Both depend on the data: for a loss that is the mean over
 *       N examples of minus the log likelihood, such as cross-entropy, {@code w = lengthScale^2 /
 *       (2 N)} and {@code d = 1 / N} make it the paper's bound; for a squared error with a noise of
 *       variance v, {@code w = lengthScale^2 v / N} and {@code d = 2 v / N}.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and layers differ. With one, u is a pure
 *       function of (seed, iteration, element); two layers of one shape then need seeds of their
 *       own.
 * </ul>
 *
 * <p>Both terms are added like Deeplearning4j's L2: they are part of the score, are not divided by
 * the size of the minibatch, and come after gradient normalization. L1, L2, weight decay,
 * constraints and weight noise of the wrapped layer work as usual.
 *
 * <p>The expectation of m is not quite p: {@code E[m] / p = 1 - (pi temperature)^2 / 6 (1 - p) (2 p
 * - 1) + O(temperature^4)}, which is 0.9987 with the defaults and 1 for p = 1/2. As in the paper,
 * this is not corrected. In half precision, small steps of l are lost.
 *
 * <p>It cannot be the output layer: use a {@code DenseLayer} with {@code Activation.IDENTITY} in
 * it, and a {@code LossLayer} after it. A {@code dropOut(..)}, also one for the whole network,
 * would drop twice and is an error: set it layer by layer. The mask is kept from the forward to the
 * backward pass, next to the layer's input.
 *
 * <p>In a {@code FrozenLayerWithBackprop} neither of the two terms moves the layer. {@code
 * TransferLearning} may freeze it; a {@code FineTuneConfiguration} (updater, regularization,
 * activation) does not reach the wrapped layer: set the updater of {@link #getUnderlying} before,
 * or the rate of the new network by {@code io.github.dl4jx.training.network.LearningRates}.
 *
 * <pre>{@code
 * .layer(new ConcreteDropout(new DenseLayer.Builder().nOut(256).build()))
 * .layer(ConcreteDropout.around(new ConvolutionLayer.Builder(3, 3).nOut(64).build())
 *     .weightRegularizer(1e-4 / 60_000).dropoutRegularizer(1.0 / 60_000).build())
 * ...
 * double p = ConcreteDropout.retainProbability(net.getLayer(0));
 * }</pre>
 *
 * <p>Throws an {@link IllegalArgumentException} when the network is made if the wrapped layer has a
 * {@code dropOut(..)}.
 *
 * <p>Reference: Y. Gal, J. Hron, A. Kendall, "Concrete Dropout", NIPS 2017, arXiv 1705.07832.
 */
public final class ConcreteDropout extends BaseWrapperLayer {

  private static final double INITIAL_P = 0.9;
  private static final double TEMPERATURE = 0.1;
  private static final double WEIGHT_REGULARIZER = 1e-6;
  private static final double DROPOUT_REGULARIZER = 1e-5;

  /** Probability of retaining at the start. */
  @JsonProperty private final double initialP;

  /** Below, the derivative is lost in the rounding of single precision. */
  private static final double LEAST_TEMPERATURE = 1e-3;

  /** How far the mask is from 0 and 1. */
  @JsonProperty private final double temperature;

  /** Factor of the weights' term. */
  @JsonProperty private final double weightRegularizer;

  /** Factor of the probability's term. */
  @JsonProperty private final double dropoutRegularizer;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private final @Nullable Long seed;

  /**
   * With the settings of the paper and its authors' code.
   *
   * @param layer a dense or a convolutional layer without a {@code dropOut(..)}; not copied
   * @throws IllegalArgumentException if it is another layer
   */
  public ConcreteDropout(Layer layer) {
    this(layer, INITIAL_P, TEMPERATURE, WEIGHT_REGULARIZER, DROPOUT_REGULARIZER, null);
  }

  @JsonCreator
  private ConcreteDropout(
      @JsonProperty("underlying") Layer layer,
      @JsonProperty("initialP") double initialP,
      @JsonProperty("temperature") double temperature,
      @JsonProperty("weightRegularizer") double weightRegularizer,
      @JsonProperty("dropoutRegularizer") double dropoutRegularizer,
      @JsonProperty("seed") @Nullable Long seed) {
    super(checked(layer));
    this.initialP = checkedInitialP(initialP);
    this.temperature = checkedTemperature(temperature);
    this.weightRegularizer = checkFinite("weightRegularizer", weightRegularizer);
    this.dropoutRegularizer = checkFinite("dropoutRegularizer", dropoutRegularizer);
    this.seed = seed;
  }

  private static Layer checked(Layer layer) {
    Preconditions.checkArgument(layer != null, "layer must not be null");
    Preconditions.checkArgument(
        layer.getClass() == DenseLayer.class || layer.getClass() == ConvolutionLayer.class,
        "layer must be a DenseLayer or a ConvolutionLayer, got %s (for an output layer, a"
            + " DenseLayer and a LossLayer after it)",
        layer.getClass().getSimpleName());
    return layer;
  }

  private static double checkedInitialP(double value) {
    Preconditions.checkArgument(
        value > 0 && value < 1,
        "initialP (the probability of retaining) must be in (0, 1), got %s",
        value);
    return value;
  }

  private static double checkedTemperature(double value) {
    checkFinite("temperature", value);
    Preconditions.checkArgument(
        value >= LEAST_TEMPERATURE, "temperature must be >= %s, got %s", LEAST_TEMPERATURE, value);
    return value;
  }

  private static double checkFinite(String name, double value) {
    Preconditions.checkArgument(
        value >= 0 && value <= Double.MAX_VALUE, "%s must be finite and >= 0, got %s", name, value);
    return value;
  }

  /**
   * A builder.
   *
   * @param layer a dense or a convolutional layer without a {@code dropOut(..)}; not copied
   * @return the builder
   */
  public static Builder around(Layer layer) {
    return new Builder(layer);
  }

  /**
   * The probability of retaining that a layer of a network has learned so far.
   *
   * @param layer a layer of an initialized network, {@code net.getLayer(i)}, also a frozen one
   * @return the probability of retaining, p
   * @throws IllegalArgumentException if the layer has no concrete dropout
   */
  public static double retainProbability(org.deeplearning4j.nn.api.Layer layer) {
    org.deeplearning4j.nn.api.Layer running = layer;
    while (!(running instanceof io.github.dl4jx.regularizers.internal.ConcreteDropout)
        && running instanceof org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer) {
      running = ((org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer) running).getUnderlying();
    }
    Preconditions.checkArgument(
        running instanceof io.github.dl4jx.regularizers.internal.ConcreteDropout,
        "layer must be one with ConcreteDropout, got %s",
        running == null ? null : running.getClass().getSimpleName());
    return ((io.github.dl4jx.regularizers.internal.ConcreteDropout) running).retainProbability();
  }

  /**
   * The dropout that a layer of a network applies to its input in training, for predictions with
   * dropout.
   *
   * @param layer a layer of an initialized network
   * @return a dropout without a seed and without a backward pass, which follows the layer's
   *     probability; empty if the layer has no concrete dropout
   */
  public static Optional<IDropout> dropoutOf(org.deeplearning4j.nn.api.Layer layer) {
    return Arguments.notNull("layer", layer)
            instanceof io.github.dl4jx.regularizers.internal.ConcreteDropout
        ? Optional.of(((io.github.dl4jx.regularizers.internal.ConcreteDropout) layer).dropout())
        : Optional.empty();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    Preconditions.checkArgument(
        underlying.getIDropout() == null,
        "layer %s (\"%s\"): a dropOut(..), its own or the whole network's, would drop a second"
            + " time, got %s: set dropOut(..) on other layers only",
        layerIndex,
        getLayerName(),
        underlying.getIDropout());
    Preconditions.checkArgument(
        layerParamsView.length() == initializer().numParams(this),
        "layer %s (\"%s\"): a ConcreteDropout must not be inside another wrapper, which leaves no"
            + " room for its probability: wrap that one instead",
        layerIndex,
        getLayerName());
    NeuralNetConfiguration within = ConcreteParams.within(conf);
    org.deeplearning4j.nn.api.Layer inner =
        underlying.instantiate(
            within,
            trainingListeners,
            layerIndex,
            ConcreteParams.ofInner(layerParamsView),
            initializeParams,
            networkDataType);
    if (initializeParams) {
      ConcreteParams.ofLogit(layerParamsView).assign(initialLogit());
    }
    within.addVariable(ConcreteParams.RETAIN_LOGIT);
    conf.clearVariables();
    within.variables().forEach(conf::addVariable);
    return new io.github.dl4jx.regularizers.internal.ConcreteDropout(
        this,
        new ConcreteSettings(temperature, weightRegularizer, dropoutRegularizer, seed),
        inner,
        layerParamsView);
  }

  private double initialLogit() {
    return Math.log(initialP / (1 - initialP));
  }

  @Override
  public ParamInitializer initializer() {
    return new ConcreteParams(initialLogit());
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return underlying.getUpdaterByParam(Arguments.notNull("paramName", paramName));
  }

  @Override
  public ConcreteDropout clone() {
    ConcreteDropout clone = (ConcreteDropout) super.clone();
    clone.underlying = underlying.clone();
    return clone;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ConcreteDropout) || !super.equals(other)) {
      return false;
    }
    ConcreteDropout that = (ConcreteDropout) other;
    return Double.compare(initialP, that.initialP) == 0
        && Double.compare(temperature, that.temperature) == 0
        && Double.compare(weightRegularizer, that.weightRegularizer) == 0
        && Double.compare(dropoutRegularizer, that.dropoutRegularizer) == 0
        && Objects.equals(seed, that.seed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        super.hashCode(), initialP, temperature, weightRegularizer, dropoutRegularizer, seed);
  }

  @Override
  public String toString() {
    return "ConcreteDropout(initialP=" + initialP + ", seed=" + seed + ", " + underlying + ")";
  }

  /** Settings of a {@link ConcreteDropout}. */
  public static final class Builder {

    private final Layer layer;
    private double initialP = INITIAL_P;
    private double temperature = TEMPERATURE;
    private double weightRegularizer = WEIGHT_REGULARIZER;
    private double dropoutRegularizer = DROPOUT_REGULARIZER;
    private @Nullable Long seed;

    private Builder(Layer layer) {
      this.layer = layer;
    }

    /**
     * Probability of <em>retaining</em> at the start.
     *
     * @param initialP in (0, 1); default 0.9
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder initialP(double initialP) {
      this.initialP = checkedInitialP(initialP);
      return this;
    }

    /**
     * How far the mask is from 0 and 1.
     *
     * @param temperature finite and at least 0.001; default 0.1
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder temperature(double temperature) {
      this.temperature = checkedTemperature(temperature);
      return this;
    }

    /**
     * Factor of {@code sum of W^2 / p} in the loss.
     *
     * @param weightRegularizer finite and at least 0; default 1e-6
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder weightRegularizer(double weightRegularizer) {
      this.weightRegularizer = checkFinite("weightRegularizer", weightRegularizer);
      return this;
    }

    /**
     * Factor of {@code n (p ln p + (1 - p) ln(1 - p))} in the loss.
     *
     * @param dropoutRegularizer finite and at least 0; default 1e-5
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder dropoutRegularizer(double dropoutRegularizer) {
      this.dropoutRegularizer = checkFinite("dropoutRegularizer", dropoutRegularizer);
      return this;
    }

    /**
     * Seed of the masks.
     *
     * @param seed any value; by default there is none, and {@code Nd4j.getRandom()} gives the keys
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Makes the layer.
     *
     * @return the layer
     * @throws IllegalArgumentException if the wrapped layer is neither dense nor convolutional
     */
    public ConcreteDropout build() {
      return new ConcreteDropout(
          layer, initialP, temperature, weightRegularizer, dropoutRegularizer, seed);
    }
  }
}
