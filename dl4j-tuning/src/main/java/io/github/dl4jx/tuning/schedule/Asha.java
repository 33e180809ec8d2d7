package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Asynchronous successive halving: no trial waits for a rung to be complete.
 *
 * <pre>
 * rungs: epochs r_k = floor(R / eta^(s - k)), k = 0 .. s = floor(log_eta(R)) or less
 * next:  for k = s - 1 .. 0:  among the best floor(|rung k| / eta) of all trials that have had a
 *        score at r_k, the best one that has not gone on goes on to r_(k + 1)
 *        if there is none, a new trial is trained up to r_0
 * </pre>
 *
 * <p>A paused trial may go on at any later time, when worse ones have come: none is given up.
 * Trials that failed have a place in their rung, but never go on.
 *
 * <pre>{@code
 * Schedule asha = Asha.maxEpochs(27).reduction(3);
 * }</pre>
 *
 * <p>Reference: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020,
 * arXiv 1810.05934.
 */
public final class Asha implements Schedule {

  private final int epochs;
  private final int reduction;
  private final int minEpochs;
  private final Bracket rungs;

  private Asha(int epochs, int reduction, int minEpochs) {
    this.epochs = epochs;
    this.reduction = reduction;
    this.minEpochs = minEpochs;
    int s = Bracket.mostHalvings(epochs / minEpochs, reduction);
    this.rungs = Bracket.of(s, (int) Bracket.power(reduction, s), epochs, reduction);
  }

  /**
   * The schedule with its defaults.
   *
   * @param epochs R, from 1 to {@link #MOST_EPOCHS}
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public static Asha maxEpochs(int epochs) {
    return new Asha(Schedule.checkEpochs(epochs), 3, 1);
  }

  /**
   * The schedule with another part of the trials that goes on.
   *
   * @param eta one of so many goes on, at least 2; default 3
   * @return a schedule
   * @throws IllegalArgumentException if it is below 2
   */
  public Asha reduction(int eta) {
    Preconditions.checkArgument(eta >= 2, "reduction must be >= 2, got %s", eta);
    return new Asha(epochs, eta, minEpochs);
  }

  /**
   * The schedule with a longer first rung.
   *
   * @param least epochs that every trial gets at least, from 1 to maxEpochs; default 1
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public Asha minEpochs(int least) {
    Preconditions.checkArgument(
        least >= 1 && least <= epochs, "minEpochs must be in [1, %s], got %s", epochs, least);
    return new Asha(epochs, reduction, least);
  }

  @Override
  public int maxEpochs() {
    return epochs;
  }

  @Override
  public Optional<Assignment> next(History history) {
    Schedule.check(history);
    List<Integer> ends = rungs.epochs();
    for (int k = ends.size() - 2; k >= 0; k--) {
      Trial promoted = promoted(history, k == 0 ? 0 : ends.get(k - 1), ends.get(k));
      if (promoted != null) {
        return Optional.of(Assignment.goOn(promoted.number(), ends.get(k + 1)));
      }
    }
    return Optional.of(Assignment.begin(ends.get(0)));
  }

  /** The best that waits at the end of a rung, if it is good enough; without sorting the rung. */
  private @Nullable Trial promoted(History history, int start, Integer end) {
    int reached = 0;
    Trial best = null;
    for (Trial trial : history.trials()) {
      if (trial.state() == Trial.State.FAILED && trial.epochs() >= start && trial.epochs() < end) {
        reached++; // it failed on its way there, without a score
      } else if (trial.epochs() >= end && trial.scores().containsKey(end)) {
        reached++;
        boolean waits = trial.state() == Trial.State.PAUSED && trial.epochs() == end;
        best = waits && (best == null || isBetter(history, trial, best, end)) ? trial : best;
      }
    }
    if (best == null) {
      return null;
    }
    int better = 0;
    for (Trial trial : history.trials()) {
      if (trial.epochs() >= end && isBetter(history, trial, best, end)) {
        better++;
      }
    }
    return better < reached / reduction ? best : null;
  }

  /** Whether a trial has a finite score at an epoch that is better, or equal and it is older. */
  private static boolean isBetter(History history, Trial trial, Trial than, Integer end) {
    Double score = trial.scores().get(end);
    if (score == null || !Double.isFinite(score)) {
      return false;
    }
    double other = Costs.of(history, than.scores().getOrDefault(end, Double.NaN));
    int compared = Double.compare(Costs.of(history, score), other);
    return compared < 0 || (compared == 0 && trial.number() < than.number());
  }

  @Override
  public String name() {
    return "asha(" + epochs + "," + reduction + "," + minEpochs + ")";
  }
}
