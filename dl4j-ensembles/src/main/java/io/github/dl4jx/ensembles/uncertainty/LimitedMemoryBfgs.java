package io.github.dl4jx.ensembles.uncertainty;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimizes a smooth convex function of many variables by L-BFGS, with the last 20 steps in memory
 * and a bisection for the weak Wolfe conditions.
 *
 * <p>It stops when no entry of the gradient is above 1e-9, after 2,000 steps, or when no step is
 * better up to rounding.
 *
 * <p>References: D. C. Liu, J. Nocedal, "On the Limited Memory BFGS Method for Large Scale
 * Optimization", Mathematical Programming 45, 1989; A. S. Lewis, M. L. Overton, "Nonsmooth
 * Optimization via Quasi-Newton Methods", Mathematical Programming 141, 2013, for the bisection.
 */
final class LimitedMemoryBfgs {

  private static final int MEMORY = 20;
  private static final int MOST_STEPS = 2_000;
  private static final int MOST_TRIES = 60;
  private static final double PRECISION = 1e-9;
  private static final double ROUNDING = 1e-13;
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;

  /** A function with its gradient. */
  interface Objective {

    /** Returns the value and overwrites the gradient. */
    double at(double[] x, double[] gradient);
  }

  /** A step, the change of the gradient along it, and their product, above 0. */
  private static final class Step {

    private final double[] way;
    private final double[] change;
    private final double product;

    Step(double[] way, double[] change) {
      this.way = way;
      this.change = change;
      this.product = dot(way, change);
    }
  }

  private final Objective objective;
  private final Deque<Step> steps = new ArrayDeque<>();
  private double[] x;
  private double[] gradient;
  private double value;

  private LimitedMemoryBfgs(Objective objective, double[] start) {
    this.objective = objective;
    this.x = start.clone();
    this.gradient = new double[start.length];
    this.value = objective.at(x, gradient);
  }

  /** Returns the place of the minimum. */
  static double[] minimize(Objective objective, double[] start) {
    LimitedMemoryBfgs search = new LimitedMemoryBfgs(objective, start);
    int step = 0;
    while (largest(search.gradient) > PRECISION && step < MOST_STEPS && search.advance()) {
      step++;
    }
    return search.x;
  }

  /** Goes one step; false if none is better. */
  private boolean advance() {
    double[] direction = direction();
    double slope = dot(gradient, direction);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = steps.isEmpty() ? 1 / Math.max(1, largest(gradient)) : 1;
    for (int i = 0; i < MOST_TRIES; i++) {
      double[] next = plus(x, length, direction);
      double[] nextGradient = new double[x.length];
      double nextValue = objective.at(next, nextGradient);
      if (!(nextValue <= value + DECREASE * length * slope + ROUNDING * Math.abs(value))) {
        high = length;
      } else if (dot(nextGradient, direction) < CURVATURE * slope) {
        low = length;
      } else {
        remember(new Step(plus(next, -1, x), plus(nextGradient, -1, gradient)));
        x = next;
        gradient = nextGradient;
        value = nextValue;
        return true;
      }
      length = high < Double.POSITIVE_INFINITY ? low + (high - low) / 2 : 2 * low;
    }
    return false;
  }

  private void remember(Step step) {
    if (step.product > 0) {
      steps.addFirst(step);
    }
    if (steps.size() > MEMORY) {
      steps.removeLast();
    }
  }

  /** Minus the gradient times the approximate inverse of the Hessian, by the two loops. */
  private double[] direction() {
    double[] q = plus(new double[x.length], -1, gradient);
    double[] factors = new double[steps.size()];
    int i = 0;
    for (Step step : steps) {
      factors[i] = dot(step.way, q) / step.product;
      q = plus(q, -factors[i++], step.change);
    }
    Step last = steps.peekFirst();
    if (last != null) {
      q = plus(new double[x.length], last.product / dot(last.change, last.change), q);
    }
    for (Iterator<Step> oldest = steps.descendingIterator(); oldest.hasNext(); ) {
      Step step = oldest.next();
      q = plus(q, factors[--i] - dot(step.change, q) / step.product, step.way);
    }
    return q;
  }

  private static double[] plus(double[] a, double factor, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + factor * b[i];
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] a) {
    double most = 0;
    for (double value : a) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }
}
