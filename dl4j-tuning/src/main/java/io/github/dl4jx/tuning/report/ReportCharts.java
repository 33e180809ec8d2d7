package io.github.dl4jx.tuning.report;

import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The charts of a {@link SearchReport}. */
final class ReportCharts {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;
  private static final int NAMED = 3; // curves with a colour of their own

  private final History history;
  private final Range range;
  private final String scoreName;

  ReportCharts(History history, Range range, String scoreName) {
    this.history = history;
    this.range = range;
    this.scoreName = scoreName;
  }

  private Axis scores() {
    Axis axis = range.isLogarithmic() ? Axis.log10(scoreName) : Axis.linear(scoreName);
    return range.isCut() ? axis.range(range.low(), range.high()) : axis;
  }

  /**
   * Every score over what all trials had cost by then, and the best so far.
   *
   * @param order of the scores: trial and number of epochs
   */
  String course(List<int[]> order) {
    Map<Integer, Integer> spent = new LinkedHashMap<>();
    Map<Integer, Trial> trials = new LinkedHashMap<>();
    history.trials().forEach(trial -> trials.put(trial.number(), trial));
    Numbers every = new Numbers();
    Numbers best = new Numbers();
    double cost = 0;
    double least = Double.POSITIVE_INFINITY;
    double sign = history.minimize() ? 1 : -1;
    for (int[] step : order) {
      Trial trial = trials.get(step[0]);
      Integer before = spent.put(step[0], step[1]);
      cost += step[1] - (before == null ? 0 : before);
      Double score = trial == null ? null : trial.scores().get(step[1]);
      if (trial == null || score == null || trial.state() == Trial.State.FAILED) {
        continue;
      }
      every.add(cost, score);
      if (sign * score < least) {
        if (least < Double.POSITIVE_INFINITY) {
          best.add(cost, sign * least); // a step, not a slope
        }
        least = sign * score;
        best.add(cost, score);
      }
    }
    best.add(cost, sign * least);
    return Chart.titled("The best so far, and every score")
        .x(Axis.linear("epochs of all trials"))
        .y(scores())
        .size(WIDTH, HEIGHT)
        .points("scores of trials", every.x(), every.y())
        .line("best so far", best.x(), best.y())
        .baseline("scores of trials")
        .build()
        .svg();
  }

  /** The scores of each trial over its epochs, the best ones by name. */
  String curves() {
    List<Trial> best = history.top(NAMED);
    Numbers others = new Numbers();
    for (Trial trial : history.trials()) {
      if (!best.contains(trial) && trial.state() != Trial.State.FAILED) {
        trial.scores().forEach(others::add);
        others.add(Double.NaN, Double.NaN);
      }
    }
    ChartBuilder chart =
        Chart.titled("Scores of each trial by its epochs")
            .x(Axis.linear("epochs of a trial"))
            .y(scores())
            .size(WIDTH, HEIGHT);
    if (others.hasPoints()) {
      chart.line("other trials", others.x(), others.y()).baseline("other trials");
    }
    for (Trial trial : best) {
      Numbers curve = new Numbers();
      trial.scores().forEach(curve::add);
      chart.line("trial " + trial.number(), curve.x(), curve.y());
    }
    return chart.build().svg();
  }

  /** A bar for each parameter. */
  static String importance(Map<String, Double> shares) {
    String[] names = shares.keySet().toArray(new String[0]);
    double[] percent = shares.values().stream().mapToDouble(share -> 100 * share).toArray();
    return Chart.titled("What tells the best 10 % from all")
        .x(Axis.linear("share, %"))
        .horizontalBars("importance", names, percent)
        .build()
        .svg();
  }

  /** Points of a curve, with gaps. */
  private static final class Numbers {

    private final List<Double> x = new ArrayList<>();
    private final List<Double> y = new ArrayList<>();

    void add(double along, double up) {
      x.add(along);
      y.add(up);
    }

    boolean hasPoints() {
      return y.stream().anyMatch(Double::isFinite);
    }

    double[] x() {
      return x.stream().mapToDouble(value -> value).toArray();
    }

    double[] y() {
      return y.stream().mapToDouble(value -> value).toArray();
    }
  }
}
