package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;

/**
 * The median rule: a trial is stopped that is worse than half of those before it were.
 *
 * <pre>
 * stop at epoch e  iff  best score of the trial up to e  is worse than
 *                       the median, over the finished trials, of their mean score up to e
 * </pre>
 *
 * <p>Trials are scored after every epoch. The first 5 finished trials are not stopped for want of
 * others to compare with; trials that are at work with them run on until there are 5.
 *
 * <pre>{@code
 * Schedule median = MedianStopping.maxEpochs(27).startupTrials(5).warmupEpochs(3);
 * }</pre>
 *
 * <p>Reference: D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017,
 * doi:10.1145/3097983.3098043. There is no warm-up there.
 */
public final class MedianStopping implements Schedule {

  private final int epochs;
  private final int startupTrials;
  private final int warmupEpochs;

  private MedianStopping(int epochs, int startupTrials, int warmupEpochs) {
    this.epochs = epochs;
    this.startupTrials = startupTrials;
    this.warmupEpochs = warmupEpochs;
  }

  /**
   * The schedule with its defaults.
   *
   * @param epochs of a trial that is not stopped, from 1 to {@link #MOST_EPOCHS}
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public static MedianStopping maxEpochs(int epochs) {
    return new MedianStopping(Schedule.checkEpochs(epochs), 5, 0);
  }

  /**
   * The schedule with another number of trials that must have finished.
   *
   * @param trials at least 1; default 5
   * @return a schedule
   * @throws IllegalArgumentException if there are fewer
   */
  public MedianStopping startupTrials(int trials) {
    Preconditions.checkArgument(trials >= 1, "startupTrials must be >= 1, got %s", trials);
    return new MedianStopping(epochs, trials, warmupEpochs);
  }

  /**
   * The schedule with another number of epochs in which no trial is stopped.
   *
   * @param first at least 0; default 0
   * @return a schedule
   * @throws IllegalArgumentException if it is negative
   */
  public MedianStopping warmupEpochs(int first) {
    Preconditions.checkArgument(first >= 0, "warmupEpochs must be >= 0, got %s", first);
    return new MedianStopping(epochs, startupTrials, first);
  }

  @Override
  public int maxEpochs() {
    return epochs;
  }

  @Override
  public Optional<Assignment> next(History history) {
    Schedule.check(history);
    for (Trial trial : history.trials()) {
      if (trial.state() == Trial.State.PAUSED) {
        return Optional.of(Assignment.goOn(trial.number(), trial.epochs() + 1));
      }
    }
    return Optional.of(Assignment.begin(1));
  }

  @Override
  public Trial.State after(History history, Trial trial) {
    Schedule.check(history);
    Arguments.notNull("trial", trial);
    if (trial.epochs() >= epochs) {
      return Trial.State.FINISHED;
    }
    return stops(history, trial) ? Trial.State.STOPPED : Trial.State.PAUSED;
  }

  private boolean stops(History history, Trial trial) {
    double[] means =
        history.trials().stream()
            .filter(other -> other.state() == Trial.State.FINISHED)
            .mapToDouble(other -> mean(history, other, trial.epochs()))
            .sorted()
            .toArray();
    if (trial.epochs() <= warmupEpochs || means.length < startupTrials) {
      return false;
    }
    int n = means.length;
    double median = (means[n / 2] + means[(n - 1) / 2]) / 2;
    return Arrays.stream(costs(history, trial, trial.epochs())).min().orElse(median) > median;
  }

  private static double mean(History history, Trial trial, int until) {
    return Arrays.stream(costs(history, trial, until)).average().orElse(Double.POSITIVE_INFINITY);
  }

  private static double[] costs(History history, Trial trial, int until) {
    return trial.scores().headMap(until, true).values().stream()
        .mapToDouble(score -> Costs.of(history, score))
        .toArray();
  }

  @Override
  public String name() {
    return "median(" + epochs + "," + startupTrials + "," + warmupEpochs + ")";
  }
}
