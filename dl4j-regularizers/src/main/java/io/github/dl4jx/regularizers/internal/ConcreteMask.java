package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.random.Reductions;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The relaxed mask of {@link ConcreteDropout}, divided by the probability of retaining, and its
 * derivative.
 *
 * <pre>{@code
 * r = sigmoid(l),  m = sigmoid((l + ln(u / (1 - u))) / t),  s = m / r,  u ~ U(0, 1)
 * ds/dl = s * ((1 - m) / t - (1 - r))
 * }</pre>
 */
final class ConcreteMask {

  /** Half of the distance of uniform numbers, which are centred by it: none is 0 or 1. */
  private static final double HALF_STEP = 0x1p-25;

  private static final double LARGEST = 1 - 0x1p-24;

  /** From here on, sigmoid is 1 up to rounding: it is 1 - 1.5e-8 and 1 - 3.1e-17. */
  private static final double SURE_FOR_FLOATS = 18;

  private static final double SURE_FOR_DOUBLES = 38;

  private ConcreteMask() {}

  /** The dimensions of a layer's input for which there is one number of the mask. */
  static int[] sharedDimensions(Layer layer) {
    if (!(layer instanceof ConvolutionLayer)) {
      return new int[0];
    }
    boolean channelsLast = ((ConvolutionLayer) layer).getCnn2dDataFormat() == CNN2DFormat.NHWC;
    return channelsLast ? new int[] {1, 2} : new int[] {2, 3};
  }

  /** The shape of the mask for a layer's input. */
  static long[] shape(Layer layer, long[] inputShape) {
    long[] shape = inputShape.clone();
    for (int dimension : sharedDimensions(layer)) {
      if (dimension < shape.length) { // if not, the layer says what is wrong
        shape[dimension] = 1;
      }
    }
    return shape;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Fills an array with s. */
  static void draw(KeyedRandom random, double logit, double temperature, INDArray mask) {
    random.fillUniform(mask, 0);
    double sure = mask.dataType() == DataType.DOUBLE ? SURE_FOR_DOUBLES : SURE_FOR_FLOATS;
    Elementwise.run(new Draw(logit, temperature, sure), mask);
  }

  /**
   * The derivative of the loss with respect to l.
   *
   * @param weights {@code dL/ds * s}, overwritten
   * @param mask s, of the same shape
   */
  static double derivative(INDArray weights, INDArray mask, double logit, double temperature) {
    Elementwise.run(new Derivative(logit, temperature), weights, mask);
    return Reductions.sum(weights);
  }

  private static final class Draw implements Elementwise.Loop {

    private final double logit;
    private final double temperature;
    private final double retain;
    private final double surelyDropped;
    private final double surelyRetained;

    Draw(double logit, double temperature, double sure) {
      this.logit = logit;
      this.temperature = temperature;
      this.retain = sigmoid(logit);
      this.surelyDropped = sigmoid(-logit - sure * temperature);
      this.surelyRetained = sigmoid(-logit + sure * temperature);
    }

    private double scaled(double uniform) {
      double u = Math.min(uniform, LARGEST) + HALF_STEP; // half precision rounds up to 1
      if (u <= surelyDropped) {
        return 0;
      }
      if (u >= surelyRetained) {
        return 1 / retain;
      }
      return sigmoid((logit + Math.log(u / (1 - u))) / temperature) / retain;
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] mask = x[0];
      for (int i = 0; i < n; i++) {
        mask[i] = (float) scaled(mask[i]);
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] mask = x[0];
      for (int i = 0; i < n; i++) {
        mask[i] = scaled(mask[i]);
      }
    }
  }

  private static final class Derivative implements Elementwise.Loop {

    private final double constant;
    private final double slope;

    Derivative(double logit, double temperature) {
      slope = sigmoid(logit) / temperature;
      constant = 1 / temperature - sigmoid(-logit);
    }

    @Override
    public void floats(float[][] x, int n) {
      float[] weights = x[0];
      float[] mask = x[1];
      for (int i = 0; i < n; i++) {
        weights[i] *= (float) (constant - slope * mask[i]);
      }
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] weights = x[0];
      double[] mask = x[1];
      for (int i = 0; i < n; i++) {
        weights[i] *= constant - slope * mask[i];
      }
    }
  }
}
