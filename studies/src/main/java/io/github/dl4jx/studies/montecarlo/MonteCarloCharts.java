package io.github.dl4jx.studies.montecarlo;

import static io.github.dl4jx.studies.montecarlo.Measurement.MONTE_CARLO;
import static io.github.dl4jx.studies.montecarlo.Measurement.WEIGHT_SCALING;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ACCURACY;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ALL_DIGITS;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ANGLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.BRIER;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ECE;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.MOST_SAMPLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.NLL;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.SAMPLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.UNCERTAINTY_SAMPLES;

import io.github.dl4jx.studies.montecarlo.Measurements.Quantity;
import io.github.dl4jx.studies.report.Summary;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.chart.ChartGrid;
import io.github.dl4jx.training.chart.Picture;
import java.util.List;
import java.util.function.IntFunction;

/** The Monte-Carlo dropout study's charts. */
final class MonteCarloCharts {

  /** Two charts side by side are as wide as a page of text. */
  private static final int NARROW = 440;

  private static final int WIDE = 880;
  private static final int HEIGHT = 420;

  /** What the chart of turned digits and its table show. */
  static final List<Doubt> TURNED_DOUBTS =
      List.of(Doubt.SCALED_ENTROPY, Doubt.ENTROPY, Doubt.MUTUAL_INFORMATION);

  /** Of an area under a ROC curve. */
  private static final double CHANCE = 0.5;

  private final Measurements measurements;
  private final List<String> foreignKinds;

  MonteCarloCharts(Measurements measurements) {
    this.measurements = measurements;
    this.foreignKinds = measurements.foreignKinds();
  }

  /** Four measures against the number of masks, like figure 11 of Srivastava et al. 2014. */
  Picture samplesChart() {
    return ChartGrid.of(
        "Monte-Carlo dropout against weight scaling, by the number of masks",
        2,
        List.of(
            samples("test error %", ACCURACY, 100, -100),
            samples("NLL in nats", NLL, 0, 1),
            samples("Brier score", BRIER, 0, 1),
            samples("expected calibration error", ECE, 0, 1)));
  }

  private Chart samples(String title, String measure, double offset, double factor) {
    double[] x = SAMPLES.stream().mapToDouble(Integer::doubleValue).toArray();
    double[] means = new double[x.length];
    double[] low = new double[x.length];
    double[] high = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      Quantity quantity = Quantity.sampled(ALL_DIGITS, SAMPLES.get(i), measure);
      means[i] = measurements.overNetworks(quantity).linear(offset, factor).mean();
      double deviation = Math.abs(factor) * measurements.overMasks(quantity);
      low[i] = means[i] - deviation;
      high[i] = means[i] + deviation;
    }
    Quantity scaling = Quantity.scaled(ALL_DIGITS, measure);
    double scaled = measurements.overNetworks(scaling).linear(offset, factor).mean();
    String masks = MONTE_CARLO + " ± deviation over masks";
    return Chart.titled(title + " (lower is better)")
        .x(Axis.log10("number of masks averaged"))
        .width(NARROW)
        .dashed(WEIGHT_SCALING, new double[] {1, MOST_SAMPLES}, new double[] {scaled, scaled})
        .baseline(WEIGHT_SCALING)
        .line(masks, x, means)
        .errors(masks, x, low, high)
        .build();
  }

  /** How unsure the network is, and how often right, against the angle. */
  Picture turnedChart() {
    ChartBuilder doubts = turned("uncertainty in nats, mean");
    for (Doubt doubt : TURNED_DOUBTS) {
      addTurned(
          doubts,
          doubt.title(),
          1,
          a -> Quantity.of(doubt, MonteCarloTraining.turned(a), doubt.measure()));
    }
    ChartBuilder accuracy = turned("accuracy %").y(Axis.linear().range(0, 100));
    addTurned(
        accuracy,
        WEIGHT_SCALING,
        100,
        a -> Quantity.scaled(MonteCarloTraining.turned(a), ACCURACY));
    addTurned(
        accuracy,
        MONTE_CARLO,
        100,
        a -> Quantity.sampled(MonteCarloTraining.turned(a), UNCERTAINTY_SAMPLES, ACCURACY));
    return ChartGrid.of("Turned digits", 2, List.of(doubts.build(), accuracy.build()));
  }

  private static ChartBuilder turned(String title) {
    return Chart.titled("Turned digits: " + title)
        .x(Axis.linear("turned by, in degrees"))
        .width(NARROW);
  }

  private void addTurned(
      ChartBuilder chart, String name, double factor, IntFunction<Quantity> quantity) {
    List<Summary> summaries =
        ANGLES.stream()
            .map(angle -> measurements.overNetworks(quantity.apply(angle)).linear(0, factor))
            .toList();
    double[] x = ANGLES.stream().mapToDouble(Integer::doubleValue).toArray();
    chart
        .line(name, x, means(summaries))
        .errors(
            name,
            x,
            summaries.stream().mapToDouble(s -> s.mean() - s.deviation()).toArray(),
            summaries.stream().mapToDouble(s -> s.mean() + s.deviation()).toArray());
  }

  /** How well each measure tells digits from other images. */
  Picture foreignChart() {
    ChartBuilder chart =
        Chart.titled("Digits told from other images (higher is better; drawn digits: a control)")
            .size(WIDE, HEIGHT);
    double least = CHANCE;
    for (Doubt doubt : Doubt.values()) {
      List<Summary> summaries =
          foreignKinds.stream()
              .map(kind -> measurements.overNetworks(Quantity.of(doubt, kind, doubt.auroc())))
              .toList();
      chart.bars(
          doubt.title(),
          foreignKinds.toArray(new String[0]),
          means(summaries),
          summaries.stream().mapToDouble(Summary::deviation).toArray());
      for (Summary s : summaries) {
        least = Math.min(least, s.mean() - s.deviation());
      }
    }
    return chart
        .y(Axis.linear("area under the ROC curve").range(Math.floor(10 * least) / 10, 1))
        .build();
  }

  private static double[] means(List<Summary> summaries) {
    return summaries.stream().mapToDouble(Summary::mean).toArray();
  }
}
