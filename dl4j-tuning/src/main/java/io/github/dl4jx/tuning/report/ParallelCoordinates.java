package io.github.dl4jx.tuning.report;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A line for each trial across one axis for each parameter, and one for the score, the best of it
 * on top. What a trial does not have is below the axis.
 */
final class ParallelCoordinates {

  static final String STYLE =
      ".parallel text{font-size:12px;fill:var(--ink);paint-order:stroke;stroke:var(--paper);"
          + "stroke-width:3px}.parallel .end{fill:var(--muted);"
          + "font-size:11px}.parallel line{stroke:var(--muted)}"
          + ".parallel polyline{fill:none;stroke:var(--muted);stroke-opacity:.35}"
          + ".parallel .top{stroke:var(--top);stroke-opacity:.9;stroke-width:2}"
          + ".parallel .bad{stroke:var(--bad);stroke-opacity:.6;stroke-dasharray:3 3}"
          + ".parallel polyline:hover{stroke-width:4;stroke-opacity:1}";

  /** More lines than that nobody tells apart. */
  static final int MOST = 1_000;

  private static final int LEFT = 70;
  private static final int TOP = 50;
  private static final int AXIS = 260;
  private static final int NONE = 30; // below the axis
  private static final int LEAST_STEP = 120;
  private static final int WIDTH = 900;
  private static final int MOST_TICKS = 12;
  private static final int LONGEST = 16;

  private final History history;
  private final Range range;
  private final int top;
  private final String scoreName;
  private final List<Parameter<?>> parameters;
  private final double step;
  private final StringBuilder svg = new StringBuilder();

  ParallelCoordinates(History history, Range range, int top, String scoreName) {
    this.history = history;
    this.range = range;
    this.top = top;
    this.scoreName = scoreName;
    this.parameters = history.space().parameters();
    int gaps = parameters.size();
    this.step = Math.max(LEAST_STEP, (WIDTH - 2.0 * LEFT) / gaps);
  }

  String svg() {
    double width = 2 * LEFT + parameters.size() * step;
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"parallel\" role=\"img\" width=\"")
        .append(number(width))
        .append("\" height=\"")
        .append(TOP + AXIS + NONE + 20)
        .append("\">\n<title>Parameters and scores of all trials</title>\n");
    List<Trial> ranked = history.ranked();
    List<Trial> drawn = new ArrayList<>(ranked.subList(0, Math.min(MOST, ranked.size())));
    Set<Trial> best = new HashSet<>(history.top(top));
    Collections.reverse(drawn); // the best above the others
    drawn.forEach(trial -> line(trial, best.contains(trial)));
    for (Parameter<?> parameter : parameters) {
      axis(parameter.index(), parameter.name(), ticks(drawn, parameter));
    }
    Map<Double, String> ends = new TreeMap<>();
    ends.put(1.0, Html.value(range.best()));
    ends.put(0.0, Html.value(range.worst()));
    axis(parameters.size(), scoreName, ends);
    return svg.append("</svg>").toString();
  }

  private void line(Trial trial, boolean best) {
    StringBuilder points = new StringBuilder();
    for (Parameter<?> parameter : parameters) {
      double at = trial.point().coordinate(parameter.index());
      point(points, parameter.index(), part(parameter, at));
    }
    OptionalDouble score = trial.score();
    point(points, parameters.size(), score.isPresent() ? range.part(score.getAsDouble()) : -1);
    svg.append("<polyline class=\"")
        .append(best ? "top" : score.isPresent() ? "some" : "bad")
        .append("\" points=\"")
        .append(points)
        .append("\"><title>")
        .append(Html.escaped(trial.toString()))
        .append("</title></polyline>\n");
  }

  private void point(StringBuilder points, int axis, double part) {
    points.append(number(LEFT + axis * step)).append(',').append(number(y(part))).append(' ');
  }

  /** From 0 at the lower end to 1; below 0 for none. */
  private static double part(Parameter<?> parameter, double coordinate) {
    if (Double.isNaN(coordinate)) {
      return -1;
    }
    double width = parameter.high() - parameter.low();
    return width > 0 ? (coordinate - parameter.low()) / width : 0.5;
  }

  private static double y(double part) {
    return part < 0 ? TOP + AXIS + NONE : TOP + AXIS * (1 - part);
  }

  /** All values if they are few, or the least and the largest. */
  private static Map<Double, String> ticks(List<Trial> trials, Parameter<?> parameter) {
    TreeMap<Double, String> seen = new TreeMap<>();
    for (Trial trial : trials) {
      if (trial.point().has(parameter)) {
        double at = part(parameter, trial.point().coordinate(parameter.index()));
        seen.put(at, Html.value(trial.get(parameter)));
      }
    }
    if (seen.size() > MOST_TICKS || (parameter.size() < 0 && !seen.isEmpty())) {
      Map<Double, String> ends = new TreeMap<>();
      ends.put(seen.firstKey(), seen.firstEntry().getValue());
      ends.put(seen.lastKey(), seen.lastEntry().getValue());
      return ends;
    }
    return seen;
  }

  private void axis(int axis, String name, Map<Double, String> ticks) {
    double x = LEFT + axis * step;
    svg.append("<line x1=\"" + number(x) + "\" x2=\"" + number(x))
        .append("\" y1=\"" + TOP + "\" y2=\"" + (TOP + AXIS) + "\"/>\n");
    text("name", "middle", x, TOP - 22, name);
    ticks.forEach((part, value) -> text("end", "start", x + 6, y(part) + 4, value));
  }

  private void text(String kind, String anchor, double x, double y, String text) {
    int letters = text.codePointCount(0, text.length());
    String shown =
        letters <= LONGEST ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
    svg.append("<text class=\"" + kind + "\" text-anchor=\"" + anchor)
        .append("\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">")
        .append(letters <= LONGEST ? "" : "<title>" + Html.escaped(text) + "</title>")
        .append(Html.escaped(shown))
        .append("</text>\n");
  }

  private static String number(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }
}
