package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.List;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;

/**
 * Successive halving: many trials get few epochs, the best of them more.
 *
 * <pre>
 * n = eta^s trials are trained up to epoch R/eta^s, the best n/eta up to R/eta^(s - 1), .. one up
 * to R                                                          s = floor(log_eta(R)) or less
 * </pre>
 *
 * <p>When all trials of a rung have a score, the best go on from where they are; the others are
 * given up. A worker that would have to wait begins the next bracket of n trials. Trials that
 * failed are never the best; if too many did, fewer go on. If the search ends before a bracket is
 * full, its trials stay paused after the first rung: they go on when it is run with more trials.
 *
 * <pre>{@code
 * Schedule halving = SuccessiveHalving.maxEpochs(27).reduction(3).minEpochs(1);  // 27, 9, 3, 1
 * }</pre>
 *
 * <p>Reference: K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm Identification and
 * Hyperparameter Optimization", AISTATS 2016, arXiv 1502.07943.
 */
public final class SuccessiveHalving implements Schedule {

  private final int epochs;
  private final int reduction;
  private final int minEpochs;
  private final Bracket bracket;
  private final Halving halving;

  private SuccessiveHalving(int epochs, int reduction, int minEpochs) {
    this.epochs = epochs;
    this.reduction = reduction;
    this.minEpochs = minEpochs;
    int s = Bracket.mostHalvings(epochs / minEpochs, reduction);
    this.bracket = Bracket.of(s, (int) Bracket.power(reduction, s), epochs, reduction);
    this.halving = new Halving(List.of(bracket));
  }

  /**
   * The schedule with its defaults.
   *
   * @param epochs R, of the trials that are never given up, from 1 to {@link #MOST_EPOCHS}
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public static SuccessiveHalving maxEpochs(int epochs) {
    return new SuccessiveHalving(Schedule.checkEpochs(epochs), 3, 1);
  }

  /**
   * The schedule with another part of the trials that goes on.
   *
   * @param eta one of so many goes on, at least 2; default 3
   * @return a schedule
   * @throws IllegalArgumentException if it is below 2
   */
  public SuccessiveHalving reduction(int eta) {
    Preconditions.checkArgument(eta >= 2, "reduction must be >= 2, got %s", eta);
    return new SuccessiveHalving(epochs, eta, minEpochs);
  }

  /**
   * The schedule with a longer first rung.
   *
   * @param least epochs that every trial gets at least, from 1 to maxEpochs; default 1
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public SuccessiveHalving minEpochs(int least) {
    Preconditions.checkArgument(
        least >= 1 && least <= epochs, "minEpochs must be in [1, %s], got %s", epochs, least);
    return new SuccessiveHalving(epochs, reduction, least);
  }

  /**
   * The rungs.
   *
   * @return the bracket that is repeated
   */
  public Bracket bracket() {
    return bracket;
  }

  @Override
  public int maxEpochs() {
    return epochs;
  }

  @Override
  public Optional<Assignment> next(History history) {
    Schedule.check(history);
    return halving.next(history);
  }

  @Override
  public List<Trial> givenUp(History history) {
    Schedule.check(history);
    return halving.givenUp(history);
  }

  @Override
  public String name() {
    return "halving(" + epochs + "," + reduction + "," + minEpochs + ")";
  }
}
