package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dropout as first published, as a layer: drops activations in training and scales all of them down
 * at test time.
 *
 * <pre>{@code
 * training:  y = x * m,  m ~ Bernoulli(p) for every element;  dL/dx = dL/dy * m
 * test:      y = x * p
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> an activation, in (0, 1]; no default. The
 *       paper uses 0.5 for hidden and 0.8 for input units. There is no schedule of p, because a
 *       network that was trained with several has no single factor for test time.
 *   <li>{@code seed}: optional, as for {@link InvertedDropout}; the masks are those of {@code new
 *       InvertedDropout(p, seed)}.
 * </ul>
 *
 * <p>The paper multiplies the weights of the next layer by p after training; multiplying their
 * input is the same and leaves the weights as they were trained. {@link DropoutConversion} moves
 * the factor into the weights. What is kept in training is copied bit for bit, at twice the cost of
 * {@link InvertedDropoutLayer}. Prefer that one, except for comparisons and for networks that were
 * trained like this.
 *
 * <p>Takes and gives activations of any shape and adds no parameters. Feature masks pass through
 * unchanged. A {@code dropOut(..)} set for the whole network does not apply to this layer. {@code
 * score(..)} and {@code output(..)} without training mode scale by p, and so does a frozen layer.
 *
 * <pre>{@code
 * .layer(new DenseLayer.Builder().nOut(256).build())
 * .layer(new VanillaDropoutLayer(0.5))
 * }</pre>
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
 */
public final class VanillaDropoutLayer extends DropoutLayerConfiguration {

  /** Probability of retaining an activation. */
  @JsonProperty private final double p;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private final @Nullable Long seed;

  /**
   * Governed by the network's seed.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public VanillaDropoutLayer(double p) {
    this(p, null);
  }

  /**
   * With a seed of its own.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public VanillaDropoutLayer(double p, long seed) {
    this(p, Long.valueOf(seed));
  }

  @JsonCreator
  VanillaDropoutLayer(@JsonProperty("p") double p, @JsonProperty("seed") @Nullable Long seed) {
    Preconditions.checkArgument(
        p > 0 && p <= 1, "p (the probability of retaining) must be in (0, 1], got %s", p);
    this.p = p;
    this.seed = seed;
  }

  /**
   * The probability of retaining an activation.
   *
   * @return p, in (0, 1]
   */
  public double retainProbability() {
    return p;
  }

  /** Inverted dropout with the same masks. */
  InvertedDropout inverted() {
    return seed == null ? new InvertedDropout(p) : new InvertedDropout(p, seed);
  }

  @Override
  Layer running(NeuralNetConfiguration conf, DataType dataType) {
    return new io.github.dl4jx.regularizers.internal.VanillaDropoutLayer(
        conf, dataType, p, inverted());
  }

  @Override
  public VanillaDropoutLayer clone() {
    return (VanillaDropoutLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VanillaDropoutLayer
        && super.equals(other)
        && Double.compare(p, ((VanillaDropoutLayer) other).p) == 0
        && Objects.equals(seed, ((VanillaDropoutLayer) other).seed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), p, seed);
  }

  @Override
  public String toString() {
    return "VanillaDropoutLayer(p=" + p + ", seed=" + seed + ")";
  }
}
