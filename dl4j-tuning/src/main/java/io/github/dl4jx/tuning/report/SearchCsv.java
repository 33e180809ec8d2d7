package io.github.dl4jx.tuning.report;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The trials of a search as CSV: a line for each score, and one for a trial without.
 *
 * <pre>
 * trial,state,epochs,score,rate,updater,momentum,cause
 * 0,FINISHED,9,0.271,0.0031,adam,,
 * 0,FINISHED,27,0.198,0.0031,adam,,
 * 1,FAILED,,,0.09,nesterovs,0.97,"out of memory, again"
 * </pre>
 *
 * <p>The state is that of the trial now. A parameter that does not matter to a trial is empty. A
 * parameter that has the name of another column is called {@code parameter NAME}. As RFC 4180 says:
 * UTF-8, what has a comma, a quote or a line break is in quotes, and quotes in it are doubled; but
 * lines end with {@code \n}.
 */
public final class SearchCsv {

  private static final List<String> BEFORE = List.of("trial", "state", "epochs", "score");
  private static final String LAST = "cause";

  private SearchCsv() {}

  /**
   * The trials as a text.
   *
   * @param history the trials of a search
   * @return CSV with a head
   * @throws IllegalArgumentException if the history is null
   */
  public static String of(History history) {
    Arguments.notNull("history", history);
    StringBuilder csv = new StringBuilder();
    line(csv, head(history));
    for (Trial trial : history.trials()) {
      trial
          .scores()
          .forEach((epochs, score) -> line(csv, row(trial, epochs.toString(), score.toString())));
      if (trial.scores().isEmpty()) {
        line(csv, row(trial, "", ""));
      }
    }
    return csv.toString();
  }

  /**
   * Writes the trials into a file, whole or not at all.
   *
   * @param history the trials of a search
   * @param file the file, in an existing folder; an older one is replaced
   * @throws IllegalArgumentException if an argument is null, or the file has no name or folder
   * @throws IOException if it cannot be written
   */
  public static void write(History history, File file) throws IOException {
    byte[] bytes = of(history).getBytes(StandardCharsets.UTF_8);
    Path path = Arguments.newFile("file", file);
    AtomicFiles.write(path, out -> out.write(bytes));
  }

  private static List<String> head(History history) {
    Set<String> names = new LinkedHashSet<>(BEFORE);
    for (Parameter<?> parameter : history.space().parameters()) {
      String name = parameter.name();
      while (name.equals(LAST) || !names.add(name)) {
        name = "parameter " + name;
      }
    }
    names.add(LAST);
    return new ArrayList<>(names);
  }

  private static List<String> row(Trial trial, String epochs, String score) {
    List<String> row = new ArrayList<>();
    row.add(Integer.toString(trial.number()));
    row.add(trial.state().name());
    row.add(epochs);
    row.add(score);
    for (Parameter<?> parameter : trial.point().space().parameters()) {
      row.add(trial.point().has(parameter) ? String.valueOf(trial.get(parameter)) : "");
    }
    String cause = trial.cause();
    row.add(cause == null ? "" : cause);
    return row;
  }

  private static void line(StringBuilder csv, List<String> cells) {
    String separator = "";
    for (String cell : cells) {
      csv.append(separator);
      boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      csv.append(plain ? cell : '"' + cell.replace("\"", "\"\"") + '"');
      separator = ",";
    }
    csv.append('\n');
  }
}
