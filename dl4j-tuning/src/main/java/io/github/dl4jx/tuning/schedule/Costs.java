package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Scores so that less is better. */
final class Costs {

  private Costs() {}

  static double of(History history, double score) {
    return history.minimize() ? score : -score;
  }

  /** The trials with a finite score at an epoch, the best first, of equal ones the older. */
  static List<Trial> ranked(History history, List<Trial> trials, int epochs) {
    List<Trial> ranked = new ArrayList<>();
    for (Trial trial : trials) {
      Double score = trial.scores().get(epochs);
      if (score != null && Double.isFinite(score)) {
        ranked.add(trial);
      }
    }
    ranked.sort(
        Comparator.comparingDouble(
            trial -> of(history, trial.scores().getOrDefault(epochs, Double.NaN))));
    return ranked;
  }
}
