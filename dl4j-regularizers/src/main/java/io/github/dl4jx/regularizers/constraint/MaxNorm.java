package io.github.dl4jx.regularizers.constraint;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.internal.Arguments;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.constraint.BaseConstraint;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Bounds the norm of the weights that come into each unit: with dropout it allows of high learning
 * rates.
 *
 * <pre>{@code
 * w_j = w_j * c / |w_j|   if |w_j| > c, else w_j        w_j: weights into unit j; |.|: Euclidean
 * }</pre>
 *
 * <p>After every step, as the constraints of Deeplearning4j. Of weights {@code [nIn, nOut]} (dense,
 * output, recurrent, embedding layers) a unit's are a column, of a convolution's {@code [nOut, nIn,
 * ..]} a filter. It is what {@code MaxNormConstraint(c, 0)} and {@code (c, 1, 2, 3)} do, in one
 * pass over the weights; Deeplearning4j's makes several, strided, and makes them twice. Weights
 * within the bound stay as they are, bit for bit.
 *
 * <pre>{@code
 * new NeuralNetConfiguration.Builder().constrainWeights(new MaxNorm(2))
 * }</pre>
 *
 * <ul>
 *   <li>{@code c}: above 0; no default. The paper finds 3 to 4 good, and takes 2 on MNIST.
 * </ul>
 *
 * <p>Layers with other weights of three dimensions and more, such as deconvolution, depthwise
 * convolution and attention, are refused in their first step: give the other layers {@code
 * constrainWeights(..)} each, and these Deeplearning4j's class with its dimensions.
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, section 5.1.
 */
public final class MaxNorm extends BaseConstraint {

  /** Convolutions whose weights are ordered by input. */
  private static final List<Class<?>> BY_INPUT =
      List.of(
          Deconvolution2D.class,
          Deconvolution3D.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class);

  /** The largest norm. */
  @JsonProperty("maxNorm")
  private final double maxNorm;

  /**
   * A bound.
   *
   * @param maxNorm c, finite and above 0
   * @throws IllegalArgumentException if it is not
   */
  @JsonCreator
  public MaxNorm(@JsonProperty("maxNorm") double maxNorm) {
    super(new HashSet<>());
    Preconditions.checkArgument(
        maxNorm > 0 && Double.isFinite(maxNorm), "maxNorm must be finite and > 0, got %s", maxNorm);
    this.maxNorm = maxNorm;
  }

  /** {@return c} */
  public double maxNorm() {
    return maxNorm;
  }

  @Override
  public void applyConstraint(Layer layer, int iteration, int epoch) {
    Object configuration = layer.conf().getLayer();
    for (Map.Entry<String, INDArray> param : layer.paramTable().entrySet()) {
      if (getParams().contains(param.getKey())) {
        Preconditions.checkArgument(
            param.getValue().rank() <= 2 || hasFilters(configuration),
            "the weights of MaxNorm must be ordered by the unit they go to, got those of a %s",
            configuration.getClass().getSimpleName());
        apply(param.getValue());
      }
    }
  }

  private static boolean hasFilters(Object configuration) {
    return configuration instanceof ConvolutionLayer
        && BY_INPUT.stream().noneMatch(byInput -> byInput.isInstance(configuration));
  }

  /**
   * Applies the bound.
   *
   * @param param weights {@code [nIn, nOut]}, or {@code [nOut, nIn, ..]} with more dimensions
   * @throws IllegalArgumentException if it is null or not of a floating-point type
   */
  @Override
  public void apply(INDArray param) {
    Arguments.floatingPoint("param", param);
    INDArray rows = param.rank() == 2 ? param.transpose() : param; // a unit each
    if (rows.rank() < 2 || isDense(rows)) {
      bound(rows);
    } else {
      INDArray copy = rows.dup('c'); // no layer of Deeplearning4j has such weights
      bound(copy);
      rows.assign(copy);
      copy.close();
    }
  }

  /** In c order, without gaps: a unit's weights lie together. */
  private static boolean isDense(INDArray rows) {
    long stride = 1;
    for (int d = rows.rank() - 1; d >= 0; d--) {
      if (rows.size(d) != 1 && rows.stride(d) != stride) {
        return false;
      }
      stride *= rows.size(d);
    }
    return true;
  }

  private void bound(INDArray rows) {
    long unit = rows.rank() < 2 ? rows.length() : rows.length() / Math.max(1, rows.size(0));
    if (unit > 0) {
      Elementwise.run(new Bound(maxNorm), Math.toIntExact(unit), rows);
    }
  }

  @Override
  public MaxNorm clone() {
    MaxNorm clone = new MaxNorm(maxNorm);
    clone.setParams(new HashSet<>(getParams()));
    return clone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaxNorm
        && ((MaxNorm) other).maxNorm == maxNorm
        && ((MaxNorm) other).getParams().equals(getParams());
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxNorm, getParams());
  }

  @Override
  public String toString() {
    return "MaxNorm(" + maxNorm + ")";
  }

  /** One unit's weights at a time. */
  private static final class Bound implements Elementwise.Loop {

    private final double maxNorm;

    Bound(double maxNorm) {
      this.maxNorm = maxNorm;
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] w = x[0];
      double a = 0; // two sums, so that one addition need not wait for the other
      double b = 0;
      int i = 0;
      for (; i + 1 < n; i += 2) {
        a += (double) w[i] * w[i];
        b += (double) w[i + 1] * w[i + 1];
      }
      if (i < n) {
        a += (double) w[i] * w[i];
      }
      double norm = Math.sqrt(a + b);
      if (norm > maxNorm) {
        float factor = (float) (maxNorm / norm);
        for (int k = 0; k < n; k++) {
          w[k] *= factor;
        }
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] w = x[0];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += w[i] * w[i];
      }
      double norm = Math.sqrt(sum);
      if (norm > maxNorm) {
        double factor = maxNorm / norm;
        for (int i = 0; i < n; i++) {
          w[i] *= factor;
        }
      }
    }
  }
}
