package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The negative log-likelihood of a normal distribution, for regression by networks that predict a
 * mean and a variance.
 *
 * <pre>{@code
 * v        = ln(1 + exp(s)) + leastVariance
 * loss     = 1/n sum_ik 1/2 (ln(2 pi v_ik) + (y_ik - m_ik)^2 / v_ik)
 * gradient = (m - y) / v                                    for m
 *            1/2 (1/v - (y - m)^2 / v^2) / (1 + exp(-s))    for s
 * }</pre>
 *
 * <p>For labels of K columns the output layer has 2 K units with the activation IDENTITY: the K
 * means m, then the K numbers s that the variances v are made from. {@link GaussianMixture} reads
 * them, also those of several networks. Labels should be normalized to about 0 and 1, or the first
 * steps, with v about 0.7, go far; clip gradients if they do.
 *
 * <p>In nats, summed over the columns; masks for rows [n, 1] or for values [n, K]. Computed in
 * double precision. Unlike the paper this has the constant ln(2 pi) / 2, so that it is a
 * likelihood's.
 *
 * <pre>{@code
 * .layer(new OutputLayer.Builder(new GaussianNll()).nIn(64).nOut(2)
 *     .activation(Activation.IDENTITY).build())
 * }</pre>
 *
 * <p>References: B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and Scalable Predictive
 * Uncertainty Estimation using Deep Ensembles", NIPS 2017, arXiv 1612.01474; D. A. Nix, A. S.
 * Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", ICNN 1994.
 */
public final class GaussianNll implements ILossFunction {

  private static final long serialVersionUID = 1;

  private static final double LEAST_VARIANCE = 1e-6;

  /** What is added to each variance. */
  private final double leastVariance;

  /** The loss with a least variance of 1e-6, the paper's. */
  public GaussianNll() {
    this(LEAST_VARIANCE);
  }

  /**
   * The loss with a least variance.
   *
   * @param leastVariance what is added to each variance, in the square of the labels' unit, finite
   *     and above 0; larger ones keep the gradient of good predictions small
   * @throws IllegalArgumentException if it is not
   */
  @JsonCreator
  public GaussianNll(@JsonProperty("leastVariance") double leastVariance) {
    Preconditions.checkArgument(
        leastVariance > 0 && Double.isFinite(leastVariance),
        "leastVariance must be finite and > 0, got %s",
        leastVariance);
    this.leastVariance = leastVariance;
  }

  /** {@return what is added to each variance} */
  @JsonProperty
  public double leastVariance() {
    return leastVariance;
  }

  /** The variance that an output s stands for. */
  double variance(double s) {
    return Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) + leastVariance;
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    double sum = 0;
    double[] scores = new Batch(labels, preOutput, activationFn, mask).scores();
    for (double score : scores) {
      sum += score;
    }
    return average ? sum / scores.length : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    double[] scores = new Batch(labels, preOutput, activationFn, mask).scores();
    return Nd4j.createFromArray(scores).reshape(scores.length, 1).castTo(preOutput.dataType());
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    return Nd4j.createFromArray(new Batch(labels, preOutput, activationFn, mask).gradient())
        .castTo(preOutput.dataType());
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activationFn, mask, average),
        computeGradient(labels, preOutput, activationFn, mask));
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GaussianNll && ((GaussianNll) other).leastVariance == leastVariance;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(leastVariance);
  }

  @Override
  public String toString() {
    return "GaussianNll(" + leastVariance + ")";
  }

  /** Checked rows. */
  private final class Batch {

    private final double[][] labels;
    private final double[][] outputs;

    /** Rows of 1 or of K numbers, or none. */
    private final double[][] counts;

    Batch(INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
      checkMatrix("labels", labels);
      checkMatrix("preOutput", Arguments.floatingPoint("preOutput", preOutput));
      Preconditions.checkArgument(
          labels.size(0) == preOutput.size(0) && 2 * labels.size(1) == preOutput.size(1),
          "labels and preOutput must have as many rows, and preOutput two columns, a mean and a"
              + " variance, for each of the labels, got %s and %s",
          Arrays.toString(labels.shape()),
          Arrays.toString(preOutput.shape()));
      Preconditions.checkArgument(
          activationFn instanceof ActivationIdentity,
          "activationFn, the output layer's activation, must be IDENTITY, got %s",
          activationFn);
      Preconditions.checkArgument(
          mask == null
              || (mask.rank() == 2
                  && mask.size(0) == labels.size(0)
                  && (mask.size(1) == 1 || mask.size(1) == labels.size(1))),
          "mask must have the shape [%s, 1] or that of the labels, got %s",
          labels.size(0),
          mask == null ? "null" : Arrays.toString(mask.shape()));
      this.labels = OutputRows.of(labels, null);
      this.outputs = OutputRows.of(preOutput, null);
      this.counts = mask == null ? new double[0][] : OutputRows.of(mask, null);
    }

    private void checkMatrix(String name, INDArray array) {
      Preconditions.checkArgument(
          Arguments.notNull(name, array).rank() == 2 && !array.isEmpty(),
          "%s must have the shape [examples, columns], got %s",
          name,
          Arrays.toString(array.shape()));
    }

    private double count(int i, int k) {
      return counts.length == 0 ? 1 : counts[i][counts[i].length == 1 ? 0 : k];
    }

    double[] scores() {
      double[] scores = new double[labels.length];
      for (int i = 0; i < scores.length; i++) {
        int columns = labels[i].length;
        for (int k = 0; k < columns; k++) {
          if (count(i, k) != 0) { // labels that are masked may be NaN
            double v = variance(outputs[i][columns + k]);
            double difference = labels[i][k] - outputs[i][k];
            double twice = Math.log(2 * Math.PI * v) + difference * difference / v;
            scores[i] += count(i, k) * twice / 2;
          }
        }
      }
      return scores;
    }

    double[][] gradient() {
      double[][] gradient = new double[labels.length][outputs[0].length];
      for (int i = 0; i < gradient.length; i++) {
        int columns = labels[i].length;
        for (int k = 0; k < columns; k++) {
          if (count(i, k) != 0) {
            double s = outputs[i][columns + k];
            double v = variance(s);
            double difference = outputs[i][k] - labels[i][k];
            double ofVariance = (1 - difference * difference / v) / v / 2;
            gradient[i][k] = count(i, k) * difference / v;
            gradient[i][columns + k] = count(i, k) * ofVariance / (1 + Math.exp(-s));
          }
        }
      }
      return gradient;
    }
  }
}
