package io.github.dl4jx.training.listener;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Learning curves of several runs: a score at the end of each epoch, one line for each name, and a
 * band around it where several runs have that name.
 *
 * <pre>{@code
 * line(name, epoch) = mean of the scores of the runs of that name in that epoch
 * band(name, epoch) = from the lowest to the highest of them
 * }</pre>
 *
 * <pre>{@code
 * LearningCurves curves =
 *     LearningCurves.of("validation loss", new DataSetLossCalculator(validation, true));
 * net.addListeners(curves.run("dropout"));   // one run for each network that is trained
 * net.fit(train, 20);
 * curves.chart().writeSvg(Path.of("curves.svg"));
 * }</pre>
 *
 * <p>Epochs are those of the network: a run that is resumed from its fifth epoch begins at 6. A
 * score that is NaN is a gap of its run. Thread-safe, as long as the calculator is: networks that
 * are trained at the same time call it one after the other.
 */
public final class LearningCurves {

  private final String measure;
  private final @Nullable ScoreCalculator<Model> calculator;

  /** By name, in the order of their first runs; the scores of a run by its epoch. */
  private final Map<String, List<SortedMap<Integer, Double>>> runs = new LinkedHashMap<>();

  private LearningCurves(String measure, @Nullable ScoreCalculator<Model> calculator) {
    Preconditions.checkArgument(
        !Arguments.notNull("measure", measure).isBlank(), "measure must not be blank");
    this.measure = measure;
    this.calculator = calculator;
  }

  /**
   * Curves of the training loss: the mean of the minibatches' scores in an epoch, penalties
   * included.
   *
   * @param measure label of the vertical axis; not blank
   * @return the curves, without runs
   * @throws IllegalArgumentException if the label is null or blank
   */
  public static LearningCurves of(String measure) {
    return new LearningCurves(measure, null);
  }

  /**
   * Curves of any score, such as early stopping uses.
   *
   * @param measure label of the vertical axis; not blank
   * @param calculator called at the end of each epoch; it must not train the network
   * @return the curves, without runs
   * @throws IllegalArgumentException if the label is null or blank, or the calculator is null
   */
  public static LearningCurves of(String measure, ScoreCalculator<Model> calculator) {
    return new LearningCurves(measure, Arguments.notNull("calculator", calculator));
  }

  /**
   * Begins a run.
   *
   * @param name for the legend; not blank; runs of one name make one line
   * @return the listener for the network of this run, and for no other one
   * @throws IllegalArgumentException if the name is null or blank
   */
  public synchronized TrainingListener run(String name) {
    Preconditions.checkArgument(
        !Arguments.notNull("name", name).isBlank(), "name must not be blank");
    SortedMap<Integer, Double> scores = new TreeMap<>();
    runs.computeIfAbsent(name, n -> new ArrayList<>()).add(scores);
    return new Run(scores);
  }

  private final class Run extends BaseTrainingListener {

    private final SortedMap<Integer, Double> scores;
    private double sum;
    private int steps;

    Run(SortedMap<Integer, Double> scores) {
      this.scores = scores;
    }

    @Override
    public void onEpochStart(Model model) {
      sum = 0;
      steps = 0;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      sum += calculator == null ? model.score() : 0;
      steps++;
    }

    @Override
    public void onEpochEnd(Model model) {
      synchronized (LearningCurves.this) {
        double score = calculator == null ? sum / steps : calculator.calculateScore(model);
        scores.put(Network.of(model).epoch() + 1, score); // counted up after this
      }
    }
  }

  /**
   * {@return the curves as a chart: a line for each name, and a band if it has several runs}
   *
   * @throws IllegalStateException if no run has a finite score yet
   */
  public synchronized Chart chart() {
    ChartBuilder chart = Chart.titled(measure).x(Axis.linear("epoch"));
    boolean empty = true;
    for (Map.Entry<String, List<SortedMap<Integer, Double>>> entry : runs.entrySet()) {
      SortedMap<Integer, double[]> ranges = ranges(entry.getValue());
      if (!ranges.isEmpty()) {
        empty = false;
        double[] epochs = ranges.keySet().stream().mapToDouble(epoch -> epoch).toArray();
        chart.line(entry.getKey(), epochs, column(ranges, 0));
        if (entry.getValue().size() > 1) {
          chart.band(entry.getKey(), epochs, column(ranges, 1), column(ranges, 2));
        }
      }
    }
    Preconditions.checkState(!empty, "no run has finished an epoch with a finite score yet");
    return chart.build();
  }

  /** Mean, least and largest finite score of each epoch. */
  private static SortedMap<Integer, double[]> ranges(List<SortedMap<Integer, Double>> runs) {
    SortedMap<Integer, List<Double>> byEpoch = new TreeMap<>();
    for (SortedMap<Integer, Double> run : runs) {
      run.forEach(
          (epoch, score) -> {
            if (Double.isFinite(score)) {
              byEpoch.computeIfAbsent(epoch, e -> new ArrayList<>()).add(score);
            }
          });
    }
    SortedMap<Integer, double[]> ranges = new TreeMap<>();
    byEpoch.forEach(
        (epoch, scores) -> {
          double sum = 0;
          double least = Double.POSITIVE_INFINITY;
          double largest = Double.NEGATIVE_INFINITY;
          for (double score : scores) {
            sum += score;
            least = Math.min(least, score);
            largest = Math.max(largest, score);
          }
          ranges.put(epoch, new double[] {sum / scores.size(), least, largest});
        });
    return ranges;
  }

  private static double[] column(SortedMap<Integer, double[]> ranges, int column) {
    return ranges.values().stream().mapToDouble(range -> range[column]).toArray();
  }

  /**
   * {@return all scores as CSV: {@code name,run,epoch,score}, runs of a name counted from 1; names
   * with a comma, a quote or a line break are quoted}
   */
  public synchronized String toCsv() {
    StringBuilder csv = new StringBuilder("name,run,epoch,score\n");
    runs.forEach(
        (name, all) -> {
          String field =
              name.matches("(?s).*[,\"\\r\\n].*") ? '"' + name.replace("\"", "\"\"") + '"' : name;
          for (int run = 0; run < all.size(); run++) {
            int number = run + 1;
            all.get(run)
                .forEach(
                    (epoch, score) ->
                        csv.append(
                            String.format(
                                Locale.ROOT, "%s,%d,%d,%s\n", field, number, epoch, score)));
          }
        });
    return csv.toString();
  }

  @Override
  public synchronized String toString() {
    return "LearningCurves(" + measure + ", " + runs.keySet() + ")";
  }
}
