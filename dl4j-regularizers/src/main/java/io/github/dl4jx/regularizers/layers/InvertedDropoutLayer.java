package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * {@link InvertedDropout} as a layer of its own, for networks that are put together layer by layer.
 *
 * <pre>{@code
 * training:  y = x * m / p,  m ~ Bernoulli(p) for every element
 * test:      y = x
 * }</pre>
 *
 * <p>Takes and gives activations of any shape and adds no parameters. Feature masks pass through
 * unchanged. A {@code dropOut(..)} set for the whole network does not apply to this layer.
 *
 * <pre>{@code
 * .layer(new DenseLayer.Builder().nOut(256).build())
 * .layer(new InvertedDropoutLayer(0.5))
 * }</pre>
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
 */
public final class InvertedDropoutLayer extends DropoutLayerConfiguration {

  /** A configuration only: a running layer works on a copy. */
  @JsonProperty private final InvertedDropout dropout;

  /**
   * With a fixed p.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public InvertedDropoutLayer(double p) {
    this(new InvertedDropout(p));
  }

  /**
   * With a schedule of p.
   *
   * @param pSchedule probability of retaining an activation by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public InvertedDropoutLayer(ISchedule pSchedule) {
    this(new InvertedDropout(pSchedule));
  }

  /**
   * With a given inverted dropout, for example one with a seed.
   *
   * @param dropout the dropout; copied
   * @throws IllegalArgumentException if the dropout is null
   */
  @JsonCreator
  public InvertedDropoutLayer(@JsonProperty("dropout") InvertedDropout dropout) {
    Preconditions.checkArgument(dropout != null, "dropout must not be null");
    this.dropout = dropout.clone();
  }

  /**
   * The dropout of this layer.
   *
   * @return a copy
   */
  public InvertedDropout dropout() {
    return dropout.clone();
  }

  @Override
  Layer running(NeuralNetConfiguration conf, DataType dataType) {
    return new io.github.dl4jx.regularizers.internal.InvertedDropoutLayer(
        conf, dataType, dropout.clone());
  }

  /** {@inheritDoc} Safe to share: a running layer takes a copy of the dropout. */
  @Override
  public InvertedDropoutLayer clone() {
    return (InvertedDropoutLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InvertedDropoutLayer
        && super.equals(other)
        && dropout.equals(((InvertedDropoutLayer) other).dropout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), dropout);
  }

  @Override
  public String toString() {
    return "InvertedDropoutLayer(" + dropout + ")";
  }
}
