package io.github.dl4jx.studies.report;

import io.github.dl4jx.studies.log.CurvePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves as a table of their ends, for the console, and as a page with charts. */
public final class CurveReport implements Findings {

  /** What is charted of a point. */
  private record Measure(
      String title, String better, String format, String axis, ToDoubleFunction<CurvePoint> of) {}

  private static final Measure NLL =
      new Measure("NLL", "lower is better", "%.4f", "0.00", CurvePoint::nll);

  private static final Measure ACCURACY =
      new Measure("accuracy %", "higher is better", "%.2f", "0.0", point -> 100 * point.accuracy());

  private static final Measure ERROR =
      new Measure(
          "error %", "lower is better", "%.2f", "0.0", point -> 100 - 100 * point.accuracy());

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

  /** Characters of all names that fit side by side beneath a chart. */
  private static final int LONGEST_LEGEND_LINE = 60;

  private final String title;
  private final String settings;
  private final String unit;
  private final String notes;
  private final List<CurvePoint> points;
  private final Map<String, Double> published;
  private final List<Measure> measures;
  private final List<Panel> panels;
  private final List<String> curves;
  private final int steps;

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
   * @param published errors by curve, in percent, which ours are put beside, NaN where there is
   *     none; if it is empty, accuracies are shown and not errors
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
    this.steps = points.stream().mapToInt(CurvePoint::step).max().orElse(0);
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
    return summary(panel, curve, steps, measure).text(measure.format());
  }

  /** The published error of a curve; NaN if there is none. */
  private double published(String curve) {
    return published.getOrDefault(curve, Double.NaN);
  }

  @Override
  public String table() {
    return "\n"
        + title
        + "\n"
        + settings
        + "\nAfter "
        + unit
        + " "
        + steps
        + ":\n\n"
        + ends().text();
  }

  /** The same as Markdown, without title and settings. */
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
          double error = published(curve);
          row.add(
              Double.isNaN(error) ? NOTHING : String.format(Locale.ROOT, ERROR.format(), error));
        }
        table.add(row);
      }
    }
    return table;
  }

  /** Writes {@code curves.png}, and {@code report.html}, which has it inside. */
  @Override
  public String write(Path folder) throws IOException {
    List<XYChart> charts = new ArrayList<>();
    for (Panel panel : panels) {
      measures.forEach(measure -> charts.add(chart(panel, measure)));
    }
    Path image = folder.resolve("curves.png");
    BitmapEncoder.saveBitmap(
        charts, panels.size(), measures.size(), image.toString(), BitmapFormat.PNG);
    Path page = folder.resolve("report.html");
    page(Files.readAllBytes(image)).write(page);
    return "Curves: " + folder.resolve("results.csv") + "\nCharts: " + page + ", " + image;
  }

  private Page page(byte[] png) {
    return new Page(title, PAGE_WIDTH)
        .text(settings + " " + notes)
        .text("After " + unit + " " + steps + ", mean ± standard deviation over the seeds:")
        .add(ends().html())
        .text("Mean over the seeds against the " + unit + ", to the scale of the second half:")
        .image("NLL and accuracy against the " + unit, png);
  }

  /** Adds the table and the charts to a page. */
  public void addTo(Page page) throws IOException {
    page.add(ends().html());
    if (!published.isEmpty()) {
      page.text("Dashed: published errors, each in the colour of its network.");
    }
    for (Panel panel : panels) {
      for (Measure measure : measures) {
        page.image(
            panel.title() + ": " + measure.title() + " against the " + unit,
            BitmapEncoder.getBitmapBytes(chart(panel, measure), BitmapFormat.PNG));
      }
    }
  }

  private XYChart chart(Panel panel, Measure measure) {
    String head = panel.title() + ": " + measure.title() + " (" + measure.better() + ")";
    XYChart chart =
        String.join("", curves).length() > LONGEST_LEGEND_LINE
            ? Charts.manyCurves(head, unit, curves.size())
            : Charts.curves(head, unit);
    chart.getStyler().setYAxisDecimalPattern(measure.axis());
    chart.getStyler().setXAxisDecimalPattern("0");
    scale(chart, panel.network(), measure);
    for (int i = 0; i < curves.size(); i++) {
      List<Integer> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (int step = 1; step <= steps; step++) {
        Summary s = summary(panel, curves.get(i), step, measure);
        if (s.runs() > 0) {
          x.add(step);
          y.add(s.mean());
        }
      }
      Charts.paint(chart.addSeries(curves.get(i), x, y), i);
      double error = published(curves.get(i));
      if (measure.equals(ERROR) && !Double.isNaN(error)) {
        XYSeries line =
            chart.addSeries(
                "published, " + curves.get(i), List.of(1, steps), List.of(error, error));
        Charts.paint(line, i);
        line.setLineStyle(SeriesLines.DASH_DASH);
        line.setMarker(SeriesMarkers.NONE);
        line.setShowInLegend(false);
      }
    }
    return chart;
  }

  /**
   * To the second half of the steps, where curves are close together; what begins far from there
   * comes in from outside. The same scale for both kinds of statistics, so that they compare.
   */
  private void scale(XYChart chart, String network, Measure measure) {
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    for (Panel panel : panels) {
      for (String row : curves) {
        for (int step = steps / 2 + 1; step <= steps; step++) {
          Summary s = summary(panel, row, step, measure);
          if (panel.network().equals(network) && s.runs() > 0) {
            range.accept(s.mean());
          }
        }
        if (measure.equals(ERROR) && !Double.isNaN(published(row))) {
          range.accept(published(row));
        }
      }
    }
    double margin = MARGIN * (range.getMax() - range.getMin());
    chart.getStyler().setYAxisMin(range.getMin() - margin);
    chart.getStyler().setYAxisMax(range.getMax() + margin);
  }
}
