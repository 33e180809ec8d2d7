package io.github.dl4jx.training.chart;

import java.util.Locale;
import org.nd4j.common.base.Preconditions;

/**
 * An axis of a {@link Chart}: its label, its scale, and its range if that does not follow from the
 * numbers; immutable.
 *
 * <pre>{@code
 * Axis.log10("learning rate").range(1e-5, 1)
 * }</pre>
 */
public final class Axis {

  private final String label;
  private final boolean logarithmic;
  private final double min;
  private final double max;

  private Axis(String label, boolean logarithmic, double min, double max) {
    this.label = label;
    this.logarithmic = logarithmic;
    this.min = min;
    this.max = max;
  }

  /** {@return a linear axis without a label} */
  public static Axis linear() {
    return new Axis("", false, Double.NaN, Double.NaN);
  }

  /**
   * A linear axis.
   *
   * @param label what its numbers are, with their unit; not blank
   * @return the axis
   * @throws IllegalArgumentException if the label is null or blank
   */
  public static Axis linear(String label) {
    return new Axis(Texts.notBlank("label", label), false, Double.NaN, Double.NaN);
  }

  /**
   * A logarithmic axis; its numbers are above 0.
   *
   * @param label what its numbers are, with their unit; not blank
   * @return the axis
   * @throws IllegalArgumentException if the label is null or blank
   */
  public static Axis log10(String label) {
    return new Axis(Texts.notBlank("label", label), true, Double.NaN, Double.NaN);
  }

  /**
   * The same axis with a fixed range; what lies outside is cut off.
   *
   * @param min its lower end, finite; above 0 if the axis is logarithmic
   * @param max its upper end, finite and above min
   * @return the axis
   * @throws IllegalArgumentException if the numbers are not such
   */
  public Axis range(double min, double max) {
    Preconditions.checkArgument(Double.isFinite(min), "min must be finite, got %s", min);
    Preconditions.checkArgument(
        !logarithmic || min > 0, "min must be > 0 on a logarithmic axis, got %s", min);
    Preconditions.checkArgument(
        Double.isFinite(max) && max > min && Double.isFinite(max - min),
        "max must be finite and > min = %s, got %s",
        min,
        max);
    return new Axis(label, logarithmic, min, max);
  }

  String label() {
    return label;
  }

  boolean isLogarithmic() {
    return logarithmic;
  }

  boolean hasRange() {
    return !Double.isNaN(min);
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  @Override
  public String toString() {
    String range = hasRange() ? String.format(Locale.ROOT, ", %s to %s", min, max) : "";
    return "Axis(" + label + (logarithmic ? ", log10" : "") + range + ")";
  }
}
