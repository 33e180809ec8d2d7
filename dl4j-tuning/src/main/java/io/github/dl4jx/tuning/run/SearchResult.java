package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.report.SearchCsv;
import io.github.dl4jx.tuning.report.SearchReport;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.store.TemporaryFolder;
import io.github.dl4jx.tuning.store.TrialFolder;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * What a search has found. Without a folder of its own, the networks are in a temporary one, which
 * is deleted when the result is closed.
 */
public final class SearchResult implements AutoCloseable {

  private final History history;

  /** Trial and number of epochs of every score, as they came. */
  private final List<int[]> order;

  private final SearchRun run;
  private final TrainingData train;
  private final File root;
  private final @Nullable TemporaryFolder temporary;

  /** By the trials' numbers. */
  private final Map<Integer, List<Double>> confirmed = new ConcurrentSkipListMap<>();

  SearchResult(
      History history,
      List<int[]> order,
      SearchRun run,
      TrainingData train,
      File root,
      @Nullable TemporaryFolder temporary) {
    this.history = history;
    this.order = List.copyOf(order);
    this.run = run;
    this.train = train;
    this.root = root;
    this.temporary = temporary;
  }

  /**
   * All trials.
   *
   * @return the history, the failed ones included
   */
  public History history() {
    return history;
  }

  /**
   * The best trial.
   *
   * @return the first of {@link History#ranked}
   * @throws IllegalStateException if none has a score
   */
  public TrialResult best() {
    List<TrialResult> top = top(1);
    Preconditions.checkState(
        !top.isEmpty(), "none of the %s trials has a score", history.trials().size());
    return top.get(0);
  }

  /**
   * The best trials.
   *
   * @param k how many at most, at least 1
   * @return those that have a score, the best first
   * @throws IllegalArgumentException if k is below 1
   */
  public List<TrialResult> top(int k) {
    List<TrialResult> results = new ArrayList<>();
    for (Trial trial : history.top(k)) {
      results.add(
          new TrialResult(
              trial,
              trial.score().orElse(Double.NaN),
              run.plan().setup(trial.number(), trial.point()),
              run.networks(),
              new TrialFolder(root, trial.number()),
              temporary));
    }
    return results;
  }

  /**
   * The points of the best trials, for {@link io.github.dl4jx.tuning.space.SearchSpace#around}.
   *
   * @param k how many at most, at least 1
   * @return the points, the best first
   * @throws IllegalArgumentException if k is below 1
   */
  public List<Point> topPoints(int k) {
    return history.topPoints(k);
  }

  /**
   * Trains the best trials once more, with a fresh seed, and scores them on data that was not
   * searched on: the best of many scores flatters.
   *
   * @param k how many at most, at least 1
   * @param unseen scores the networks, on data that no choice was made by
   * @return the trials in the order of their old scores
   * @throws IllegalArgumentException if k is below 1 or the calculator null
   * @throws IllegalStateException if the thread is interrupted
   */
  public List<Confirmation> confirm(int k, ScoreCalculator<?> unseen) {
    return confirm(k, 1, unseen);
  }

  /**
   * Trains the best trials again, with fresh seeds, and scores them on data that was not searched
   * on.
   *
   * @param k how many at most, at least 1
   * @param seeds how often each is trained, at least 1
   * @param unseen scores the networks, on data that no choice was made by
   * @return the trials in the order of their old scores
   * @throws IllegalArgumentException if a number is below 1 or the calculator null
   * @throws IllegalStateException if the thread is interrupted
   */
  public List<Confirmation> confirm(int k, int seeds, ScoreCalculator<?> unseen) {
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    Preconditions.checkArgument(seeds >= 1, "seeds must be >= 1, got %s", seeds);
    Arguments.notNull("unseen", unseen);
    List<Confirmation> confirmations = run.confirm(top(k), seeds, train, Scorer.of(unseen));
    confirmations.forEach(one -> confirmed.put(one.found().number(), one.scores()));
    return confirmations;
  }

  /**
   * Writes every score of every trial.
   *
   * @param file a CSV file, replaced if it is there; {@link SearchCsv} has the columns
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the file is null or a folder
   */
  public void writeCsv(File file) throws IOException {
    SearchCsv.write(history, file);
  }

  /**
   * Writes a page with all that was found, and what {@link #confirm} found so far.
   *
   * @param file an HTML file, replaced if it is there; for other titles, take {@link SearchReport}
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the file is null or a folder
   */
  public void writeReport(File file) throws IOException {
    SearchReport.Builder report = SearchReport.of(history);
    order.forEach(score -> report.scored(score[0], score[1]));
    confirmed.forEach(
        (trial, scores) ->
            report.confirmed(trial, scores.stream().mapToDouble(Double::doubleValue).toArray()));
    report.build().write(file);
  }

  /** Deletes the networks if they are in a temporary folder. */
  @Override
  public void close() {
    if (temporary != null) {
      temporary.close();
    }
  }
}
