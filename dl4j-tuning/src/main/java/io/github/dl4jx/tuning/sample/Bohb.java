package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The sampler of BOHB: two kernel densities, of the good and the bad points, at the largest number
 * of epochs that has enough scores.
 *
 * <pre>
 * epochs  = the most that d + 3 trials have a score at             d parameters, N_min = d + 1
 * n       = these and those that failed, which are last
 * good    = the best max(N_min, 0.15 n), with a score; bad = the last max(N_min, n - good)
 * number  : normal around each point, cut off at the ends of the range, with one bandwidth for all
 *           h = max(1.06 s n^(-1/(4 + d)), 1e-3 of the range)      s their standard deviation
 * choice  : 1 - h for the point's option, h shared by the others
 * draw x  : around a random good point with bandwidths 3 h
 * suggest = argmax over 64 draws of  ln l(x) - ln g(x)             with bandwidths h
 * </pre>
 *
 * <p>A third of the suggestions is random, and all are before there is a model. Scores at fewer
 * epochs count as long as there are too few at more: with {@code Hyperband} the first brackets
 * teach the later ones. Trials that failed are the worst at every number of epochs, and never good.
 * Running trials have no influence but through the scores that they have already. A parameter that
 * does not matter at a point may have any value in its kernel.
 *
 * <p>From the authors' program differ the cut-off in the densities, which have no floor there, that
 * such parameters are not filled in at random, that choices are drawn with bandwidths of 3 h, too,
 * and that failures count at more than their own number of epochs.
 *
 * <pre>{@code
 * Sampler bohb = Bohb.builder().randomFraction(0.2).build();
 * }</pre>
 *
 * <p>Reference: S. Falkner, A. Klein, F. Hutter, "BOHB: Robust and Efficient Hyperparameter
 * Optimization at Scale", ICML 2018, arXiv 1807.01774.
 */
public final class Bohb implements Sampler {

  private static final double GOOD = 0.15;
  private static final double WIDER = 3;
  private static final double LEAST = 1e-3;
  private static final double REFERENCE = 1.06;

  private final double randomFraction;
  private final int candidates;

  private Bohb(Builder builder) {
    this.randomFraction = builder.randomFraction;
    this.candidates = builder.candidates;
  }

