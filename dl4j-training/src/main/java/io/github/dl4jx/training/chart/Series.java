package io.github.dl4jx.training.chart;

import io.github.dl4jx.random.internal.Arguments;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/** Numbers that are drawn in one way; immutable. Those of one name are drawn in one colour. */
final class Series {

  /** How numbers are drawn. */
  enum Kind {
    BAND(false),
    LINE(false),
    DASHED(false),
    ERRORS(false),
    POINTS(false),
    BARS(true),
    LINKS(true),
    DOTS(true);

    /** Whether the numbers belong to categories, and {@code x} is the index of each. */
    final boolean categorical;

    Kind(boolean categorical) {
      this.categorical = categorical;
    }
  }

  final Kind kind;
  final String name;
  final double[] x;

  /** The values; of a band, whiskers or links the lower ones or those before. */
  final double[] y;

  /** Of a band, whiskers or links the upper values or those after; of categories the deviations. */
  final double @Nullable [] z;

  private Series(Kind kind, String name, double[] x, double[] y, double @Nullable [] z) {
    this.kind = kind;
    this.name = name;
    this.x = x;
    this.y = y;
    this.z = z;
  }

  /** Points, connected or not. */
  static Series ofPoints(Kind kind, String name, double[] x, double[] y) {
    Texts.notBlank("name", name);
    length("y", y, "x", notEmpty("x", x));
    Series series = new Series(kind, name, x.clone(), y.clone(), null);
    Preconditions.checkArgument(
        series.count() > 0, "x and y of %s must have a point of two finite numbers", name);
    return series;
  }

  /** Ranges of y. */
  static Series ofRanges(Kind kind, String name, double[] x, double[] low, double[] high) {
    Texts.notBlank("name", name);
    length("low", low, "x", notEmpty("x", x));
    length("high", high, "x", x);
    for (int i = 0; i < x.length; i++) {
      Preconditions.checkArgument(
          !(low[i] > high[i]),
          "low must be <= high, got %s",
          low[i] + " and " + high[i] + " at " + i);
    }
    Series series = new Series(kind, name, x.clone(), low.clone(), high.clone());
    Preconditions.checkArgument(
        series.count() > 0, "x, low and high of %s must have three finite numbers", name);
    return series;
  }

  /** A value for each category. */
  static Series ofValues(
      Kind kind, String name, int categories, double[] values, double @Nullable [] deviations) {
    Texts.notBlank("name", name);
    double[] index = indices(categories);
    length("values", values, "categories", index);
    if (deviations != null) {
      length("deviations", deviations, "categories", index);
      for (int i = 0; i < categories; i++) {
        Preconditions.checkArgument(
            !(deviations[i] < 0), "deviations must be >= 0, got %s", deviations[i]);
      }
    }
    Series series =
        new Series(
            kind, name, index, values.clone(), deviations == null ? null : deviations.clone());
    Preconditions.checkArgument(series.count() > 0, "values of %s must have a finite number", name);
    return series;
  }

  /** What connects two values of each category. */
  static Series ofLinks(int categories, double[] before, double[] after) {
    return new Series(Kind.LINKS, "", indices(categories), before.clone(), after.clone());
  }

  private static double[] indices(int categories) {
    double[] index = new double[categories];
    for (int i = 0; i < categories; i++) {
      index[i] = i;
    }
    return index;
  }

  static double[] notEmpty(String name, double @Nullable [] values) {
    double[] numbers = Arguments.notNull(name, values);
    Preconditions.checkArgument(numbers.length > 0, "%s must not be empty", name);
    return numbers;
  }

  static void length(String name, double @Nullable [] values, String other, double[] others) {
    int length = notEmpty(name, values).length;
    Preconditions.checkArgument(
        length == others.length,
        "%s must have as many numbers as %s, %s, got %s",
        name,
        other,
        others.length,
        length);
  }

  /** Whether there is something to draw at an index; a gap if not. */
  boolean has(int i) {
    return Double.isFinite(x[i])
        && Double.isFinite(y[i])
        && (z == null || kind == Kind.BARS || kind == Kind.DOTS || Double.isFinite(z[i]));
  }

  int count() {
    int count = 0;
    for (int i = 0; i < x.length; i++) {
      count += has(i) ? 1 : 0;
    }
    return count;
  }

  /** The deviation at an index, 0 if there is none. */
  double deviation(int i) {
    return z == null || !Double.isFinite(z[i]) ? 0 : z[i];
  }

  void eachX(DoubleConsumer use) {
    for (int i = 0; i < x.length; i++) {
      if (has(i)) {
        use.accept(x[i]);
      }
    }
  }

  /** All that must fit on the axis of values. */
  void eachY(DoubleConsumer use) {
    for (int i = 0; i < x.length; i++) {
      if (has(i)) {
        boolean deviates = kind == Kind.BARS || kind == Kind.DOTS;
        use.accept(deviates ? y[i] - deviation(i) : y[i]);
        use.accept(deviates ? y[i] + deviation(i) : z == null ? y[i] : z[i]);
      }
    }
  }
}
