package io.github.dl4jx.training.chart;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.chart.Series.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Collects what a {@link Chart} shows; not thread-safe.
 *
 * <p>Each method that adds something throws an {@code IllegalArgumentException} if a name is blank,
 * an array is empty or null, lengths differ, there is nothing finite to draw, or the chart has what
 * does not go together with it: numbers along both axes and categories along one.
 */
public final class ChartBuilder {

  private static final int WIDTH = 620;
  private static final int SMALLEST = 100;
  private static final int LARGEST = 10_000;

  final String title;
  final List<Series> series = new ArrayList<>();
  String description = "";
  Axis x = Axis.linear();
  Axis y = Axis.linear();
  int width = WIDTH;
  int height;
  List<String> categories = List.of();
  boolean horizontal;
  boolean diagonal;
  @Nullable String baseline;

  ChartBuilder(String title) {
    this.title = title;
  }

  /**
   * Sets what the picture tells people who do not see it; by default, the axes and the names.
   *
   * @param description a sentence or two; not blank
   * @return this
   */
  public ChartBuilder description(String description) {
    this.description = Texts.notBlank("description", description);
    return this;
  }

  /**
   * Sets the axis from left to right; by default it is linear, without a label.
   *
   * @param axis the axis
   * @return this
   */
  public ChartBuilder x(Axis axis) {
    x = Arguments.notNull("axis", axis);
    return this;
  }

  /**
   * Sets the axis from below upwards; by default it is linear, without a label.
   *
   * @param axis the axis
   * @return this
   */
  public ChartBuilder y(Axis axis) {
    y = Arguments.notNull("axis", axis);
    return this;
  }

  /**
   * Sets the size in pixels of the SVG.
   *
   * @param width from 100 to 10,000, by default 620
   * @param height from 100 to 10,000; by default 400 with one line of legend, and as many as the
   *     rows need if bars, dots or slopes are horizontal
   * @return this
   */
  public ChartBuilder size(int width, int height) {
    checkSize("width", width);
    checkSize("height", height);
    this.width = width;
    this.height = height;
    return this;
  }

  /**
   * Sets the width in pixels of the SVG; the height is the default one.
   *
   * @param width from 100 to 10,000, by default 620
   * @return this
   */
  public ChartBuilder width(int width) {
    checkSize("width", width);
    this.width = width;
    return this;
  }

  private static void checkSize(String name, int pixels) {
    Preconditions.checkArgument(
        pixels >= SMALLEST && pixels <= LARGEST,
        "%s must be in [%s, %s], got %s",
        name,
        SMALLEST,
        LARGEST,
        pixels);
  }

  /**
   * Adds a line through points.
   *
   * @param name for the legend
   * @param x finite, except for gaps
   * @param y as many
   * @return this
   */
  public ChartBuilder line(String name, double[] x, double[] y) {
    return add(Series.ofPoints(Kind.LINE, name, x, y));
  }

  /**
   * Adds a dashed line without marks at its points, such as what others have published.
   *
   * @param name for the legend
   * @param x finite, except for gaps
   * @param y as many
   * @return this
   */
  public ChartBuilder dashed(String name, double[] x, double[] y) {
    return add(Series.ofPoints(Kind.DASHED, name, x, y));
  }

  /**
   * Adds points.
   *
   * @param name for the legend
   * @param x finite, except for gaps
   * @param y as many
   * @return this
   */
  public ChartBuilder points(String name, double[] x, double[] y) {
    return add(Series.ofPoints(Kind.POINTS, name, x, y));
  }

  /**
   * Adds a band, such as that of a deviation around a line of the same name.
   *
   * @param name for the legend
   * @param x finite, except for gaps
   * @param low its lower edge, as many
   * @param high its upper edge, as many, nowhere below the lower one
   * @return this
   */
  public ChartBuilder band(String name, double[] x, double[] low, double[] high) {
    return add(Series.ofRanges(Kind.BAND, name, x, low, high));
  }

  /**
   * Adds error bars, such as those of the points of the same name.
   *
   * @param name for the legend
   * @param x finite, except for gaps
   * @param low their lower ends, as many
   * @param high their upper ends, as many, nowhere below the lower ones
   * @return this
   */
  public ChartBuilder errors(String name, double[] x, double[] low, double[] high) {
    return add(Series.ofRanges(Kind.ERRORS, name, x, low, high));
  }

  /**
   * Adds upright bars, beside those that are there.
   *
   * @param name for the legend
   * @param categories what stands below each bar; those of all bars of a chart are the same
   * @param values their heights, as many
   * @return this
   */
  public ChartBuilder bars(String name, String[] categories, double[] values) {
    return categorical(Kind.BARS, false, name, categories, values, null);
  }

