package io.github.dl4jx.tuning.run;

import java.util.List;

/** A trial that was trained again, with fresh seeds, and scored on other data. Immutable. */
public final class Confirmation {

  private final TrialResult result;
  private final List<Double> scores;

  Confirmation(TrialResult result, List<Double> scores) {
    this.result = result;
    this.scores = List.copyOf(scores);
  }

  /**
   * The trial as it was found.
   *
   * @return with the score of the search
   */
  public TrialResult found() {
    return result;
  }

  /**
   * The new scores.
   *
   * @return one for each seed; NaN where training failed
   */
  public List<Double> scores() {
    return scores;
  }

  /**
   * The mean of the new scores.
   *
   * @return a number, NaN if one is
   */
  public double mean() {
    return scores.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  @Override
  public String toString() {
    return "trial " + result.number() + ": found " + result.score() + ", confirmed " + scores;
  }
}
