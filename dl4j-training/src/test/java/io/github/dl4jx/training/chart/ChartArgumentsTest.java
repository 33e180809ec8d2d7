package io.github.dl4jx.training.chart;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChartArgumentsTest {

  private static final double[] TWO = {1, 2};
  private static final String[] NAMES = {"p", "q"};

  private static ChartBuilder chart() {
    return Chart.titled("some");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void build_withoutSeries_isRefused() {
    refused(chart()::build, "chart some must have a series, got none");
  }

  @Test
  void line_withoutFinitePoint_isRefused() {
    refused(
        () -> chart().line("a", TWO, new double[] {Double.NaN, Double.POSITIVE_INFINITY}),
        "x and y of a must have a point of two finite numbers");
    refused(() -> chart().line("a", new double[0], new double[0]), "x must not be empty");
  }

  @Test
  void line_differentLengths_isRefused() {
    refused(
        () -> chart().line("a", TWO, new double[3]), "y must have as many numbers as x, 2, got 3");
  }

  @Test
  void titled_blank_isRefused() {
    refused(() -> Chart.titled(" "), "title must not be blank, got  ");
  }

  @Test
  void range_upsideDown_isRefused() {
    refused(() -> Axis.linear().range(1, 0), "max must be finite and > min = 1.0, got 0.0");
    refused(() -> Axis.log10("x").range(0, 1), "min must be > 0 on a logarithmic axis, got 0.0");
  }

  @Test
  void build_zeroOnALogarithmicAxis_isRefused() {
    refused(
        () -> chart().y(Axis.log10("loss")).line("a", TWO, new double[] {1, 0}).build(),
        "a must be > 0 on a logarithmic axis, got 0.0");
  }

  @Test
  void bars_otherCategories_areRefused() {
    refused(
        () -> chart().bars("a", NAMES, TWO).bars("b", new String[] {"q", "p"}, TWO),
        "categories must be those that are there, [p, q], got [q, p]");
  }

  @Test
  void bars_besideALine_areRefused() {
    refused(
        () -> chart().line("a", TWO, TWO).bars("b", NAMES, TWO),
        "b must not be in one chart with a: one has categories, the other has numbers");
  }

  @Test
  void band_lowAboveHigh_isRefused() {
    refused(
        () -> chart().band("a", TWO, TWO, new double[] {1, 1}),
        "low must be <= high, got 2.0 and 1.0 at 1");
  }

  @Test
  void dots_negativeDeviation_isRefused() {
    refused(
        () -> chart().dots("a", NAMES, TWO, new double[] {0, -1}),
        "deviations must be >= 0, got -1.0");
  }

  @Test
  void baseline_ofNoSeries_isRefused() {
    refused(
        () -> chart().line("a", TWO, TWO).baseline("b").build(),
        "baseline must be the name of a series, got b");
  }

  @Test
  void size_tooSmall_isRefused() {
    refused(() -> chart().size(99, 400), "width must be in [100, 10000], got 99");
  }
}