  /**
   * Adds upright bars with error bars.
   *
   * @param name for the legend
   * @param categories what stands below each bar; those of all bars of a chart are the same
   * @param values their heights, as many
   * @param deviations up and down from there, as many; not below 0, NaN for none
   * @return this
   */
  public ChartBuilder bars(String name, String[] categories, double[] values, double[] deviations) {
    Series.notEmpty("deviations", deviations);
    return categorical(Kind.BARS, false, name, categories, values, deviations);
  }

  /**
   * Adds bars from left to right, the first one on top.
   *
   * @param name for the legend
   * @param categories what stands before each bar; those of a chart are the same
   * @param values their lengths, as many
   * @return this
   */
  public ChartBuilder horizontalBars(String name, String[] categories, double[] values) {
    return categorical(Kind.BARS, true, name, categories, values, null);
  }

  /**
   * Adds a dot in the row of each category, the first one on top.
   *
   * @param name for the legend
   * @param categories what stands before each row; those of a chart are the same
   * @param values the places of the dots, as many
   * @param deviations error bars to the left and right, as many; not below 0, NaN for none
   * @return this
   */
  public ChartBuilder dots(String name, String[] categories, double[] values, double[] deviations) {
    Series.notEmpty("deviations", deviations);
    return categorical(Kind.DOTS, true, name, categories, values, deviations);
  }

  /**
   * Adds a line from one dot to another in each row: before and after.
   *
   * @param from name of the values before, which are grey
   * @param to name of the values after
   * @param categories what stands before each row; those of a chart are the same
   * @param before the values before, as many
   * @param after the values after, as many
   * @return this
   */
  public ChartBuilder slopes(
      String from, String to, String[] categories, double[] before, double[] after) {
    Texts.notBlank("from", from);
    Texts.notBlank("to", to);
    double[] index = new double[Arguments.noneNull("categories", categories).length];
    Series.length("before", before, "categories", index);
    Series.length("after", after, "categories", index);
    categorical(Kind.DOTS, true, from, categories, before, null);
    categorical(Kind.DOTS, true, to, categories, after, null);
    series.add(series.size() - 2, Series.ofLinks(index.length, before, after));
    baseline = from;
    return this;
  }

  private ChartBuilder categorical(
      Kind kind,
      boolean across,
      String name,
      String[] names,
      double[] values,
      double @Nullable [] deviations) {
    List<String> all = Arrays.asList(Arguments.noneNull("categories", names));
    all.forEach(one -> Texts.notBlank("categories", one));
    Preconditions.checkArgument(!all.isEmpty(), "categories must not be empty");
    Series added = Series.ofValues(kind, name, all.size(), values, deviations);
    Preconditions.checkArgument(
        categories.isEmpty() || categories.equals(all),
        "categories must be those that are there, %s, got %s",
        categories,
        all);
    Preconditions.checkArgument(
        categories.isEmpty() || horizontal == across,
        "bars of %s must lie in the direction of those that are there",
        name);
    add(added);
    categories = List.copyOf(all);
    horizontal = across;
    return this;
  }

  private ChartBuilder add(Series added) {
    Preconditions.checkArgument(
        series.isEmpty() || series.get(0).kind.categorical == added.kind.categorical,
        "%s must not be in one chart with %s: one has categories, the other has numbers",
        added.name,
        series.isEmpty() ? "" : series.get(0).name);
    series.add(added);
    return this;
  }

  /**
   * Adds the diagonal, where y is x.
   *
   * @return this
   */
  public ChartBuilder diagonal() {
    diagonal = true;
    return this;
  }

  /**
   * Makes a name grey: what the others are compared with.
   *
   * @param name one that the chart has, now or later
   * @return this
   */
  public ChartBuilder baseline(String name) {
    baseline = Texts.notBlank("name", name);
    return this;
  }

  /**
   * {@return the chart}
   *
   * @throws IllegalArgumentException if it has no series, no series of the baseline's name, or
   *     numbers that are not above 0 on a logarithmic axis
   */
  public Chart build() {
    Preconditions.checkArgument(!series.isEmpty(), "chart %s must have a series, got none", title);
    Set<String> names = series.stream().map(s -> s.name).collect(Collectors.toSet());
    Preconditions.checkArgument(
        baseline == null || names.contains(baseline),
        "baseline must be the name of a series, got %s",
        baseline);
    Axis values = horizontal ? x : y;
    for (Series s : series) {
      if (values.isLogarithmic()) {
        s.eachY(v -> checkPositive(s.name, v));
      }
      if (x.isLogarithmic() && !s.kind.categorical) {
        s.eachX(v -> checkPositive(s.name, v));
      }
    }
    return new Chart(this);
  }

  private static void checkPositive(String name, double value) {
    Preconditions.checkArgument(
        value > 0, "%s must be > 0 on a logarithmic axis, got %s", name, value);
  }
}
