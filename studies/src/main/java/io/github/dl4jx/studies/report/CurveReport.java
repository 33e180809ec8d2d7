package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.chart.ChartGrid;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Learning curves as a table of their ends, for the console, and as a page with charts. */
public final class CurveReport implements Findings, Summarized {

  /** What is charted of a point. */
  private record Measure(
      String title, String better, String format, ToDoubleFunction<CurvePoint> of) {}

  private static final Measure NLL = new Measure("NLL", "lower is better", "%.4f", CurvePoint::nll);

  private static final Measure ACCURACY =
      new Measure("accuracy %", "higher is better", "%.2f", point -> 100 * point.accuracy());

  private static final Measure ERROR =
      new Measure("error %", "lower is better", "%.2f", point -> 100 - 100 * point.accuracy());

  /** The curves that are drawn together: those of one network with one kind of statistics. */
  private record Panel(String network, boolean refreshed) {

    boolean holds(CurvePoint point) {
      return point.network().equals(network) && point.refreshed() == refreshed;
    }

    String title() {
      return refreshed ? network + ", refreshed" : network;
    }
  }

  private static final String PUBLISHED = "published error %";
  private static final String NOTHING = "-";

  private static final int PAGE_WIDTH = 78;

  /** Above and below the curves, as a part of their range. */
  private static final double MARGIN = 0.1;

  /** Two charts side by side are as wide as a page of text. */
  private static final int CHART_WIDTH = 440;

  private final String title;
  private final String settings;
  private final String unit;
  private final String notes;
  private final List<CurvePoint> points;
  private final Map<String, Double> published;
  private final List<Measure> measures;
  private final List<Panel> panels;
  private final List<String> curves;

  /** A report without published errors to compare with. */
  public CurveReport(
      String title, String settings, String unit, String notes, List<CurvePoint> points) {
    this(title, settings, unit, notes, points, Map.of());
  }

  /**
   * A report.
   *
   * @param unit what a step is, such as an epoch
   * @param notes what else the page says of the settings
   * @param published errors by {@link #published network and curve}, in percent, which ours are put
   *     beside, NaN where there is none; if it is empty, accuracies are shown and not errors
   */
  public CurveReport(
      String title,
      String settings,
      String unit,
      String notes,
      List<CurvePoint> points,
      Map<String, Double> published) {
    this.title = title;
    this.settings = settings;
    this.unit = unit;
    this.notes = notes;
    this.points = points;
    this.published = published;
    this.measures = List.of(NLL, published.isEmpty() ? ACCURACY : ERROR);
    this.panels =
        points.stream()
            .map(point -> new Panel(point.network(), point.refreshed()))
            .distinct()
            .collect(Collectors.toList());
    this.curves = points.stream().map(CurvePoint::curve).distinct().collect(Collectors.toList());
  }

  private Summary summary(Panel panel, String curve, int step, Measure measure) {
    return Summary.of(
        points.stream()
            .filter(panel::holds)
            .filter(point -> point.curve().equals(curve) && point.step() == step)
            .mapToDouble(measure.of())
            .toArray());
  }

  private String cell(Panel panel, String curve, Measure measure) {
    return summary(panel, curve, steps(panel), measure).text(measure.format());
  }

  private int steps(Panel panel) {
    return points.stream().filter(panel::holds).mapToInt(CurvePoint::step).max().orElse(0);
  }

  /** Where the curves end, which may not be the same for all networks. */
  private String ends(String unit) {
    return "After "
        + unit
        + " "
        + panels.stream()
            .map(this::steps)
            .distinct()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
  }

  /** The published error of a curve; NaN if there is none. */
  private double published(Panel panel, String curve) {
    return published.getOrDefault(published(panel.network(), curve), Double.NaN);
  }

  /** How a curve of a network is called in published errors. */
  public static String published(String network, String curve) {
    return network + ": " + curve;
  }

  @Override
  public String table() {
    return "\n" + title + "\n" + settings + "\n" + ends(unit) + ":\n\n" + ends().text();
  }

  /** The same as Markdown, without title and settings. */
  @Override
  public String markdown() {
    return ends().markdown();
  }