  /**
   * Begins a sampler.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Optional<Point> suggest(History history, int trial, long seed) {
    Sampler.check(history, trial);
    Draws draws = Draws.of(seed, trial);
    boolean random = draws.uniform() < randomFraction;
    int dimensions = history.space().parameters().size();
    Integer epochs = random ? null : epochs(history, dimensions + 3);
    if (epochs == null) {
      return RandomSearch.suggest(history, draws);
    }
    List<Point> ranked = ranked(history, epochs);
    int least = dimensions + 1;
    int n = ranked.size();
    int scored = (int) history.trials().stream().filter(one -> isScored(one, epochs)).count();
    int good = Math.min(scored, Math.max(least, (int) (GOOD * n)));
    int bad = Math.max(least, n - good);
    List<Point> best = ranked.subList(0, good);
    ProductKernels around = density(history.space(), best, WIDER);
    ProductKernels likely = density(history.space(), best, 1);
    ProductKernels unlikely = density(history.space(), ranked.subList(n - bad, n), 1);
    Fresh fresh = new Fresh(history);
    return fresh.point(
        draws, () -> Candidates.best(candidates, fresh, around, likely, unlikely, draws));
  }

  /** The largest number of epochs at which enough trials have a score; null if there is none. */
  private static @Nullable Integer epochs(History history, int enough) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (Trial trial : history.trials()) {
      if (trial.state() != Trial.State.FAILED) {
        trial.scores().keySet().forEach(epochs -> counts.merge(epochs, 1, Integer::sum));
      }
    }
    for (Map.Entry<Integer, Integer> count : counts.descendingMap().entrySet()) {
      if (count.getValue() >= enough) {
        return count.getKey();
      }
    }
    return null;
  }

  private static boolean isScored(Trial trial, Integer epochs) {
    return trial.state() != Trial.State.FAILED && trial.scores().containsKey(epochs);
  }

  /** The points with a score at that number of epochs, the best first, then those that failed. */
  private static List<Point> ranked(History history, Integer epochs) {
    List<Trial> ranked = new ArrayList<>();
    for (Trial trial : history.trials()) {
      if (trial.state() == Trial.State.FAILED || isScored(trial, epochs)) {
        ranked.add(trial);
      }
    }
    ranked.sort(Comparator.comparingDouble(trial -> cost(history, trial, epochs)));
    List<Point> points = new ArrayList<>(ranked.size());
    ranked.forEach(trial -> points.add(trial.point()));
    return points;
  }

  private static double cost(History history, Trial trial, Integer epochs) {
    Double score = trial.scores().get(epochs);
    if (trial.state() == Trial.State.FAILED || score == null) {
      return Double.POSITIVE_INFINITY;
    }
    return history.minimize() ? score : -score;
  }

  /** One kernel a point, all of one weight and one bandwidth a parameter. */
  static ProductKernels density(SearchSpace space, List<Point> points, double wider) {
    int n = points.size();
    KernelAxis[] axes = new KernelAxis[space.parameters().size()];
    double shrink = StrictMath.pow(n, -1.0 / (4 + axes.length));
    for (Parameter<?> parameter : space.parameters()) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = points.get(i).coordinate(parameter.index());
      }
      double range = parameter.options() > 0 ? 1 : parameter.high() - parameter.low();
      double bandwidth = wider * Math.max(LEAST * range, REFERENCE * deviation(x) * shrink);
      axes[parameter.index()] =
          parameter.options() > 0
              ? choice(parameter.options(), x, bandwidth)
              : numbers(parameter, x, bandwidth);
    }
    double[] weights = new double[n];
    Arrays.fill(weights, 1.0 / n);
    return new ProductKernels(space, weights, axes);
  }

  private static KernelAxis choice(int options, double[] x, double bandwidth) {
    int[] option = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      option[i] = Double.isNaN(x[i]) ? ChoiceAxis.NONE : (int) x[i];
    }
    double flat = (options - 1.0) / options;
    return new ChoiceAxis(option, options, 1 - Math.min(flat, bandwidth));
  }

  private static KernelAxis numbers(Parameter<?> parameter, double[] x, double bandwidth) {
    double range = parameter.high() - parameter.low();
    double[] mu = x.clone();
    double[] sigma = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      boolean matters = !Double.isNaN(x[i]);
      mu[i] = matters ? x[i] : parameter.low() + range / 2;
      sigma[i] = matters ? Math.min(range, bandwidth) : range;
    }
    return new NumericAxis(parameter, mu, sigma);
  }

  private static double deviation(double[] x) {
    double sum = 0;
    int n = 0;
    for (double value : x) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    double squares = 0;
    for (double value : x) {
      squares += Double.isNaN(value) ? 0 : (value - sum / n) * (value - sum / n);
    }
    return n == 0 ? 0 : Math.sqrt(squares / n);
  }

  @Override
  public String name() {
    return "bohb(" + randomFraction + "," + candidates + ")";
  }

  /** Collects the settings of a {@link Bohb}. */
  public static final class Builder {

    private double randomFraction = 1 / 3.0;
    private int candidates = 64;

    Builder() {}

    /**
     * Which part of the suggestions is random.
     *
     * @param fraction in [0, 1]; default 1/3, as in the paper
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder randomFraction(double fraction) {
      Preconditions.checkArgument(
          fraction >= 0 && fraction <= 1, "randomFraction must be in [0, 1], got %s", fraction);
      randomFraction = fraction;
      return this;
    }

    /**
     * How many draws the best is taken of.
     *
     * @param draws from 1 to 1,000,000; default 64, as in the paper
     * @return this builder
     * @throws IllegalArgumentException if they are not
     */
    public Builder candidates(int draws) {
      candidates = Candidates.checked(draws);
      return this;
    }

    /**
     * Builds the sampler.
     *
     * @return a sampler
     */
    public Bohb build() {
      return new Bohb(this);
    }
  }
}
