package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers: each kernel is a normal distribution that is cut off at the ends of the range.
 *
 * <pre>
 * p(x) = phi((x - mu)/sigma) / sigma / (Phi((high - mu)/sigma) - Phi((low - mu)/sigma))
 * </pre>
 *
 * <p>Where the values are whole or quantized, the density is the probability of the value's cell by
 * the cell's width w; in cells narrower than half of sigma that is taken from the density in the
 * middle: {@code ln phi(z) + (z^2 - 1)/24 (w/sigma)^2}.
 */
final class NumericAxis implements KernelAxis {

  private static final double NARROW = 0.5;

  private final Parameter<?> parameter;
  private final double[] mu;
  private final double[] sigma;
  private final int[] slot; // of each kernel; kernels that are alike share one
  private final double[] slotMu;
  private final double[] inverse; // 1 / sigma
  private final double[] factor; // log of what does not depend on x
  private final Map<Double, double[]> cells = new HashMap<>(); // logs of slots: values come again

  /**
   * An axis.
   *
   * @param parameter whose
   * @param mu mean of each kernel, in the parameter's range
   * @param sigma standard deviation of each, above 0
   */
  NumericAxis(Parameter<?> parameter, double[] mu, double[] sigma) {
    this.parameter = parameter;
    this.mu = mu;
    this.sigma = sigma;
    this.slot = new int[mu.length];
    int slots = parameter.size() < 0 ? each() : alike();
    this.slotMu = new double[slots];
    this.inverse = new double[slots];
    this.factor = new double[slots];
    double lastSigma = Double.NaN;
    double lastLog = 0;
    for (int i = 0; i < mu.length; i++) {
      int s = slot[i];
      if (inverse[s] == 0) {
        if (sigma[i] != lastSigma) { // most have the least that is allowed
          lastSigma = sigma[i];
          lastLog = StrictMath.log(lastSigma);
        }
        slotMu[s] = mu[i];
        inverse[s] = 1 / sigma[i];
        double mass = mass(s, parameter.low(), parameter.high());
        factor[s] = -lastLog - Normal.LOG_SQRT_2_PI - (mass == 1 ? 0 : StrictMath.log(mass));
      }
    }
  }

  private int each() {
    Arrays.setAll(slot, i -> i);
    return slot.length;
  }

  /** Numbers the slots: values that come often have many kernels that are alike. */
  private int alike() {
    int[] table = new int[Integer.highestOneBit(mu.length) * 4]; // of kernels, from 1 on
    int slots = 0;
    for (int i = 0; i < mu.length; i++) {
      long hash = (Double.doubleToLongBits(mu[i]) * 31 + Double.doubleToLongBits(sigma[i]));
      int at = (int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
      while (table[at] != 0 && !(mu[table[at] - 1] == mu[i] && sigma[table[at] - 1] == sigma[i])) {
        at = (at + 1) & (table.length - 1);
      }
      if (table[at] == 0) {
        table[at] = i + 1;
        slot[i] = slots++;
      } else {
        slot[i] = slot[table[at] - 1];
      }
    }
    return slots;
  }

  private double mass(int s, double from, double to) {
    return Normal.between((from - slotMu[s]) * inverse[s], (to - slotMu[s]) * inverse[s]);
  }

  @Override
  public double draw(int kernel, Draws draws) {
    return draws.truncated(mu[kernel], sigma[kernel], parameter.low(), parameter.high());
  }

  @Override
  public void addLogDensities(double coordinate, double[] sums) {
    if (parameter.size() < 0) {
      for (int i = 0; i < mu.length; i++) {
        double z = (coordinate - slotMu[i]) * inverse[i];
        sums[i] += factor[i] - z * z / 2;
      }
      return;
    }
    double[] logs = cells.computeIfAbsent(coordinate, this::logDensities);
    for (int i = 0; i < mu.length; i++) {
      sums[i] += logs[slot[i]];
    }
  }

  private double[] logDensities(double coordinate) {
    double from = Math.max(parameter.low(), parameter.cellLow(coordinate));
    double to = Math.min(parameter.high(), parameter.cellHigh(coordinate));
    double[] logs = new double[slotMu.length];
    for (int s = 0; s < logs.length; s++) {
      logs[s] = factor[s] + logShape(s, from, to);
    }
    return logs;
  }

  /** The log of the mean of {@code exp(-z^2/2)} over a cell. */
  private double logShape(int s, double from, double to) {
    double width = (to - from) * inverse[s];
    if (width < NARROW) {
      double z = ((from + to) / 2 - slotMu[s]) * inverse[s];
      return -z * z / 2 + (z * z - 1) * width * width / 24;
    }
    return StrictMath.log(mass(s, from, to) / width) + Normal.LOG_SQRT_2_PI;
  }
}
