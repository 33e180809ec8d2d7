package io.github.dl4jx.tuning.report;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/**
 * How much each parameter matters for being among the best 10 % of the trials, by PED-ANOVA: how
 * far the values of the best are from those of all.
 *
 * <pre>
 * v(d) = a(d) sum over cells c of  (p(c | best) / p(c | all) - 1)^2  p(c | all)       share = v / sum v
 *
 * all     = the n trials that are over or paused and to which d matters, failed ones too
 * best    = the first max(2, ceil(n / 10)) of these by {@link History#ranked}, with a score
 * a(d)    = which part of all trials d matters to
 * cells   = 50 equal parts of the range of coordinates, fewer if there are fewer values; options
 * p(c|D)  = (1/cells + sum over D of k(c)) / (|D| + 1)
 * number  : k normal around the trial's cell, cut off at the ends, h = max(0.5 / 1.64,
 *           1.059 min(s, IQR / 1.34) |D|^(-1/5)), s and IQR those of the cells of D
 * choice  : k = 1 at the trial's option
 * </pre>
 *
 * <p>The factor (best / all)^2 of the paper is the same for all parameters, but for the rounding of
 * the number of the best, and is left out. If the points were not drawn uniformly, as by TPE, the
 * importance is that within the region that was searched. Fewer than about 50 trials tell little.
 *
 * <p>From the paper differ a(d), for conditions, and the prior, which is uniform.
 *
 * <pre>{@code
 * Map<String, Double> shares = Importance.of(history);    // {rate=0.71, momentum=0.2, hidden=0.09}
 * }</pre>
 *
 * <p>Reference: S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA: Efficiently Quantifying
 * Hyperparameter Importance in Arbitrary Subspaces", IJCAI 2023, arXiv 2304.10255.
 */
public final class Importance {

  private static final int CELLS = 50;
  private static final int LEAST_BEST = 2;
  private static final int BEST = 10; // one of so many
  private static final double SCOTT = 1.059;
  private static final double NORMAL_IQR = 1.34;
  private static final double LEAST_WIDTH = 0.5 / 1.64; // 90 % of a kernel are in its cell

  private Importance() {}

  /**
   * The importance of all parameters.
   *
   * @param history the trials of a search
   * @return the shares by the names of the parameters, together 1, the largest first; all 0 if
   *     there is nothing to tell the best by: fewer than three trials, or fewer than two with a
   *     score
   * @throws IllegalArgumentException if the history is null
   */
  public static Map<String, Double> of(History history) {
    SearchSpace space = Arguments.notNull("history", history).space();
    double[] parts = new double[space.parameters().size()];
    for (Parameter<?> parameter : space.parameters()) {
      parts[parameter.index()] = divergence(history.ranked(), parameter);
    }
    double sum = Arrays.stream(parts).sum();
    List<Parameter<?>> sorted = new ArrayList<>(space.parameters());
    sorted.sort(Comparator.comparingDouble(parameter -> -parts[parameter.index()]));
    Map<String, Double> shares = new LinkedHashMap<>();
    sorted.forEach(p -> shares.put(p.name(), sum > 0 ? parts[p.index()] / sum : 0));
    return Collections.unmodifiableMap(shares);
  }

  /** Pearson's divergence of the best from all, times the part of the trials it is about. */
  private static double divergence(List<Trial> ranked, Parameter<?> parameter) {
    List<Integer> all = new ArrayList<>();
    int scored = 0;
    int cells = cells(parameter);
    for (Trial trial : ranked) {
      double x = trial.point().coordinate(parameter.index());
      if (!Double.isNaN(x)) {
        all.add(cell(parameter, cells, x));
        scored += trial.score().isPresent() ? 1 : 0;
      }
    }
    int best = Math.min(scored, Math.max(LEAST_BEST, (all.size() + BEST - 1) / BEST));
    if (best < LEAST_BEST || best == all.size()) {
      return 0;
    }
    boolean choice = parameter.options() > 0;
    double[] p = density(all, cells, choice);
    double[] q = density(all.subList(0, best), cells, choice);
    double sum = 0;
    for (int c = 0; c < cells; c++) {
      sum += Math.pow(q[c] / p[c] - 1, 2) * p[c];
    }
    return sum * all.size() / ranked.size();
  }

  private static int cells(Parameter<?> parameter) {
    if (parameter.options() > 0) {
      return parameter.options();
    }
    long size = parameter.size();
    return size > 0 && size < CELLS ? (int) size : CELLS;
  }

  private static int cell(Parameter<?> parameter, int cells, double x) {
    if (parameter.options() > 0) {
      return (int) x;
    }
    double part = (x - parameter.low()) / (parameter.high() - parameter.low());
    return (int) Math.min(cells - 1, Math.max(0, Math.floor(part * cells)));
  }

  private static double[] density(List<Integer> values, int cells, boolean choice) {
    double[] sum = new double[cells];
    Arrays.fill(sum, 1.0 / cells);
    double h = choice ? 0 : width(values);
    for (int value : values) {
      if (choice) {
        sum[value]++;
      } else {
        double below = normal((-0.5 - value) / h);
        double inside = normal((cells - 0.5 - value) / h) - below;
        double from = below;
        for (int c = 0; c < cells; c++) {
          double to = normal((c + 0.5 - value) / h);
          sum[c] += (to - from) / inside;
          from = to;
        }
      }
    }
    for (int c = 0; c < cells; c++) {
      sum[c] /= values.size() + 1;
    }
    return sum;
  }

  /** Scott's rule, on cells. */
  private static double width(List<Integer> values) {
    int n = values.size();
    double[] x = values.stream().mapToDouble(value -> value).sorted().toArray();
    double mean = Arrays.stream(x).average().orElse(0);
    double squares = Arrays.stream(x).map(value -> (value - mean) * (value - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, n - 1));
    double quartiles = quantile(x, 0.75) - quantile(x, 0.25);
    double spread = Math.min(deviation, quartiles / NORMAL_IQR);
    return Math.max(LEAST_WIDTH, SCOTT * spread * Math.pow(n, -0.2));
  }

  /** Between neighbours in proportion. */
  private static double quantile(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static double normal(double z) {
    return Erf.erf(z / Math.sqrt(2)) / 2;
  }
}
