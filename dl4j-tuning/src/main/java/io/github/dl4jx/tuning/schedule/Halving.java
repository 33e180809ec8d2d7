package io.github.dl4jx.tuning.schedule;

import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brackets, one after the other, for ever: trials belong to them in the order of their numbers. A
 * worker for whom a bracket has nothing to do begins the next one.
 */
final class Halving {

  private final List<Bracket> brackets;

  Halving(List<Bracket> brackets) {
    this.brackets = brackets;
  }

  Optional<Assignment> next(History history) {
    List<Trial> trials = history.trials();
    int start = 0;
    for (int b = 0; ; b++) {
      Bracket bracket = brackets.get(b % brackets.size());
      int end = Math.min(trials.size(), start + bracket.trials().get(0));
      Optional<Assignment> assignment = next(history, bracket, trials.subList(start, end));
      if (assignment.isPresent()) {
        return assignment;
      }
      start = end;
    }
  }

  private static Optional<Assignment> next(History history, Bracket bracket, List<Trial> members) {
    boolean full = isFull(history, bracket, members);
    // where the space has no more points, others may still be enqueued
    Optional<Assignment> begin =
        members.size() < bracket.trials().get(0)
            ? Optional.of(Assignment.begin(bracket.epochs().get(0)))
            : Optional.empty();
    if (full && !anyWaits(members)) {
      return begin;
    }
    List<Trial> rung = members;
    for (int i = 0; i + 1 < bracket.epochs().size() && isComplete(history, bracket, i, rung); i++) {
      rung = promoted(history, bracket, i, rung);
      for (Trial trial : rung) {
        if (waits(trial, bracket.epochs().get(i))) {
          return Optional.of(Assignment.goOn(trial.number(), bracket.epochs().get(i + 1)));
        }
      }
    }
    return begin;
  }

  /** Whether no trial will join: it has all of them, or the space has no more. */
  private static boolean isFull(History history, Bracket bracket, List<Trial> members) {
    return members.size() == bracket.trials().get(0)
        || (history.isExhausted() && !members.isEmpty());
  }

  /** If none does, there is nothing to rank: so it is in all brackets but the last ones. */
  private static boolean anyWaits(List<Trial> members) {
    for (Trial trial : members) {
      if (trial.state() == Trial.State.PAUSED) {
        return true;
      }
    }
    return false;
  }

  private static boolean waits(Trial trial, int epochs) {
    return trial.state() == Trial.State.PAUSED && trial.epochs() == epochs;
  }

  /** Whether all trials of a rung have their score, or never will. */
  private static boolean isComplete(History history, Bracket bracket, int i, List<Trial> rung) {
    if (i == 0 && !isFull(history, bracket, rung)) {
      return false;
    }
    for (Trial trial : rung) {
      boolean over = trial.state() == Trial.State.FAILED || trial.state() == Trial.State.STOPPED;
      if (!over && !trial.scores().containsKey(bracket.epochs().get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The best of a complete rung that can go on. */
  private static List<Trial> promoted(History history, Bracket bracket, int i, List<Trial> rung) {
    List<Trial> ranked = Costs.ranked(history, rung, bracket.epochs().get(i));
    return ranked.subList(0, Math.min(ranked.size(), bracket.trials().get(i + 1)));
  }

  List<Trial> givenUp(History history) {
    List<Trial> givenUp = new ArrayList<>();
    List<Trial> trials = history.trials();
    int start = 0;
    for (int b = 0; start < trials.size(); b++) {
      Bracket bracket = brackets.get(b % brackets.size());
      int end = Math.min(trials.size(), start + bracket.trials().get(0));
      List<Trial> members = trials.subList(start, end);
      List<Trial> rung = anyWaits(members) ? members : List.of();
      for (int i = 0;
          i + 1 < bracket.epochs().size() && isComplete(history, bracket, i, rung);
          i++) {
        List<Trial> promoted = promoted(history, bracket, i, rung);
        for (Trial trial : rung) {
          if (waits(trial, bracket.epochs().get(i)) && !promoted.contains(trial)) {
            givenUp.add(trial);
          }
        }
        rung = promoted;
      }
      start = end;
    }
    givenUp.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return givenUp;
  }
}
