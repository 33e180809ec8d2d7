package io.github.dl4jx.tuning.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.common.base.Preconditions;

/**
 * The rungs of one run of successive halving: how many trials are trained up to which epoch.
 * Immutable.
 *
 * <pre>
 * n_i = floor(n / eta^i)        trials in rung i = 0 .. s
 * r_i = floor(R / eta^(s - i))  epochs, from the beginning of a trial; at least 1, and r_s = R
 * </pre>
 *
 * <p>Powers are of whole numbers: log(243)/log(3) is less than 5. Rungs with no trial are left out.
 */
public final class Bracket {

  private final List<Integer> trials;
  private final List<Integer> epochs;

  private Bracket(List<Integer> trials, List<Integer> epochs) {
    this.trials = Collections.unmodifiableList(trials);
    this.epochs = Collections.unmodifiableList(epochs);
  }

  /**
   * A bracket.
   *
   * @param s number of its last rung, from 0 to {@link #mostHalvings}
   * @param n number of trials in its first, at least 1
   * @param maxEpochs R, from 1 to {@link Schedule#MOST_EPOCHS}
   * @param reduction eta, at least 2
   * @return the bracket
   * @throws IllegalArgumentException if the arguments are not as described
   */
  public static Bracket of(int s, int n, int maxEpochs, int reduction) {
    int most = mostHalvings(maxEpochs, reduction);
    Preconditions.checkArgument(s >= 0 && s <= most, "s must be in [0, %s], got %s", most, s);
    Preconditions.checkArgument(n >= 1, "n must be >= 1, got %s", n);
    List<Integer> trials = new ArrayList<>();
    List<Integer> epochs = new ArrayList<>();
    for (int i = 0; i <= s; i++) {
      int survivors = (int) (n / power(reduction, i));
      if (survivors > 0) {
        trials.add(survivors);
        epochs.add((int) (maxEpochs / power(reduction, s - i)));
      }
    }
    return new Bracket(trials, epochs);
  }

  /**
   * How often the epochs can be divided: floor(log_eta(R)), in whole numbers.
   *
   * @param maxEpochs R, from 1 to {@link Schedule#MOST_EPOCHS}
   * @param reduction eta, at least 2
   * @return the largest s with eta^s at most R
   * @throws IllegalArgumentException if the arguments are not as described
   */
  public static int mostHalvings(int maxEpochs, int reduction) {
    Preconditions.checkArgument(
        maxEpochs >= 1 && maxEpochs <= Schedule.MOST_EPOCHS,
        "maxEpochs must be in [1, %s], got %s",
        Schedule.MOST_EPOCHS,
        maxEpochs);
    Preconditions.checkArgument(reduction >= 2, "reduction must be >= 2, got %s", reduction);
    int s = 0;
    while (power(reduction, s + 1) <= maxEpochs) {
      s++;
    }
    return s;
  }

  static long power(long base, int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= base;
    }
    return power;
  }

  /**
   * The number of trials in each rung.
   *
   * @return an unmodifiable list
   */
  public List<Integer> trials() {
    return trials;
  }

  /**
   * The epoch up to which each rung goes.
   *
   * @return an unmodifiable list
   */
  public List<Integer> epochs() {
    return epochs;
  }

  /**
   * What the bracket costs if paused trials go on from where they are.
   *
   * @return the number of epochs of all its trials
   */
  public long cost() {
    long cost = 0;
    for (int i = 0; i < trials.size(); i++) {
      int before = i == 0 ? 0 : epochs.get(i - 1);
      cost += (long) trials.get(i) * (epochs.get(i) - before);
    }
    return cost;
  }

  @Override
  public String toString() {
    return trials + " trials up to epochs " + epochs;
  }
}
