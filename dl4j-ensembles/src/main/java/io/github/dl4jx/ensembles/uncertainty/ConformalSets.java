package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Split conformal prediction: for each example a set of classes that has the true one with a given
 * probability, whatever the network.
 *
 * <pre>{@code
 * set(x) = {k : s(x, k) <= q},   q: the ceil((n + 1) coverage)-th smallest of s(x_i, y_i), i = 1..n
 * plain:    s(x, k) = 1 - p_k
 * adaptive: s(x, k) = (sum of the p_j above p_k) + u p_k + penalty * max(0, rank of p_k - free)
 * }</pre>
 *
 * <p>If the n examples of the fit and the new one are exchangeable, as independent ones of one
 * distribution are, {@code P(y in set(x)) >= coverage}, and below {@code coverage + 1 / (n + 1)} if
 * no two scores are equal. That is a mean over fits and examples: for one fit the coverage is a
 * draw from Beta(k, n + 1 - k), k the rank above, with n of 1,000 and coverage 0.9 some 0.9 +-
 * 0.01. It holds for all examples together, not for each class or each kind of example.
 *
 * <ul>
 *   <li>plain, the default: the smallest sets on average; for a hard example the set may be empty;
 *   <li>adaptive (APS): larger for hard examples and smaller for easy ones, so that the coverage is
 *       more even. u, uniform in [0, 1), is drawn from the seed and the number of the row. With
 *       {@code deterministic()} u is 1, and sets are larger, often by far if the network is sure;
 *   <li>regularized (RAPS): adaptive without long tails of improbable classes.
 * </ul>
 *
 * <p>A set may be empty; who adds the most probable class to it has a coverage above the given one.
 * Calibrate the probabilities first (with other examples) for smaller adaptive sets.
 *
 * <p>Immutable; as text {@code conformal(plain,..)}, see {@link #parse}. Use examples that neither
 * members were trained on nor weights or temperatures fitted to.
 *
 * <pre>{@code
 * ConformalSets sets = ConformalSets.coverage(0.9).adaptive().seed(7).fit(labels, probabilities);
 * int[] classes = sets.predict(net.output(features)).classes(0);
 * }</pre>
 *
 * <p>References: A. N. Angelopoulos, S. Bates, "A Gentle Introduction to Conformal Prediction and
 * Distribution-Free Uncertainty Quantification", 2021, arXiv 2107.07511; M. Sadinle, J. Lei, L.
 * Wasserman, "Least Ambiguous Set-Valued Classifiers with Bounded Error Levels", JASA 114, 2019,
 * for the plain score; Y. Romano, M. Sesia, E. J. Candes, "Classification with Valid and Adaptive
 * Coverage", NeurIPS 2020, arXiv 2006.02544; A. N. Angelopoulos, S. Bates, J. Malik, M. I. Jordan,
 * "Uncertainty Sets for Image Classifiers using Conformal Prediction", ICLR 2021, arXiv 2009.14193,
 * for the regularized one.
 */
public final class ConformalSets {

  private static final String NUMBER = "([0-9]{1,20}(?:\\.[0-9]{1,20})?(?:E-?[0-9]{1,3})?)";
  private static final Pattern TEXT =
      Pattern.compile(
          "conformal\\((plain|adaptive|random),([0-9]{1,9}),"
              + NUMBER
              + ","
              + NUMBER
              + ","
              + NUMBER
              + ",([0-9]{1,9}),(-?[0-9]{1,19})\\)");
  private static final String EXAMPLE = "conformal(plain,10,0.9,0.95,0.0,0,0)";

  /** Streams of a seed: those of the fit, and those of predictions. */
  private static final int FIT = 0;

  private static final int PREDICT = 1;

  private final ConformalScore score;
  private final int classes;
  private final double coverage;
  private final double threshold;
  private final long seed;

  private ConformalSets(
      ConformalScore score, int classes, double coverage, double threshold, long seed) {
    this.score = score;
    this.classes = classes;
    this.coverage = coverage;
    this.threshold = threshold;
    this.seed = seed;
  }

  /**
   * Starts a builder.
   *
   * @param coverage the probability that a set has the true class, in (0, 1); 0.9 is usual
   * @return a builder with the plain score
   * @throws IllegalArgumentException if it is not in (0, 1)
   */
  public static Builder coverage(double coverage) {
    return new Builder(ConformalQuantile.checkCoverage(coverage));
  }

  /**
   * Reads what was fitted from its text.
   *
   * @param text the result of {@link #toString}; it need not be trusted
   * @return the sets
   * @throws IllegalArgumentException if it is not such a text
   */
  public static ConformalSets parse(String text) {
    Matcher matcher = TEXT.matcher(Arguments.notNull("text", text));
    ScalingText.check(matcher.matches(), EXAMPLE, text);
    ConformalScore.Kind kind =
        ConformalScore.Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    double penalty = Double.parseDouble(matcher.group(5));
    double threshold = Double.parseDouble(matcher.group(4));
    int classes = Integer.parseInt(matcher.group(2));
    ScalingText.check(
        Double.isFinite(penalty) && Double.isFinite(threshold) && classes >= 2, EXAMPLE, text);
    double coverage = Double.parseDouble(matcher.group(3));
    ScalingText.check(coverage > 0 && coverage < 1, EXAMPLE, text);
    return new ConformalSets(
        new ConformalScore(kind, penalty, Integer.parseInt(matcher.group(6))),
        classes,
        coverage,
        threshold,
        seed(matcher.group(7), text));
  }

  private static long seed(String digits, String text) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      ScalingText.check(false, EXAMPLE, text);
      throw e;
    }
  }

  /** {@return the coverage that was asked for, in (0, 1)} */
  public double coverage() {
    return coverage;
  }

  /** {@return the largest score q of classes in a set} */
  public double threshold() {
    return threshold;
  }

  /**
   * {@return the same with other random numbers in {@link #predict}}
   *
   * <p>Rows are counted from 0 in each call: batches of one test set should have a seed each, or be
   * predicted at once.
   *
   * @param seed any number
   */
  public ConformalSets withSeed(long seed) {
    return new ConformalSets(score, classes, coverage, threshold, seed);
  }

  /**
   * Predicts sets.
   *
   * @param probabilities [examples, classes] or with further axes; not changed
   * @return a set for each row: each example or, if there are more than two axes, each step or
   *     pixel of each example
   * @throws IllegalArgumentException if they do not sum to 1 over as many classes as there were in
   *     the fit
   */
  public PredictionSets predict(INDArray probabilities) {
    double[][] rows =
        CalibratedRows.check(Arguments.floatingPoint("probabilities", probabilities), classes);
    long stream = Seeds.derive(seed, PREDICT);
    for (int i = 0; i < rows.length; i++) {
      double[] scores = score.of(rows[i], ConformalScore.uniform(stream, i));
      for (int k = 0; k < classes; k++) {
        rows[i][k] = scores[k] <= threshold ? 1 : 0;
      }
    }
    return new PredictionSets(rows, probabilities);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConformalSets && other.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** {@return {@code conformal(score,classes,coverage,threshold,penalty,free,seed)}} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "conformal(%s,%d,%s,%s,%s,%d,%d)",
        score.kind.name().toLowerCase(Locale.ROOT),
        classes,
        coverage,
        threshold,
        score.penalty,
        score.free,
        seed);
  }

  /** Collects the settings of {@link ConformalSets}. */
  public static final class Builder {

    private final double coverage;
    private boolean adaptive;
    private boolean deterministic;
    private double penalty;
    private int free;
    private long seed;

    private Builder(double coverage) {
      this.coverage = coverage;
    }

    /** {@return this builder, with adaptive sets (APS) instead of plain ones} */
    public Builder adaptive() {
      adaptive = true;
      return this;
    }

    /**
     * {@return this builder, with regularized adaptive sets (RAPS)}
     *
     * @param penalty for each class of a set beyond the free ones, >= 0 and finite; 0.01 to 0.1 are
     *     usual; 0 is APS
     * @param free number of classes without a penalty, >= 0; the paper's example has 5 of 1,000
     *     classes
     * @throws IllegalArgumentException if they are not
     */
    public Builder regularized(double penalty, int free) {
      Preconditions.checkArgument(
          penalty >= 0 && Double.isFinite(penalty),
          "penalty must be finite and >= 0, got %s",
          penalty);
      Preconditions.checkArgument(
          free >= 0, "free, the number of classes without penalty, must be >= 0, got %s", free);
      this.penalty = penalty;
      this.free = free;
      return adaptive();
    }

    /** {@return this builder, with adaptive sets without random numbers, which are larger} */
    public Builder deterministic() {
      deterministic = true;
      return adaptive();
    }

    /**
     * {@return this builder with a seed}
     *
     * @param seed of the random numbers of adaptive sets, any number; 0 by default
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Fits the threshold.
     *
     * @param labels one-hot, [examples, classes] or with further axes; at least {@code coverage /
     *     (1 - coverage)} rows
     * @param probabilities of the labels' shape; they sum to 1
     * @return the sets
     * @throws IllegalArgumentException if shapes differ, labels are not one-hot or too few, or
     *     probabilities do not sum to 1
     */
    public ConformalSets fit(INDArray labels, INDArray probabilities) {
      return fit(labels, probabilities, null);
    }

    /**
     * Fits the threshold to the rows that are not masked.
     *
     * @param labels one-hot, [examples, classes] or with further axes
     * @param probabilities of the labels' shape; they sum to 1
     * @param mask the labels' mask, such as [examples, steps], or null
     * @return the sets
     * @throws IllegalArgumentException as without a mask
     */
    public ConformalSets fit(INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
      return fit(LabelledProbabilities.of(labels, probabilities, mask));
    }

    /**
     * Fits the threshold to an ensemble's combined output. For a single network use {@code
     * Ensemble.of(new SoftVote(), List.of(net))}.
     *
     * @param ensemble the ensemble; not changed
     * @param data features and one-hot labels, with their masks; read from its start if it can be
     *     reset
     * @return the sets
     * @throws IllegalArgumentException as for labels and probabilities
     */
    public ConformalSets fit(Ensemble ensemble, DataSetIterator data) {
      return fit(LabelledProbabilities.of(ensemble, data));
    }

    private ConformalSets fit(LabelledProbabilities data) {
      ConformalScore score = ConformalScore.PLAIN;
      if (adaptive) {
        ConformalScore.Kind kind =
            deterministic ? ConformalScore.Kind.ADAPTIVE : ConformalScore.Kind.RANDOM;
        score = new ConformalScore(kind, penalty, free);
      }
      long stream = Seeds.derive(seed, FIT);
      double[] scores = new double[data.classes.length];
      for (int i = 0; i < scores.length; i++) {
        double u = ConformalScore.uniform(stream, i);
        scores[i] = score.of(data.probabilities[i], u)[data.classes[i]];
      }
      double threshold = ConformalQuantile.of(scores, coverage);
      return new ConformalSets(
          score, data.probabilities[0].length, coverage, Math.max(0, threshold), seed);
    }
  }
}
