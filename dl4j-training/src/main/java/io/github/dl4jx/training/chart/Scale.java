package io.github.dl4jx.training.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From the numbers of an axis to pixels, with ticks at 1, 2 or 5 times a power of ten. */
final class Scale {

  private static final double[] NICE = {1, 2, 5, 10};

  /** A tick that is off the end by rounding alone is shown. */
  private static final double SLACK = 1e-9;

  /** Beyond this many pixels from the plot, a place is as good as another. */
  private static final double FAR = 10_000;

  private static final int MOST_DECIMALS = 4;
  private static final double LARGE = 1e6;

  private final boolean logarithmic;
  private final double from;
  private final double to;
  private final double first;
  private final double last;

  /**
   * A scale.
   *
   * @param from the number at one end
   * @param to the number at the other
   * @param first pixel of {@code from}
   * @param last pixel of {@code to}
   */
  Scale(boolean logarithmic, double from, double to, double first, double last) {
    this.logarithmic = logarithmic;
    this.from = of(logarithmic, from);
    this.to = of(logarithmic, to);
    this.first = first;
    this.last = last;
  }

  private static double of(boolean logarithmic, double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  double pixel(double value) {
    double part = (of(logarithmic, value) - from) / (to - from);
    double pixel = first + part * (last - first);
    return Math.max(-FAR, Math.min(FAR, pixel));
  }

  /** The numbers of the ticks, ascending: at least {@code apart} pixels from each other. */
  List<Double> ticks(double apart, boolean whole) {
    int most = (int) Math.max(3, Math.abs(last - first) / apart);
    double decades = to - from;
    if (logarithmic && decades >= 1) {
      return powers(most);
    }
    double low = logarithmic ? Math.pow(10, from) : from;
    double high = logarithmic ? Math.pow(10, to) : to;
    double step = step(high - low, most);
    return multiples(whole ? Math.max(1, step) : step, low, high);
  }

  /** 1, 2 or 5 times a power of ten: the least of which the range has at most so many. */
  static double step(double range, int most) {
    double least = range / most;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double nice : NICE) {
      if (nice * power >= least * (1 - SLACK)) {
        return nice * power;
      }
    }
    return 10 * power;
  }

  private static List<Double> multiples(double step, double low, double high) {
    List<Double> ticks = new ArrayList<>();
    long end = (long) Math.floor(high / step + SLACK);
    for (long i = (long) Math.ceil(low / step - SLACK); i <= end; i++) {
      ticks.add(step >= 1 ? i * step : i / Math.rint(1 / step)); // 0.3, not 3 * 0.1
    }
    return ticks;
  }

  /** Powers of ten, and their 2 and 5 times, or not all powers, if there is room. */
  private List<Double> powers(int most) {
    int low = (int) Math.floor(from);
    int high = (int) Math.ceil(to);
    boolean finer = 3 * (to - from) <= most;
    int each = (int) Math.ceil((to - from) / most);
    List<Double> ticks = new ArrayList<>();
    for (int power = low; power <= high; power++) {
      for (double nice : finer ? new double[] {1, 2, 5} : new double[] {1}) {
        double tick = Double.parseDouble(nice + "e" + power);
        double place = Math.log10(tick);
        if (place >= from - SLACK && place <= to + SLACK && power % each == 0) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** The ticks as text, all with the same number of decimals unless they are powers. */
  List<String> texts(List<Double> ticks) {
    double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : 1;
    boolean powers = logarithmic && to - from >= 1; // see ticks
    List<String> texts = new ArrayList<>();
    for (double tick : ticks) {
      texts.add(powers ? text(tick, Math.abs(tick)) : text(tick, step));
    }
    return texts;
  }

  private static String text(double tick, double step) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + SLACK));
    if (tick == 0) {
      return "0";
    } else if (decimals > MOST_DECIMALS || Math.abs(tick) >= LARGE) {
      return scientific(tick);
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", tick);
  }

  /** As in 2e-5. */
  private static String scientific(double tick) {
    int power = (int) Math.floor(Math.log10(Math.abs(tick)) + SLACK);
    double digits = Math.rint(tick / Math.pow(10, power) * 100) / 100;
    return (digits == Math.rint(digits) ? "" + (long) digits : "" + digits) + "e" + power;
  }
}
