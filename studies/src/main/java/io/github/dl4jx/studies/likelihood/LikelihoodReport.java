package io.github.dl4jx.studies.likelihood;

import io.github.dl4jx.studies.likelihood.Landscape.Target;
import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Summary;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartGrid;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The distances to the target as a table, and four pictures of what was sampled. */
final class LikelihoodReport implements Findings {

  private static final int PAGE_WIDTH = 78;
  private static final int WIDE = 310;
  private static final int FLAT = 240;
  private static final double HIGHEST = 1.1;

  private final String settings;
  private final List<Measured> found;
  private final List<Integer> steps;
  private final List<Integer> shown;

  LikelihoodReport(String settings, List<Measured> found) {
    this.settings = settings;
    this.found = found;
    this.steps = found.stream().map(Measured::steps).distinct().sorted().toList();
    this.shown =
        found.stream()
            .filter(m -> m.measure().equals(Measured.DENSITY))
            .map(Measured::steps)
            .distinct()
            .sorted()
            .toList();
  }

  @Override
  public String table() {
    return "\nSamples of a known likelihood\n" + settings + "\n\n" + distances().text();
  }

  String markdown() {
    return distances().markdown();
  }

  private Table distances() {
    List<String> heads = new ArrayList<>(List.of("distance to the target after"));
    steps.forEach(n -> heads.add(String.format(Locale.ROOT, "%,d steps", n)));
    heads.add("detail");
    Table table = new Table(heads);
    for (Landscape landscape : Landscape.values()) {
      for (Setting setting : Setting.all()) {
        if (setting.landscape() == landscape) {
          table.add(row(setting));
        }
      }
      Target target = landscape.target(1);
      List<String> independent = new ArrayList<>(List.of(landscape.label + ", independent draws"));
      for (int n : steps) {
        independent.add(
            String.format(Locale.ROOT, "%.3f", expected(target, (long) n * Chains.CHAINS)));
      }
      independent.add("1");
      table.add(independent);
    }
    return table;
  }

  private List<String> row(Setting setting) {
    List<String> row = new ArrayList<>(List.of(setting.label()));
    for (int n : steps) {
      row.add(summary(setting, n, Measured.DISTANCE).text("%.3f"));
    }
    row.add(summary(setting, steps.get(steps.size() - 1), Measured.DETAIL).text("%.2f"));
    return row;
  }

  private Summary summary(Setting setting, int after, String measure) {
    return Summary.of(
        select(setting, after, measure).stream().mapToDouble(Measured::value).toArray());
  }

  /** Of independent draws of temperature 1: half the mean deviations of binomial counts, summed. */
  private static double expected(Target target, long n) {
    double sum = 0;
    for (double p : target.bins()) {
      sum += Math.min(2 * p, Math.sqrt(2 * p * (1 - p) / (Math.PI * n)));
    }
    return sum / 2;
  }

  private List<Measured> select(Setting setting, int after, String measure) {
    Predicate<Measured> wanted =
        m ->
            m.steps() == after
                && m.measure().equals(measure)
                && m.setting().equals(setting.label());
    return found.stream().filter(wanted).toList();
  }

  /** Writes the four pictures, and {@code report.html}, which has them inside. */
  @Override
  public String write(Path folder) throws IOException {
    Page page =
        new Page("Samples of a known likelihood", PAGE_WIDTH)
            .text(settings)
            .add(distances().html());
    for (Map.Entry<String, Picture> picture : pictures().entrySet()) {
      page.charts(picture.getValue());
      picture.getValue().writeSvg(folder.resolve(picture.getKey() + ".svg"));
    }
    Path report = folder.resolve("report.html");
    page.write(report);
    return "Numbers:  " + folder.resolve("results.csv") + "\nPictures: " + report;
  }

  /** The four pictures by their names. */
  Map<String, Picture> pictures() {
    Map<String, Picture> pictures = new LinkedHashMap<>();
    for (Landscape landscape : Landscape.values()) {
      String name = landscape == Landscape.ONE ? "likelihood" : "likelihood-2d";
      pictures.put(name + "-temperature", densities(landscape, "temperature", true));
      pictures.put(name + "-friction", densities(landscape, "friction", false));
    }
    return pictures;
  }

  private int last() {
    return shown.get(shown.size() - 1);
  }

  private static String after(int n) {
    return String.format(Locale.ROOT, "%,d steps", n);
  }

  /** A row a number of steps; for the friction, a last row with the large step size. */
  private Picture densities(Landscape landscape, String by, boolean temperature) {
    List<Chart> charts = new ArrayList<>();
    for (int n : shown) {
      for (double value : temperature ? Setting.TEMPERATURES : Setting.FRICTIONS) {
        Setting setting =
            temperature
                ? Setting.sgld(landscape, value)
                : Setting.sghmc(landscape, Setting.STEP, value);
        charts.add(density(by + " " + value + ", " + after(n), setting, n));
      }
    }
    if (!temperature) {
      for (double value : Setting.FRICTIONS) {
        Setting setting = Setting.sghmc(landscape, Setting.COARSE_STEP, value);
        charts.add(
            density(by + " " + value + ", step size " + Setting.COARSE_STEP, setting, last()));
      }
    }
    return ChartGrid.of(
        landscape.label + " densities of samples beside the target, by " + by, 3, charts);
  }

  private Chart density(String title, Setting setting, int after) {
    Target target = setting.landscape().target(setting.temperature());
    List<Measured> density = select(setting, after, Measured.DENSITY);
    double[] x = density.stream().mapToDouble(Measured::x).toArray();
    double[] samples = density.stream().mapToDouble(Measured::value).toArray();
    double[] all = setting.landscape().density(target.bins());
    double[] truth = Arrays.stream(x).map(at -> all[setting.landscape().across(at)]).toArray();
    return Chart.titled(title)
        .x(Axis.linear().range(-Chains.SHOWN, Chains.SHOWN))
        .y(Axis.linear().range(0, HIGHEST * Arrays.stream(truth).max().orElse(1)))
        .size(WIDE, FLAT)
        .band("samples", x, new double[x.length], samples)
        .line("target", x, truth)
        .baseline("target")
        .build();
  }
}
