package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;

/**
 * Hyperband: brackets of successive halving, from many trials with few epochs to few with all, for
 * nobody knows after how many epochs scores tell something.
 *
 * <pre>
 * s_max = floor(log_eta(R))
 * for s = s_max .. 0:  n = ceil((s_max + 1) eta^s / (s + 1)) trials, first up to R/eta^s
 *                      rung i: the best floor(n/eta^i) up to R/eta^(s - i)
 * </pre>
 *
 * <p>With R = 81 and eta = 3:
 *
 * <pre>
 *   s = 4     s = 3     s = 2     s = 1     s = 0
 *  81   1    34   3    15   9     8  27     5  81     trials, epochs
 *  27   3    11   9     5  27     2  81
 *   9   9     3  27     1  81
 *   3  27     1  81
 *   1  81
 * </pre>
 *
 * <p>After the last bracket comes the first again. Paused trials go on from where they are, so that
 * the first bracket costs 297 epochs instead of 405. A worker that would have to wait begins the
 * next bracket. If the last trial begins before its bracket is full, the trials of that one have
 * been trained up to its first rung, and stay paused: they go on when the search is run with more
 * trials. With {@code Bohb} as the sampler this is BOHB.
 *
 * <pre>{@code
 * Schedule hyperband = Hyperband.maxEpochs(27).reduction(3);
 * }</pre>
 *
 * <p>Reference: L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar, "Hyperband: A Novel
 * Bandit-Based Approach to Hyperparameter Optimization", JMLR 18, 2018, arXiv 1603.06560.
 */
public final class Hyperband implements Schedule {

  private final int epochs;
  private final int reduction;
  private final List<Bracket> brackets;
  private final Halving halving;

  private Hyperband(int epochs, int reduction) {
    this.epochs = epochs;
    this.reduction = reduction;
    int most = Bracket.mostHalvings(epochs, reduction);
    List<Bracket> all = new ArrayList<>();
    for (int s = most; s >= 0; s--) {
      long n = ((most + 1) * Bracket.power(reduction, s) + s) / (s + 1); // rounded up
      all.add(Bracket.of(s, (int) Math.min(Integer.MAX_VALUE, n), epochs, reduction));
    }
    this.brackets = Collections.unmodifiableList(all);
    this.halving = new Halving(brackets);
  }

  /**
   * The schedule with its default reduction.
   *
   * @param epochs R, from 1 to {@link #MOST_EPOCHS}
   * @return a schedule
   * @throws IllegalArgumentException if they are not
   */
  public static Hyperband maxEpochs(int epochs) {
    return new Hyperband(Schedule.checkEpochs(epochs), 3);
  }

  /**
   * The schedule with another part of the trials that goes on.
   *
   * @param eta one of so many goes on, at least 2; default 3, as in the paper
   * @return a schedule
   * @throws IllegalArgumentException if it is below 2
   */
  public Hyperband reduction(int eta) {
    Preconditions.checkArgument(eta >= 2, "reduction must be >= 2, got %s", eta);
    return new Hyperband(epochs, eta);
  }

  /**
   * The brackets in their order.
   *
   * @return an unmodifiable list, s_max first
   */
  public List<Bracket> brackets() {
    return brackets;
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
    return "hyperband(" + epochs + "," + reduction + ")";
  }
}
