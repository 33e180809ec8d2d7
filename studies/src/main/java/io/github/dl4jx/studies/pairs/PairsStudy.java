package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyRun;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Each technique in the setting that it is made for, beside the same network without it, from the
 * same seeds; and some where they do not help.
 *
 * <p>{@code -Dstudy.runs=N} takes N seeds; the default is 3. {@code -Dstudy.quick} takes one. By
 * {@code -Dstudy.choose} the settings were chosen: other seeds, scored on training examples that no
 * trial trains on.
 */
public final class PairsStudy implements Study {

  private static final int HELD_OUT = 10_000;
  private static final int TRAIN_EXAMPLES = 10_000;
  private static final int ALL_EXAMPLES = 60_000;
  private static final int SEEDS = 3;

  /** Added to a seed where settings are chosen. */
  private static final int OTHER_SEEDS = 100;

  private static List<Trial> trials() {
    return Stream.of(
            FewExamples.trials(),
            HardStart.trials(),
            EasyNetwork.trials(),
            HighRate.trials(),
            SmallNetworks.trials())
        .flatMap(Collection::stream)
        .sorted(Comparator.comparingInt(Trial::seconds).reversed()) // short ones at the end
        .collect(Collectors.toList());
  }

  private static String settings() {
    return Stream.of(Pair.HELPS, Pair.DOES_NOT_HELP)
        .flatMap(Collection::stream)
        .map(Pair::setting)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  @Override
  public void run(Context context) throws IOException {
    boolean choose = context.choose();
    int seeds = context.runs(context.quick() ? 1 : SEEDS);
    String data = context.label();
    DataSet all = context.train(choose ? ALL_EXAMPLES : TRAIN_EXAMPLES);
    DataSet train = Networks.first(TRAIN_EXAMPLES, all);
    DataSet test =
        choose ? (DataSet) all.getRange(ALL_EXAMPLES - HELD_OUT, ALL_EXAMPLES) : context.test();
    String key = data + "; " + (choose ? "to choose settings; " : "") + settings();
    CurveLog<Score> log = CurveLog.open(context.folder(), key, Score.FORM);
    List<Trial> trials = trials();
    train(
        context,
        log,
        trials,
        seeds,
        (trial, seed) -> {
          long own = choose ? seed + OTHER_SEEDS : seed;
          Scores scores = new Scores(data, trial.label(), own, test);
          trial.work().run(own, train, scores);
          return scores.all();
        });
    List<Score> scores =
        log.complete(trials.stream().map(Trial::label).collect(Collectors.toList()), seeds);
    new PairsReport(title(data), notes(context, seeds), scores).show(context.folder());
  }

  /** How a trial is made. */
  private interface Maker {
    List<Score> make(Trial trial, long seed) throws Exception;
  }

  private static void train(
      Context context, CurveLog<Score> log, List<Trial> trials, int seeds, Maker maker)
      throws IOException {
    AtomicLong done = new AtomicLong();
    List<StudyRun> missing = new ArrayList<>();
    long total = (long) seeds * trials.stream().mapToInt(Trial::seconds).sum();
    try (Progress progress = Progress.of("Training", total, " s of work", 1)) {
      for (long seed = 1; seed <= seeds; seed++) {
        for (Trial trial : trials) {
          if (log.contains(trial.label(), seed)) {
            done.addAndGet(trial.seconds());
            continue;
          }
          long s = seed;
          missing.add(
              new StudyRun(
                  trial.label(),
                  s,
                  () -> log.file(maker.make(trial, s)),
                  file -> {
                    log.keep(trial.label(), s, file);
                    progress.accept(done.addAndGet(trial.seconds()));
                  }));
        }
      }
      progress.resume(done.get());
      context.make(missing);
    }
  }

  static String title(String data) {
    return "Each technique in the setting that it is made for, on " + data;
  }

  private static String notes(Context context, int seeds) {
    String notes =
        "Each setting was chosen to show what its technique is for, with other seeds and on training"
            + " examples that are not trained on, [5] to [7] anew after seeds 1 to 3 had been seen;"
            + " both sides of a pair have the same data, seeds and epochs. "
            + Wording.count(seeds, "seed")
            + (seeds > 1 ? ", mean ± standard deviation." : ".");
    if (context.choose()) {
      return notes + " These are those seeds and examples: no results.";
    }
    return context.quick()
        ? notes + " QUICK: one seed tells little; the README's figures are of " + SEEDS + "."
        : notes;
  }
}
