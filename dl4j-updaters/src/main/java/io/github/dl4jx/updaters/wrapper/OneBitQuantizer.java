package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import java.util.Arrays;

/**
 * One column of one-bit quantization: see {@link OneBitGradient} for the formulas.
 *
 * <p>Array 0 is the gradient, and becomes Q(v); array 1, if there is one, is the residual. Without
 * branches: the bit is a number, {@code minus = v < 0 ? 1 : 0}, made by scaling every negative
 * value far beyond 1 and clamping, so that the loops are vectorized.
 */
final class OneBitQuantizer implements Elementwise.Loop {

  /** A range of reconstruction values below this is zero. */
  private static final double NO_RANGE = 1e-36;

  private static final int PART = Elementwise.CHUNK;

  /** Two factors that together bring the smallest negative number above 1. */
  private static final float HUGE = 1e38f;

  private static final double HUGE_DOUBLE = 1e300;

  private static final ThreadLocal<Work> WORK = ThreadLocal.withInitial(Work::new);

  private final Reconstruction reconstruction;

  OneBitQuantizer(Reconstruction reconstruction) {
    this.reconstruction = reconstruction;
  }

  /** What a thread needs for a part of a column. */
  private static final class Work {
    final float[] minus = new float[PART];
    final float[] below = new float[PART];
    final float[] above = new float[PART];
    final double[] minusDouble = new double[PART];
    final double[] belowDouble = new double[PART];
    final double[] aboveDouble = new double[PART];
  }

  @Override
  public void floats(float[][] x, int n) {
    Work work = WORK.get();
    float[] v = x[0];
    if (x.length == 2) {
      add(v, x[1], n);
    }
    double count = 0;
    double below = 0;
    double above = 0;
    for (int start = 0; start < n; start += PART) {
      int m = Math.min(PART, n - start);
      System.arraycopy(v, start, work.above, 0, m);
      Arrays.fill(work.above, m, PART, 0);
      split(work.above, work.minus, work.below);
      count += Elementwise.sum(work.minus);
      below += Elementwise.sum(work.below);
      above += Elementwise.sum(work.above);
    }
    double down = down(n, count, below, above);
    double up = up(n, count, below, above);
    if (!(up - down >= NO_RANGE)) {
      down *= 0; // NaN stays NaN
      up *= 0;
    }
    if (x.length == 2) {
      quantize(v, x[1], (float) down, (float) up, n);
    } else {
      quantize(v, (float) down, (float) up, n);
    }
  }

  @Override
  public void doubles(double[][] x, int n) {
    Work work = WORK.get();
    double[] v = x[0];
    if (x.length == 2) {
      add(v, x[1], n);
    }
    double count = 0;
    double below = 0;
    double above = 0;
    for (int start = 0; start < n; start += PART) {
      int m = Math.min(PART, n - start);
      System.arraycopy(v, start, work.aboveDouble, 0, m);
      Arrays.fill(work.aboveDouble, m, PART, 0);
      split(work.aboveDouble, work.minusDouble, work.belowDouble);
      count += Elementwise.sum(work.minusDouble);
      below += Elementwise.sum(work.belowDouble);
      above += Elementwise.sum(work.aboveDouble);
    }
    double down = down(n, count, below, above);
    double up = up(n, count, below, above);
    if (!(up - down >= NO_RANGE)) {
      down *= 0;
      up *= 0;
    }
    if (x.length == 2) {
      quantize(v, x[1], down, up, n);
    } else {
      quantize(v, down, up, n);
    }
  }

  /** What stands for a negative value; an empty half counts as one element. */
  private double down(int n, double count, double below, double above) {
    return reconstruction == Reconstruction.HALF_MEANS
        ? below / Math.max(1, count)
        : (below - above) / n;
  }

  /** What stands for a value that is not negative. */
  private double up(int n, double count, double below, double above) {
    return reconstruction == Reconstruction.HALF_MEANS
        ? above / Math.max(1, n - count)
        : (above - below) / n;
  }

  /** {@code v = v + r}. */
  private static void add(float[] v, float[] r, int n) {
    for (int i = 0; i < n; i++) {
      v[i] += r[i];
    }
  }

  private static void add(double[] v, double[] r, int n) {
    for (int i = 0; i < n; i++) {
      v[i] += r[i];
    }
  }

  private static float minus(float v) {
    return Math.min(1f, Math.max(0f, v * -HUGE * HUGE));
  }

  private static double minus(double v) {
    return Math.min(1d, Math.max(0d, v * -HUGE_DOUBLE * HUGE_DOUBLE));
  }

  /** Takes v apart: 1 where it is negative, its negative values, and the others, in its place. */
  private static void split(float[] v, float[] minus, float[] below) {
    for (int i = 0; i < PART; i++) {
      minus[i] = minus(v[i]);
      below[i] = Math.min(0f, v[i]);
    }
    for (int i = 0; i < PART; i++) {
      v[i] -= below[i];
    }
  }

  private static void split(double[] v, double[] minus, double[] below) {
    for (int i = 0; i < PART; i++) {
      minus[i] = minus(v[i]);
      below[i] = Math.min(0d, v[i]);
    }
    for (int i = 0; i < PART; i++) {
      v[i] -= below[i];
    }
  }

  /** {@code q = Q(v)} in the place of v, {@code r = v - q}. */
  private static void quantize(float[] v, float[] r, float down, float up, int n) {
    for (int i = 0; i < n; i++) {
      float m = minus(v[i]);
      float q = m * down + (1f - m) * up;
      r[i] = v[i] - q;
      v[i] = q;
    }
  }

  private static void quantize(float[] v, float down, float up, int n) {
    for (int i = 0; i < n; i++) {
      float m = minus(v[i]);
      v[i] = m * down + (1f - m) * up;
    }
  }

  private static void quantize(double[] v, double[] r, double down, double up, int n) {
    for (int i = 0; i < n; i++) {
      double m = minus(v[i]);
      double q = m * down + (1d - m) * up;
      r[i] = v[i] - q;
      v[i] = q;
    }
  }

  private static void quantize(double[] v, double down, double up, int n) {
    for (int i = 0; i < n; i++) {
      double m = minus(v[i]);
      v[i] = m * down + (1d - m) * up;
    }
  }
}
