package io.github.dl4jx.tuning.report;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts and tables of a {@link SearchReport}. */
final class ReportTables {

  private static final int MOST_FAILURES = 20;

  private final History history;
  private final String scoreName;

  ReportTables(History history, String scoreName) {
    this.history = history;
    this.scoreName = scoreName;
  }

  static String count(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  String summary() {
    Map<String, Integer> states = new LinkedHashMap<>();
    long epochs = 0;
    for (Trial.State state : Trial.State.values()) {
      states.put(state.name().toLowerCase(Locale.ROOT), 0);
    }
    for (Trial trial : history.trials()) {
      states.merge(trial.state().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
      epochs += trial.epochs();
    }
    String each =
        states.entrySet().stream()
            .filter(state -> state.getValue() > 0)
            .map(state -> state.getValue() + " " + state.getKey())
            .collect(Collectors.joining(", "));
    return count(history.trials().size(), "trial")
        + (each.isEmpty() ? "" : " (" + each + ")")
        + ", "
        + epochs
        + " epochs in all. Of "
        + scoreName
        + ", "
        + (history.minimize() ? "lower" : "higher")
        + " is better."
        + (each.contains("paused")
            ? " Paused trials wait for others to compare with; they may go on in a longer search."
            : "");
  }

  /** The best, with the scores that confirm them; below are others that have such scores. */
  void best(Html page, Map<Integer, double[]> confirmed, int top) {
    page.heading("The best trials");
    boolean some = !confirmed.isEmpty();
    if (some) {
      page.text(
          "The best of many scores flatters. Confirmed is the mean of trainings with fresh seeds, on"
              + " data that were not searched on, ± their standard deviation.");
    }
    List<String> head = new ArrayList<>(List.of("", "trial", "state", "epochs", scoreName));
    if (some) {
      head.add("confirmed");
    }
    history.space().parameters().forEach(parameter -> head.add(parameter.name()));
    Set<Trial> trials = new LinkedHashSet<>(history.top(top));
    history.ranked().stream()
        .filter(trial -> confirmed.containsKey(trial.number()))
        .forEach(trials::add); // below the others
    List<List<String>> rows = new ArrayList<>();
    List<Trial> ranked = history.ranked();
    for (Trial trial : trials) {
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(ranked.indexOf(trial) + 1));
      row.add(Integer.toString(trial.number()));
      row.add(trial.state().name().toLowerCase(Locale.ROOT));
      row.add(Integer.toString(trial.epochs()));
      OptionalDouble score = trial.score();
      row.add(score.isPresent() ? Html.value(score.getAsDouble()) : "");
      if (some) {
        row.add(spread(confirmed.get(trial.number())));
      }
      for (Parameter<?> parameter : history.space().parameters()) {
        row.add(trial.point().has(parameter) ? Html.value(trial.get(parameter)) : "");
      }
      rows.add(row);
    }
    page.table(head, rows, false);
  }

  private static String spread(double @Nullable [] scores) {
    if (scores == null) {
      return "";
    }
    double mean = Arrays.stream(scores).average().orElse(Double.NaN);
    String text = Html.value(mean);
    if (scores.length > 1) {
      double squares = Arrays.stream(scores).map(x -> (x - mean) * (x - mean)).sum();
      text += " ± " + Html.value(Math.sqrt(squares / (scores.length - 1)));
    }
    return text + " (" + scores.length + ")";
  }

  void failures(Html page) {
    List<List<String>> rows = new ArrayList<>();
    for (Trial trial : history.trials()) {
      String cause = trial.cause();
      if (cause != null) {
        String point = trial.point().toString();
        rows.add(
            List.of(
                Integer.toString(trial.number()),
                Integer.toString(trial.epochs()),
                point + "\n" + cause));
      }
    }
    if (!rows.isEmpty()) {
      page.heading("Failures");
      if (rows.size() > MOST_FAILURES) {
        page.text("The first " + MOST_FAILURES + " of " + rows.size() + ":");
      }
      page.table(
          List.of("trial", "epochs", "point and cause"),
          rows.subList(0, Math.min(MOST_FAILURES, rows.size())),
          true);
    }
  }
}
