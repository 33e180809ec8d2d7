package io.github.dl4jx.training.init;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Random walk initialization: Gaussian weights whose scale keeps the logarithm of the gradient's
 * norm from drifting on its way through very many layers.
 *
 * <pre>{@code
 * W ~ N(0, g^2 / n),  n = number of inputs of a unit (fan-in)
 * ReLU:    g = sqrt(2) * exp(1.2 / (max(n, 6) - 2.4))
 * linear:  g = exp(1 / (2 n))
 * }</pre>
 *
 * <p>Each layer multiplies the squared norm of the gradient by a random factor. Its mean is 1 with
 * {@code g = sqrt(2)} for ReLU, which is {@code WeightInit.RELU} (He et al. 2015), and with {@code
 * g = 1} for linear layers, but the mean of its logarithm is below 0 then, by about 2.4/n and 1/n:
 * the norm vanishes. The correction is large in narrow and deep networks and vanishes in wide ones:
 * for ReLU and 50 inputs 2.6 %, which is 66 % over 20 layers; for 784 inputs 0.15 %.
 *
 * <p>As in the paper the formula for ReLU is a fit to simulations, for n below 6 too, and layers
 * are supposed to be as wide as they have inputs. The paper's scale for tanh, which it finds by
 * trial in (1, 1.2), is not here. Biases are not the weights' affair; the paper has zeros. The seed
 * is the network's.
 *
 * <pre>{@code
 * new NeuralNetConfiguration.Builder().seed(42).activation(Activation.RELU)
 *     .weightInit(RandomWalkInit.relu())
 * }</pre>
 *
 * <p>Reference: D. Sussillo, L. F. Abbott, "Random Walk Initialization for Training Very Deep
 * Feedforward Networks", 2014, arXiv 1412.6558.
 */
public final class RandomWalkInit implements IWeightInit {

  private static final long serialVersionUID = 1;

  /** What the units do with the sum of their inputs. */
  public enum Units {
    /** They cut off what is below 0. */
    RELU,
    /** Nothing. */
    LINEAR
  }

  private static final int LEAST_FAN_IN = 6;

  /** What the units do. */
  private final Units units;

  @JsonCreator
  private RandomWalkInit(@JsonProperty("units") @Nullable Units units) {
    this.units = Arguments.notNull("units", units);
  }

  /** {@return initial weights for ReLU} */
  public static RandomWalkInit relu() {
    return new RandomWalkInit(Units.RELU);
  }

  /** {@return initial weights for units without an activation function} */
  public static RandomWalkInit linear() {
    return new RandomWalkInit(Units.LINEAR);
  }

  /**
   * The standard deviation of the weights.
   *
   * @param inputs number of inputs of a unit, finite and above 0; Deeplearning4j's convolutions
   *     with a stride may have a fraction
   * @return {@code g / sqrt(inputs)}
   * @throws IllegalArgumentException if inputs is not as described
   */
  public double deviation(double inputs) {
    return deviation("inputs", inputs);
  }

  private double deviation(String name, double n) {
    Preconditions.checkArgument(
        n > 0 && Double.isFinite(n), "%s must be finite and > 0, got %s", name, n);
    return units == Units.RELU
        ? Math.sqrt(2 / n) * Math.exp(1.2 / (Math.max(n, LEAST_FAN_IN) - 2.4))
        : Math.sqrt(1 / n) * Math.exp(0.5 / n);
  }

  /**
   * Draws the weights from ND4J's generator.
   *
   * @param fanIn number of inputs of a unit, finite and above 0
   * @param fanOut not used
   * @param shape of the weights; as many as the view has
   * @param order of the weights in the view, f or c
   * @param paramView is overwritten
   * @return the view in that shape
   * @throws IllegalArgumentException if fanIn is not as described, the view is not of a
   *     floating-point type, or the shape does not fit it
   */
  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    double deviation = deviation("fanIn", fanIn);
    INDArray view = Arguments.floatingPoint("paramView", paramView);
    long[] wanted = Arguments.notNull("shape", shape);
    Preconditions.checkArgument(
        order == 'c' || order == 'f', "order must be c or f, got %s", String.valueOf(order));
    Preconditions.checkArgument(
        !view.isEmpty() && Arrays.stream(wanted).reduce(1, (a, b) -> a * b) == view.length(),
        "paramView must have as many values as shape %s, got %s",
        Arrays.toString(wanted),
        view.length());
    Nd4j.getDistributions().createNormal(0, deviation).sample(view);
    return view.reshape(order, wanted);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RandomWalkInit && ((RandomWalkInit) other).units == units;
  }

  @Override
  public int hashCode() {
    return units.hashCode();
  }

  @Override
  public String toString() {
    return "RandomWalkInit(" + units + ")";
  }
}
