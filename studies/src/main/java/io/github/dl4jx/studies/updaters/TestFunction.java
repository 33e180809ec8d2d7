package io.github.dl4jx.studies.updaters;

import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/** A function whose minimum is 0, from a fixed start, in double precision. */
final class TestFunction {

  private final double[] start;
  private final int steps;
  private final ToDoubleFunction<double[]> value;
  private final UnaryOperator<double[]> gradient;

  private TestFunction(
      double[] start,
      int steps,
      ToDoubleFunction<double[]> value,
      UnaryOperator<double[]> gradient) {
    this.start = start;
    this.steps = steps;
    this.value = value;
    this.gradient = gradient;
  }

  /** {@code sum(l[i] x[i]^2) / 2} in 10 dimensions, l from 0.01 to 1, from (1, -8/7, 9/7, ..). */
  static TestFunction quadratic() {
    double[] curvature = new double[10];
    double[] start = new double[10];
    for (int i = 0; i < 10; i++) {
      curvature[i] = Math.pow(10, 2 * (i / 9.0 - 1));
      start[i] = (i % 2 == 0 ? 1 : -1) * (1 + i / 7.0); // off the grid that equal steps walk on
    }
    return new TestFunction(
        start,
        500,
        x -> {
          double sum = 0;
          for (int i = 0; i < 10; i++) {
            sum += curvature[i] * x[i] * x[i] / 2;
          }
          return sum;
        },
        x -> {
          double[] g = new double[10];
          for (int i = 0; i < 10; i++) {
            g[i] = curvature[i] * x[i];
          }
          return g;
        });
  }

  /** {@code (1 - x)^2 + 100 (y - x^2)^2} from (-1.2, 1), where it is 24.2. */
  static TestFunction rosenbrock() {
    return new TestFunction(
        new double[] {-1.2, 1},
        5000,
        x -> (1 - x[0]) * (1 - x[0]) + 100 * valley(x) * valley(x),
        x -> new double[] {-2 * (1 - x[0]) - 400 * x[0] * valley(x), 200 * valley(x)});
  }

  private static double valley(double[] x) {
    return x[1] - x[0] * x[0];
  }

  int steps() {
    return steps;
  }

  /** Value at the start. */
  double initial() {
    return value.applyAsDouble(start);
  }

  /** Value after the steps of an updater. */
  double descend(IUpdater updater) {
    long state = updater.stateSize(start.length);
    INDArray view = state == 0 ? null : Nd4j.zeros(DataType.DOUBLE, state);
    GradientUpdater<?> running = updater.instantiate(view, true);
    double[] x = start.clone();
    for (int t = 0; t < steps; t++) {
      INDArray update = Nd4j.createFromArray(gradient.apply(x));
      running.applyUpdater(update, t, 0);
      double[] u = update.toDoubleVector();
      for (int i = 0; i < x.length; i++) {
        x[i] -= u[i];
      }
    }
    return value.applyAsDouble(x);
  }
}
