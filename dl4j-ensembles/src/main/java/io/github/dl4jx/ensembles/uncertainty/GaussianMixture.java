package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean and variance of an even mixture of normal distributions: what a deep ensemble of
 * networks with the loss {@link GaussianNll} predicts, or one such network.
 *
 * <pre>{@code
 * mean m           = 1/M sum_j m_j
 * noise variance   = 1/M sum_j v_j
 * model variance   = 1/M sum_j (m_j - m)^2
 * variance         = their sum
 * }</pre>
 *
 * <p>The noise variance is what the networks say of the data, and stays with more of them; the
 * model variance is large where members differ, as far from the training data. As in the paper, the
 * mixture is taken for a normal distribution of that mean and variance, which {@link Crps} scores
 * and {@link ConformalIntervals} mend. A rule of combination is not the way: the mean of the
 * outputs is no variance's.
 *
 * <pre>{@code
 * Ensemble deep = DeepEnsemble.of(conf).members(5).build().fit(train, 40);
 * GaussianMixture mixture =
 *     GaussianMixture.of(new GaussianNll(), deep.memberOutputs(features, null));
 * INDArray deviation = mixture.standardDeviation();
 * }</pre>
 *
 * <p>Reference: B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and Scalable Predictive
 * Uncertainty Estimation using Deep Ensembles", NIPS 2017, arXiv 1612.01474, section 2.4.
 */
public final class GaussianMixture {

  /** An output, for the type and shape. */
  private final INDArray like;

  private final double[][] mean;
  private final double[][] noise;
  private final double[][] model;

  private GaussianMixture(INDArray like, double[][] mean, double[][] noise, double[][] model) {
    this.like = like;
    this.mean = mean;
    this.noise = noise;
    this.model = model;
  }

  /**
   * The mixture of members.
   *
   * @param loss that they were trained with
   * @param outputs one array for each member, all of one shape, [examples, 2 K] or with further
   *     axes, as {@code Ensemble.memberOutputs} gives them; not changed
   * @return the mixture
   * @throws IllegalArgumentException if there are no outputs, their shapes differ, or the number of
   *     columns is odd
   */
  public static GaussianMixture of(GaussianNll loss, List<INDArray> outputs) {
    Arguments.notNull("loss", loss);
    CombinationRule.check(outputs);
    INDArray first = Arguments.floatingPoint("outputs", outputs.get(0));
    Preconditions.checkArgument(
        first.rank() >= 2 && !first.isEmpty() && first.size(1) % 2 == 0,
        "outputs must have a mean and a variance for each label along axis 1, got %ndShape",
        first);
    int columns = (int) first.size(1) / 2;
    double[][] mean = new double[(int) (first.length() / first.size(1))][columns];
    double[][] noise = new double[mean.length][columns];
    double[][] model = new double[mean.length][columns];
    double part = 1.0 / outputs.size();
    double[][][] rows = new double[outputs.size()][][];
    for (int j = 0; j < rows.length; j++) {
      rows[j] = OutputRows.of(outputs.get(j), null);
      for (int i = 0; i < mean.length; i++) {
        for (int k = 0; k < columns; k++) {
          mean[i][k] += part * rows[j][i][k];
          noise[i][k] += part * loss.variance(rows[j][i][columns + k]);
        }
      }
    }
    for (double[][] member : rows) {
      for (int i = 0; i < mean.length; i++) {
        for (int k = 0; k < columns; k++) {
          double difference = member[i][k] - mean[i][k];
          model[i][k] += part * difference * difference;
        }
      }
    }
    return new GaussianMixture(first, mean, noise, model);
  }

  /** {@return the mean, in the labels' shape} */
  public INDArray mean() {
    return array(mean);
  }

  /** {@return the mean of the members' variances, in the labels' shape, above 0} */
  public INDArray noiseVariance() {
    return array(noise);
  }

  /** {@return the variance of the members' means, in the labels' shape; 0 for one member} */
  public INDArray modelVariance() {
    return array(model);
  }

  /** {@return the variance of the mixture, in the labels' shape, above 0} */
  public INDArray variance() {
    return array(total(1));
  }

  /** {@return the square root of the variance, in the labels' shape, above 0} */
  public INDArray standardDeviation() {
    return array(total(0.5));
  }

  private double[][] total(double power) {
    double[][] total = new double[mean.length][mean[0].length];
    for (int i = 0; i < total.length; i++) {
      for (int k = 0; k < total[i].length; k++) {
        total[i][k] = Math.pow(noise[i][k] + model[i][k], power);
      }
    }
    return total;
  }

  private INDArray array(double[][] rows) {
    long[] shape = like.shape().clone();
    shape[1] = rows[0].length;
    INDArray array = Nd4j.create(like.dataType(), shape);
    OutputRows.write(rows, array);
    return array;
  }

  @Override
  public String toString() {
    return "GaussianMixture(" + mean.length + " x " + mean[0].length + ")";
  }
}
