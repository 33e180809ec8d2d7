package io.github.dl4jx.studies.montecarlo;

import static io.github.dl4jx.studies.montecarlo.Measurement.MONTE_CARLO;
import static io.github.dl4jx.studies.montecarlo.Measurement.WEIGHT_SCALING;
import static io.github.dl4jx.studies.montecarlo.MonteCarloCharts.TURNED_DOUBTS;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ACCURACY;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ALL_DIGITS;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ANGLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.BRIER;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.ECE;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.NLL;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.SAMPLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.UNCERTAINTY_SAMPLES;
import static io.github.dl4jx.studies.montecarlo.MonteCarloTraining.turned;

import io.github.dl4jx.studies.montecarlo.Measurements.Quantity;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The Monte-Carlo dropout study as tables, for the console, and as a page with charts. */
final class MonteCarloReport implements Findings {

  private static final int PAGE_WIDTH = 78;

  /** Images of each kind that the page shows. */
  private static final int SHOWN = 16;

  private static final List<Integer> SHOWN_ANGLES = List.of(45, 90);

  /** A part of the study: what the console and the page say of it. */
  private record Section(String title, String text, Table table) {

    String plain() {
      return "\n" + title + "\n" + text + "\n\n" + table.text();
    }
  }

  private final String title;
  private final String settings;
  private final Measurements measurements;
  private final List<String> foreignKinds;
  private final INDArray digits;

  /**
   * A report.
   *
   * @param digits the digits that are turned and told from others, to show some
   */
  MonteCarloReport(String title, String settings, List<Measurement> all, INDArray digits) {
    this.title = title;
    this.settings = settings;
    this.measurements = new Measurements(all);
    this.foreignKinds = measurements.foreignKinds();
    this.digits = digits;
  }

  @Override
  public String table() {
    return "\n"
        + title
        + "\n"
        + settings
        + "\n"
        + samples().plain()
        + turnedDigits().plain()
        + foreignImages().plain();
  }

  private Section samples() {
    Table table =
        new Table(List.of("", "error %", "over masks", "against weight scaling", NLL, BRIER, ECE));
    Quantity scaled = Quantity.scaled(ALL_DIGITS, ACCURACY);
    List<String> first = new ArrayList<>(List.of(WEIGHT_SCALING, error(scaled), "", ""));
    List.of(NLL, BRIER, ECE).forEach(m -> first.add(text(Quantity.scaled(ALL_DIGITS, m), "%.4f")));
    table.add(first);
    for (int count : SAMPLES) {
      Quantity accuracy = Quantity.sampled(ALL_DIGITS, count, ACCURACY);
      List<String> row = new ArrayList<>();
      row.add(count == 1 ? "1 mask" : "mean of " + count + " masks");
      row.add(error(accuracy));
      row.add(String.format(Locale.ROOT, "%.2f", 100 * measurements.overMasks(accuracy)));
      row.add(measurements.difference(accuracy, scaled).linear(0, -100).text("%+.2f"));
      List.of(NLL, BRIER, ECE)
          .forEach(m -> row.add(text(Quantity.sampled(ALL_DIGITS, count, m), "%.4f")));
      table.add(row);
    }
    return new Section(
        "Monte-Carlo dropout against weight scaling",
        "±: standard deviation over the networks, each with its mean over the seeds of the masks."
            + " Over masks: the standard deviation over these seeds within a network. Srivastava et"
            + " al. (2014, figure 11) found that the mean of about 50 samples is as good as weight"
            + " scaling, and that of more slightly better, but within one standard deviation.",
        table);
  }

  private Section turnedDigits() {
    List<String> heads = new ArrayList<>(List.of("degrees"));
    heads.add("accuracy %: " + WEIGHT_SCALING);
    heads.add("accuracy %: " + MONTE_CARLO);
    for (Doubt doubt : TURNED_DOUBTS) {
      heads.add(doubt.title());
    }
    Table table = new Table(heads);
    for (int degrees : ANGLES) {
      String images = turned(degrees);
      List<String> row = new ArrayList<>(List.of(Integer.toString(degrees)));
      row.add(percent(Quantity.scaled(images, ACCURACY)));
      row.add(percent(Quantity.sampled(images, UNCERTAINTY_SAMPLES, ACCURACY)));
      for (Doubt doubt : TURNED_DOUBTS) {
        row.add(text(Quantity.of(doubt, images, doubt.measure()), "%.3f"));
      }
      table.add(row);
    }
    return new Section(
        "Turned digits",
        "Means over the digits, turned counterclockwise; entropy and mutual information in nats.",
        table);
  }

  private Section foreignImages() {
    List<String> heads = new ArrayList<>(List.of(""));
    for (Doubt doubt : Doubt.values()) {
      heads.add(doubt.title());
    }
    Table table = new Table(heads);
    for (String kind : foreignKinds) {
      List<String> row = new ArrayList<>(List.of(kind));
      for (Doubt doubt : Doubt.values()) {
        row.add(text(Quantity.of(doubt, kind, doubt.auroc()), "%.3f"));
      }
      table.add(row);
    }
    return new Section(
        "Digits told from other images",
        "Area under the ROC curve: the probability that the network is less sure of another image"
            + " than of a test digit; 0.5 is chance. The program draws the letters and, with the same"
            + " hand, the drawn digits. These are a control: only the hand tells them from the test"
            + " digits.",
        table);
  }

  private String error(Quantity accuracy) {
    return measurements.overNetworks(accuracy).linear(100, -100).text("%.2f");
  }

  private String percent(Quantity accuracy) {
    return measurements.overNetworks(accuracy).linear(0, 100).text("%.1f");
  }

  private String text(Quantity quantity, String format) {
    return measurements.overNetworks(quantity).text(format);
  }

  /** Writes the charts, and {@code report.html}, which has them inside. */
  @Override
  public String write(Path folder) throws IOException {
    MonteCarloCharts charts = new MonteCarloCharts(measurements);
    Page page = new Page(title, PAGE_WIDTH).text(settings);
    add(page, folder, samples(), "samples", charts.samplesChart());
    add(page, folder, turnedDigits(), "turned", charts.turnedChart());
    add(page, folder, foreignImages(), "foreign", charts.foreignChart());
    byte[] images = Gallery.png(shown(digits.get(NDArrayIndex.interval(0, SHOWN))), SHOWN);
    Files.write(folder.resolve("images.png"), images);
    page.heading("Some of the images").image("images of each kind", images);
    Path file = folder.resolve("report.html");
    page.write(file);
    return "Numbers: " + folder.resolve("results.csv") + "\nCharts:  " + file;
  }

  private static void add(Page page, Path folder, Section section, String name, Picture charts)
      throws IOException {
    charts.writeSvg(folder.resolve(name + ".svg"));
    page.heading(section.title()).text(section.text()).add(section.table().html()).charts(charts);
  }

  private static Map<String, INDArray> shown(INDArray digits) {
    Map<String, INDArray> shown = new LinkedHashMap<>();
    shown.put("digits", digits);
    SHOWN_ANGLES.forEach(angle -> shown.put(turned(angle), new Rotation(angle).of(digits)));
    shown.putAll(ForeignImages.like(digits));
    return shown;
  }
}
