package io.github.dl4jx.studies.tuning;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Hyperparameter search: how many epochs Hyperband and BOHB need to be as good as random search
 * with full training, and whether the greedy ensemble of the ten best trials beats the best one.
 *
 * <p>{@code -Dstudy.runs=N} searches with N seeds; the default is 10. {@code -Dstudy.quick} trains
 * for 9 epochs at most, on 500 examples.
 */
public final class TuningStudy implements Study {

  static final String RANDOM = "random search";
  static final String HYPERBAND = "Hyperband";

  private static final List<String> SEARCHES = List.of(RANDOM, HYPERBAND);

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int seeds = context.runs(quick ? 1 : 10);
    int maxEpochs = quick ? 9 : 27;
    int examples = 500;
    int validations = quick ? 500 : 1000;
    int fully = quick ? 9 : 40;
    int byHyperband = quick ? 17 : 98; // one pass of its brackets; two
    DataSet both = context.train(examples + validations);
    // copies: ND4J takes parts of what begins in the middle of an array for empty
    DataSet train = ((DataSet) both.getRange(0, examples)).copy();
    DataSet validation = ((DataSet) both.getRange(examples, examples + validations)).copy();
    String settings =
        String.format(
            "784-h-10 networks, %,d training examples, batch %d, at most %d epochs; NLL on %,d"
                + " validation examples. Learning rate, updater, activation, hidden units, L2 and"
                + " dropout are searched. %s: %d trials with all epochs; %s: %d trials. %s.",
            examples,
            SearchRun.BATCH,
            maxEpochs,
            validations,
            RANDOM,
            fully,
            HYPERBAND,
            byHyperband,
            Wording.count(seeds, "seed"));
    // not of the number of seeds: a longer study takes over what a shorter one has done
    String key = settings.substring(0, settings.lastIndexOf(". ") + 1);
    SearchRun run = new SearchRun(context.label(), train, validation, context.test(), maxEpochs);
    CurveRunner<TuningPoint> runner =
        CurveRunner.training(context, key, TuningPoint.FORM, " searches", 1);
    runner.run(
        SEARCHES,
        seeds,
        (name, seed, done) -> {
          Optional<Path> page =
              seed == 1 && name.equals(HYPERBAND)
                  ? Optional.of(context.folder().resolve("hyperband.html"))
                  : Optional.empty();
          int trials = name.equals(RANDOM) ? fully : byHyperband;
          List<TuningPoint> points = run.points(name, seed, trials, page);
          done.run();
          return points;
        });
    new TuningReport(context.label(), settings, runner.log().complete(SEARCHES, seeds))
        .show(context.folder());
  }
}
