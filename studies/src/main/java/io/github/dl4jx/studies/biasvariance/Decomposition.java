package io.github.dl4jx.studies.biasvariance;

import java.util.ArrayList;
import java.util.List;

/**
 * Bias and variance of what is trained on several training samples: of the 0-1 loss and of the
 * squared error of the probabilities.
 *
 * <pre>{@code
 * 0-1 loss:  main(x)  = the class that most samples' predictions have
 *            bias     = share of the examples whose main prediction is wrong
 *            unbiased = share where the main prediction is right and the sample's is wrong
 *            biased   = share where the main prediction is wrong and the sample's is right
 *            error    = bias + unbiased - biased,  the latter two being the net variance
 * Brier:     mean(x)  = mean of the n samples' probabilities
 *            variance = mean of |p(x) - mean(x)|^2 * n / (n - 1)
 *            bias^2   = mean of |mean(x) - y|^2 - variance / n
 *            Brier    = bias^2 + variance,  on average over the samples
 * }</pre>
 *
 * <p>The noise of the labels is part of the bias, as it cannot be told from it. Of classes that are
 * predicted equally often the first is the main prediction. The squared error's parts are without
 * the bias that the mean of few samples has; those of the 0-1 loss are not: with few samples the
 * main prediction follows them, and the bias is too low or too high by an unknown bit.
 *
 * <p>Reference: P. Domingos, "A Unified Bias-Variance Decomposition for Zero-One and Squared Loss",
 * AAAI 2000. In a problem of several classes the biased variance counts what corrects the main
 * prediction, there {@code P(y = t | y != main)} times the variance.
 */
final class Decomposition {

  /**
   * The part of one training sample; the means over the samples are the decomposition.
   *
   * @param error share of the test examples that are wrong
   * @param bias of all samples
   * @param unbiased variance that does harm
   * @param biased variance that helps
   * @param brier mean squared error of the probabilities, summed over the classes
   * @param brierBias squared bias of all samples
   * @param brierVariance mean squared distance from the mean probabilities
   */
  record Part(
      double error,
      double bias,
      double unbiased,
      double biased,
      double brier,
      double brierBias,
      double brierVariance) {}

  private Decomposition() {}

  /**
   * Decomposes the errors.
   *
   * @param labels the classes of the test examples
   * @param probabilities by training sample, at least 2; test example; and class
   * @return a part a sample, in their order
   */
  static List<Part> of(int[] labels, float[][][] probabilities) {
    int samples = probabilities.length;
    int examples = labels.length;
    if (samples < 2) {
      throw new IllegalArgumentException("probabilities must be of 2 samples, got " + samples);
    }
    double bias = 0;
    double brierOfMean = 0;
    double[] unbiased = new double[samples];
    double[] biased = new double[samples];
    double[] brier = new double[samples];
    double[] distance = new double[samples];
    for (int i = 0; i < examples; i++) {
      int classes = probabilities[0][i].length;
      int[] votes = new int[classes];
      double[] mean = new double[classes];
      for (float[][] sample : probabilities) {
        votes[argMax(sample[i])]++;
        for (int c = 0; c < classes; c++) {
          mean[c] += sample[i][c] / (double) samples;
        }
      }
      boolean mainIsRight = mostVotes(votes) == labels[i];
      bias += mainIsRight ? 0 : 1;
      brierOfMean += squaredError(mean, labels[i]);
      for (int s = 0; s < samples; s++) {
        float[] p = probabilities[s][i];
        boolean right = argMax(p) == labels[i];
        unbiased[s] += mainIsRight && !right ? 1 : 0;
        biased[s] += !mainIsRight && right ? 1 : 0;
        for (int c = 0; c < classes; c++) {
          double error = p[c] - (c == labels[i] ? 1 : 0);
          brier[s] += error * error;
          distance[s] += (p[c] - mean[c]) * (p[c] - mean[c]);
        }
      }
    }
    double correction = samples / (samples - 1.0);
    double variance = 0;
    for (double d : distance) {
      variance += d * correction / samples;
    }
    List<Part> parts = new ArrayList<>();
    for (int s = 0; s < samples; s++) {
      parts.add(
          new Part(
              (bias + unbiased[s] - biased[s]) / examples,
              bias / examples,
              unbiased[s] / examples,
              biased[s] / examples,
              brier[s] / examples,
              (brierOfMean - variance / samples) / examples,
              distance[s] * correction / examples));
    }
    return parts;
  }

  private static double squaredError(double[] p, int label) {
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      double error = p[c] - (c == label ? 1 : 0);
      sum += error * error;
    }
    return sum;
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      best = values[c] > values[best] ? c : best;
    }
    return best;
  }

  private static int mostVotes(int[] votes) {
    int best = 0;
    for (int c = 1; c < votes.length; c++) {
      best = votes[c] > votes[best] ? c : best;
    }
    return best;
  }
}
