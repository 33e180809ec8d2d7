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
import io.github.dl4jx.studies.report.Charts;
import io.github.dl4jx.studies.report.Summary;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The Monte-Carlo dropout study's charts, as PNG. */
final class MonteCarloCharts {

  private static final int BASELINE = 0;
  private static final int WIDTH = 1240;
  private static final int HEIGHT = 460;

  /** What the chart of turned digits and its table show. */
  static final List<Doubt> TURNED_DOUBTS =
      List.of(Doubt.SCALED_ENTROPY, Doubt.ENTROPY, Doubt.MUTUAL_INFORMATION);

  /** Of an area under a ROC curve. */
  private static final double CHANCE = 0.5;

  private final Measurements measurements;
  private final List<String> foreignKinds;

  MonteCarloCharts(Measurements measurements, List<String> foreignKinds) {
    this.measurements = measurements;
    this.foreignKinds = foreignKinds;
  }

  /** Four measures against the number of masks, like figure 11 of Srivastava et al. 2014. */
  byte[] samplesChart() throws IOException {
    return png(
        List.of(
            samples("test error %", "0.0", ACCURACY, 100, -100),
            samples("NLL in nats", "0.000", NLL, 0, 1),
            samples("Brier score", "0.000", BRIER, 0, 1),
            samples("expected calibration error", "0.000", ECE, 0, 1)),
        2);
  }

  private XYChart samples(String title, String axis, String measure, double offset, double factor) {
    XYChart chart = Charts.curves(title + " (lower is better)", "number of masks averaged");
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisDecimalPattern(axis);
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    List<Double> means = new ArrayList<>();
    List<Double> bars = new ArrayList<>();
    for (int count : SAMPLES) {
      Quantity quantity = Quantity.sampled(ALL_DIGITS, count, measure);
      means.add(measurements.overNetworks(quantity).linear(offset, factor).mean());
      bars.add(Math.abs(factor) * measurements.overMasks(quantity));
    }
    double scaled =
        measurements
            .overNetworks(Quantity.scaled(ALL_DIGITS, measure))
            .linear(offset, factor)
            .mean();
    XYSeries line =
        chart.addSeries(WEIGHT_SCALING, List.of(1, MOST_SAMPLES), List.of(scaled, scaled));
    Charts.paint(line, BASELINE);
    line.setMarker(SeriesMarkers.NONE);
    Charts.paint(chart.addSeries(MONTE_CARLO + " ± deviation over masks", SAMPLES, means, bars), 1);
    return chart;
  }

  /** How unsure the network is, and how often right, against the angle. */
  byte[] turnedChart() throws IOException {
    XYChart doubts = turned("mean uncertainty of turned digits, in nats", "0.0");
    for (Doubt doubt : TURNED_DOUBTS) {
      addTurned(
          doubts,
          doubt.title(),
          1,
          a -> Quantity.of(doubt, MonteCarloTraining.turned(a), doubt.measure()));
    }
    XYChart accuracy = turned("accuracy on turned digits, %", "0");
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
    return png(List.of(doubts, accuracy), 1);
  }

  private static XYChart turned(String title, String axis) {
    XYChart chart = Charts.curves(title, "turned by, in degrees");
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisDecimalPattern(axis);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private void addTurned(
      XYChart chart, String name, double factor, IntFunction<Quantity> quantity) {
    List<Summary> summaries =
        ANGLES.stream()
            .map(angle -> measurements.overNetworks(quantity.apply(angle)).linear(0, factor))
            .toList();
    int number = chart.getSeriesMap().size();
    Charts.paint(chart.addSeries(name, ANGLES, means(summaries), deviations(summaries)), number);
  }

  /** How well each measure tells digits from other images. */
  byte[] foreignChart() throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Digits told from other images (higher is better; drawn digits: a control)")
            .yAxisTitle("area under the ROC curve")
            .build();
    Charts.style(chart.getStyler());
    chart.getStyler().setYAxisDecimalPattern("0.0");
    double least = CHANCE;
    int number = 0;
    for (Doubt doubt : Doubt.values()) {
      List<Summary> summaries =
          foreignKinds.stream()
              .map(kind -> measurements.overNetworks(Quantity.of(doubt, kind, doubt.auroc())))
              .toList();
      CategorySeries bars =
          chart.addSeries(doubt.title(), foreignKinds, means(summaries), deviations(summaries));
      bars.setFillColor(Charts.colour(number++));
      for (Summary s : summaries) {
        least = Math.min(least, s.mean() - s.deviation());
      }
    }
    chart.getStyler().setYAxisMin(Math.floor(10 * least) / 10);
    chart.getStyler().setYAxisMax(1.0);
    chart.getStyler().setErrorBarsColor(Color.BLACK);
    return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
  }

  private static List<Double> means(List<Summary> summaries) {
    return summaries.stream().map(Summary::mean).toList();
  }

  private static List<Double> deviations(List<Summary> summaries) {
    return summaries.stream().map(Summary::deviation).toList();
  }

  private static byte[] png(List<XYChart> charts, int rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(charts, rows, charts.size() / rows, out, BitmapFormat.PNG);
    return out.toByteArray();
  }
}