  private Table ends() {
    List<String> heads = new ArrayList<>(List.of(""));
    measures.forEach(measure -> heads.add(measure.title()));
    if (!published.isEmpty()) {
      heads.add(PUBLISHED);
    }
    Table table = new Table(heads);
    for (Panel panel : panels) {
      for (String curve : curves) {
        List<String> row =
            new ArrayList<>(List.of(panels.size() == 1 ? curve : panel.title() + ": " + curve));
        measures.forEach(measure -> row.add(cell(panel, curve, measure)));
        if (!published.isEmpty()) {
          double error = published(panel, curve);
          row.add(
              Double.isNaN(error) ? NOTHING : String.format(Locale.ROOT, ERROR.format(), error));
        }
        table.add(row);
      }
    }
    return table;
  }

  /** Writes {@code curves.svg}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    Path image = folder.resolve("curves.svg");
    charts().writeSvg(image);
    Path file = folder.resolve("report.html");
    Page page =
        new Page(title, PAGE_WIDTH)
            .text(settings + " " + notes)
            .text(ends(unit) + ", mean ± standard deviation over the seeds:");
    addTo(page);
    page.write(file);
    return "Curves: " + folder.resolve("results.csv") + "\nCharts: " + file + ", " + image;
  }

  /** Adds the table and the charts to a page. */
  @Override
  public void addTo(Page page) {
    page.add(ends().html())
        .text("Mean over the seeds against the " + unit + ", to the scale of the second half:");
    if (!published.isEmpty()) {
      page.text("Dashed: published errors, each in the colour of its network.");
    }
    page.charts(charts());
  }

  /** A chart for each measure of each network. */
  public Picture charts() {
    List<Chart> charts = new ArrayList<>();
    for (Panel panel : panels) {
      measures.forEach(measure -> charts.add(chart(panel, measure)));
    }
    return ChartGrid.of(title + ": against the " + unit, measures.size(), charts);
  }

  private Chart chart(Panel panel, Measure measure) {
    ChartBuilder chart =
        Chart.titled(panel.title() + ": " + measure.title() + " (" + measure.better() + ")")
            .x(Axis.linear(unit))
            .y(scale(panel.network(), measure))
            .width(CHART_WIDTH);
    int steps = steps(panel);
    double[] x = IntStream.rangeClosed(1, steps).asDoubleStream().toArray();
    for (String curve : curves) {
      double[] y =
          IntStream.rangeClosed(1, steps)
              .mapToObj(step -> summary(panel, curve, step, measure))
              .mapToDouble(s -> s.runs() > 0 ? s.mean() : Double.NaN)
              .toArray();
      if (Arrays.stream(y).anyMatch(Double::isFinite)) {
        chart.line(curve, x, y);
        if (curve.equals(curves.get(0))) {
          chart.baseline(curve);
        }
      }
      double error = published(panel, curve);
      if (measure.equals(ERROR) && !Double.isNaN(error)) {
        chart.dashed(curve, new double[] {1, steps}, new double[] {error, error});
      }
    }
    return chart.build();
  }

  /**
   * To the second half of the steps, where curves are close together; what begins far from there
   * comes in from outside. The same scale for both kinds of statistics, so that they compare.
   */
  private Axis scale(String network, Measure measure) {
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    for (Panel panel : panels) {
      if (!panel.network().equals(network)) {
        continue;
      }
      int steps = steps(panel);
      for (String row : curves) {
        for (int step = steps / 2 + 1; step <= steps; step++) {
          Summary s = summary(panel, row, step, measure);
          if (s.runs() > 0) {
            range.accept(s.mean());
          }
        }
        if (measure.equals(ERROR) && !Double.isNaN(published(panel, row))) {
          range.accept(published(panel, row));
        }
      }
    }
    double margin = MARGIN * (range.getMax() - range.getMin());
    return margin > 0
        ? Axis.linear().range(range.getMin() - margin, range.getMax() + margin)
        : Axis.linear();
  }

  @Override
  public Optional<Picture> picture() {
    return Optional.of(charts());
  }
}
