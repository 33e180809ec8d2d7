package io.github.dl4jx.studies.tuning;

import io.github.dl4jx.studies.report.Findings;
import io.github.dl4jx.studies.report.Page;
import io.github.dl4jx.studies.report.Table;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What {@link TuningStudy} has found: a table of medians over the seeds, and the course.
 *
 * @param data label of the data
 * @param settings what the searches have in common
 * @param points of all searches
 */
record TuningReport(String data, String settings, List<TuningPoint> points) implements Findings {

  private static final int PAGE_WIDTH = 70;
  private static final String NEVER = "never";

  private List<String> searches() {
    return points.stream().map(TuningPoint::search).distinct().collect(Collectors.toList());
  }

  private List<Long> seeds() {
    return points.stream().map(TuningPoint::seed).distinct().collect(Collectors.toList());
  }

  private List<TuningPoint> run(String search, long seed) {
    return points.stream()
        .filter(point -> point.search().equals(search) && point.seed() == seed)
        .collect(Collectors.toList());
  }

  private TuningPoint last(String search, long seed) {
    List<TuningPoint> run = run(search, seed);
    return run.get(run.size() - 1);
  }

  private double median(ToDoubleFunction<Long> of) {
    double[] sorted = seeds().stream().mapToDouble(of).sorted().toArray();
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /** After how many epochs a search is as good as random search in the end; infinite if never. */
  private double reaching(String search, long seed) {
    double goal = last(TuningStudy.RANDOM, seed).validation();
    return run(search, seed).stream()
        .filter(point -> point.validation() <= goal)
        .mapToDouble(TuningPoint::epochs)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private Table summary() {
    Table table =
        new Table(
            List.of(
                "median",
                "trials",
                "epochs",
                "until as good as random",
                "validation NLL",
                "test NLL of the best",
                "of the ensemble",
                "members",
                "ensemble better"));
    for (String search : searches()) {
      double reaching = median(seed -> reaching(search, seed));
      long better =
          seeds().stream()
              .map(seed -> last(search, seed))
              .filter(point -> point.ensemble() < point.best())
              .count();
      table.add(
          List.of(
              search,
              text("%.0f", median(seed -> last(search, seed).trials())),
              text("%.0f", median(seed -> last(search, seed).epochs())),
              Double.isInfinite(reaching) ? NEVER : text("%.0f", reaching),
              text("%.4f", median(seed -> last(search, seed).validation())),
              text("%.4f", median(seed -> last(search, seed).best())),
              text("%.4f", median(seed -> last(search, seed).ensemble())),
              text("%.1f", median(seed -> last(search, seed).members())),
              better + " of " + seeds().size()));
    }
    return table;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  @Override
  public String table() {
    return "\nHyperparameter search on " + data + "\n" + settings + "\n\n" + summary().text();
  }

  @Override
  public String write(Path folder) throws IOException {
    Chart chart = chart();
    chart.writeSvg(folder.resolve("tuning.svg"));
    Path page = folder.resolve("report.html");
    new Page("Hyperparameter search on " + data, PAGE_WIDTH)
        .text(settings)
        .add(summary().html())
        .text(
            "Epochs are those of all trials together. The ensemble is the greedy selection, by"
                + " validation data, among those of the ten best trials that were trained to the"
                + " end. Test data were used for these two columns alone.")
        .add(chart.svg())
        .write(page);
    return "Searches: " + folder.resolve("results.csv") + "\nCharts: " + page;
  }

  private Chart chart() {
    ChartBuilder chart =
        Chart.titled("The best validation NLL so far, median over the seeds")
            .x(Axis.linear("epochs of all trials"))
            .y(Axis.log10("validation NLL"))
            .baseline(TuningStudy.RANDOM);
    for (String search : searches()) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      TreeMap<Integer, Double> course = medians(search);
      course.forEach(
          (epochs, nll) -> {
            x.add((double) epochs);
            y.add(nll);
          });
      chart.line(search, array(x), array(y));
    }
    return chart.build();
  }

  /** At most 40 points, from where on all seeds have a score. */
  private TreeMap<Integer, Double> medians(String search) {
    int[] epochs =
        points.stream()
            .filter(point -> point.search().equals(search))
            .mapToInt(TuningPoint::epochs)
            .sorted()
            .toArray();
    TreeMap<Integer, Double> medians = new TreeMap<>();
    for (int i = 1; i <= 40; i++) {
      int at = epochs[epochs.length - 1] * i / 40;
      double median = median(seed -> best(run(search, seed), at));
      if (Double.isFinite(median)) {
        medians.put(at, median);
      }
    }
    return medians;
  }

  private static double best(List<TuningPoint> run, int epochs) {
    return run.stream()
        .filter(point -> point.epochs() <= epochs)
        .mapToDouble(TuningPoint::validation)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(value -> value).toArray();
  }
}
