package io.github.dl4jx.tuning.report;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;

/**
 * A search as one HTML page that needs no other file and no scripts, light or dark as the reader
 * has it.
 *
 * <p>It has the best trials as a table, with the scores of trainings that confirmed them beside
 * those that they were chosen by; the course of the search; the learning curves; parallel
 * coordinates; the {@link Importance} of the parameters; and why trials failed. Scores far beyond
 * the others are left out of the charts, and counted. All texts are escaped.
 *
 * <pre>{@code
 * SearchReport.of(history).title("LeNet on MNIST").scoreName("validation NLL").build().write(file);
 * }</pre>
 */
public final class SearchReport {

  private static final int LONGEST = 100;

  private final History history;
  private final String title;
  private final String scoreName;
  private final int top;
  private final Map<Integer, double[]> confirmed;
  private final List<int[]> order;

  private SearchReport(Builder builder) {
    this.history = builder.history;
    this.title = builder.title;
    this.scoreName = builder.scoreName;
    this.top = builder.top;
    this.confirmed = new TreeMap<>(builder.confirmed);
    this.order = builder.order();
  }

  /**
   * Begins a report.
   *
   * @param history the trials of a search
   * @return a builder
   * @throws IllegalArgumentException if the history is null
   */
  public static Builder of(History history) {
    return new Builder(Arguments.notNull("history", history));
  }

  /**
   * The page as a text.
   *
   * @return HTML
   */
  public String html() {
    ReportTables tables = new ReportTables(history, scoreName);
    Html page = new Html(title).text(tables.summary());
    if (!history.top(1).isEmpty()) {
      Range range = Range.of(history);
      ReportCharts charts = new ReportCharts(history, range, scoreName);
      tables.best(page, confirmed, top);
      page.heading("Course").picture(charts.course(order));
      if (range.hidden() > 0) {
        page.text(
            ReportTables.count((int) range.hidden(), "score")
                + " worse than "
                + Html.value(range.worst())
                + " not shown.");
      }
      if (history.trials().stream().anyMatch(trial -> trial.scores().size() > 1)) {
        page.heading("Learning curves").picture(charts.curves());
      }
      parallel(page, range);
      importance(page);
    }
    tables.failures(page);
    return page.end();
  }

  /**
   * Writes the page, whole or not at all.
   *
   * @param file the file, in an existing folder; an older one is replaced
   * @throws IllegalArgumentException if the file is null, or has no name or folder
   * @throws IOException if it cannot be written
   */
  public void write(File file) throws IOException {
    Path path = Arguments.newFile("file", file);
    byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(path, out -> out.write(bytes));
  }

  private void parallel(Html page, Range range) {
    page.heading("Parameters")
        .text(
            "A line is a trial: blue ones are the best "
                + history.top(top).size()
                + ", dashed ones failed. Below an axis is what does not matter to a trial."
                + (history.ranked().size() > ParallelCoordinates.MOST
                    ? " Only the best " + ParallelCoordinates.MOST + " are shown."
                    : ""))
        .picture(new ParallelCoordinates(history, range, top, scoreName).svg());
  }

  private void importance(Html page) {
    Map<String, Double> shares = Importance.of(history);
    if (shares.values().stream().anyMatch(share -> share > 0)) {
      page.heading("Importance")
          .text("By PED-ANOVA, of " + ReportTables.count(history.ranked().size(), "trial") + ".")
          .picture(ReportCharts.importance(shares));
    }
  }

  /** Collects what a report has. */
  public static final class Builder {

    private final History history;
    private final Map<Integer, double[]> confirmed = new TreeMap<>();
    private final Map<Integer, Trial> trials = new TreeMap<>();
    private final Set<List<Integer>> scored = new LinkedHashSet<>();
    private String title = "Hyperparameter search";
    private String scoreName = "score";
    private int top = 10;

    private Builder(History history) {
      this.history = history;
      history.trials().forEach(trial -> trials.put(trial.number(), trial));
    }

    /**
     * Sets the title.
     *
     * @param text 1 to 100 characters; default "Hyperparameter search"
     * @return this builder
     * @throws IllegalArgumentException if it is null or not such
     */
    public Builder title(String text) {
      title = named("title", text);
      return this;
    }

    /**
     * Sets what the scores are called.
     *
     * @param name 1 to 100 characters, such as "validation NLL"; default "score"
     * @return this builder
     * @throws IllegalArgumentException if it is null or not such
     */
    public Builder scoreName(String name) {
      scoreName = named("scoreName", name);
      return this;
    }

    private static String named(String name, String text) {
      int length = Arguments.notNull(name, text).length();
      Preconditions.checkArgument(
          !text.isBlank() && length <= LONGEST,
          "%s must have 1 to %s characters, got %s",
          name,
          LONGEST,
          text.isBlank() ? "\"" + text + "\"" : length);
      return text;
    }

    /**
     * Sets how many trials the table has, those confirmed apart.
     *
     * @param k at least 1; default 10
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder top(int k) {
      Preconditions.checkArgument(k >= 1, "top must be >= 1, got %s", k);
      top = k;
      return this;
    }

    /**
     * Adds the scores of a point that was trained again, with fresh seeds, on data that the search
     * has not seen.
     *
     * @param trial the number of the trial whose point it is
     * @param scores at least one
     * @return this builder
     * @throws IllegalArgumentException if there is no such trial or no score
     */
    public Builder confirmed(int trial, double... scores) {
      trial(trial);
      Preconditions.checkArgument(
          Arguments.notNull("scores", scores).length > 0, "scores must be at least 1, got none");
      confirmed.put(trial, scores.clone());
      return this;
    }

    /**
     * Says that a score came next, for the course of the search. To be called for the scores in
     * their order; those that are not named come after, trial by trial.
     *
     * @param trial the trial's number
     * @param epochs at which it has a score
     * @return this builder
     * @throws IllegalArgumentException if there is no such trial, or it has no score there
     */
    public Builder scored(int trial, int epochs) {
      Preconditions.checkArgument(
          trial(trial).scores().containsKey(epochs),
          "epochs must be one of %s, got %s",
          trial(trial).scores().keySet(),
          epochs);
      scored.add(List.of(trial, epochs));
      return this;
    }

    private Trial trial(int number) {
      Trial trial = trials.get(number);
      Preconditions.checkArgument(
          trial != null, "trial must be one of the history, got %s", number);
      return Arguments.notNull("trial", trial);
    }

    private List<int[]> order() {
      Set<List<Integer>> all = new LinkedHashSet<>(scored);
      for (Trial trial : history.trials()) {
        trial.scores().keySet().forEach(epochs -> all.add(List.of(trial.number(), epochs)));
      }
      return Collections.unmodifiableList(
          all.stream().map(s -> new int[] {s.get(0), s.get(1)}).collect(Collectors.toList()));
    }

    /**
     * Builds the report.
     *
     * @return the report
     */
    public SearchReport build() {
      return new SearchReport(this);
    }
  }
}
