package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.Reductions;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * One column of one-bit quantization: see {@link OneBitGradient} for the formulas.
 *
 * <p>As a loop, array 0 is the gradient, and becomes Q(v); array 1, if there is one, is the
 * residual. Without branches: the bit is a number, {@code minus = v < 0 ? 1 : 0}, made by scaling
 * every negative value far beyond 1 and clamping, so that the loops are vectorized.
 *
 * <p>{@link #quantize} also returns the bits and the two values, for sending them.
 */
public final class OneBitQuantizer implements Elementwise.Loop {

  /** A range of reconstruction values below this is zero. */
  private static final double NO_RANGE = 1e-36;

  private static final int PART = 512;

  /** Columns up to this length are not worth vector instructions. */
  private static final int SHORT = 64;

  /** Two factors that together bring the smallest negative number above 1. */
  private static final float HUGE = 1e38f;

  private static final double HUGE_DOUBLE = 1e300;

  private static final ThreadLocal<Column> WORK = ThreadLocal.withInitial(Column::new);

  private final Reconstruction reconstruction;

  /**
   * A quantizer; it may serve several threads.
   *
   * @param reconstruction what the bits stand for
   */
  public OneBitQuantizer(Reconstruction reconstruction) {
    Preconditions.checkArgument(reconstruction != null, "reconstruction must not be null");
    this.reconstruction = reconstruction;
  }

  /** The latest column of a thread. */
  public static final class Column {
    final float[] minusFloats = new float[PART];
    final float[] belowFloats = new float[PART];
    final float[] aboveFloats = new float[PART];
    float[] bitsFloats = new float[PART];
    final double[] minusDoubles = new double[PART];
    final double[] belowDoubles = new double[PART];
    final double[] aboveDoubles = new double[PART];
    double[] bitsDoubles = new double[PART];

    /** Number and sum of the negative values, and the sum of the others. */
    double count;

    double below;
    double above;

    /** The values that the bits stand for. */
    float down;

    float up;

    private Column() {}

    /**
     * The bits, as numbers.
     *
     * @return 1 for a negative value and 0 for another; at least as long as the column, and
     *     overwritten by the thread's next one
     */
    public float[] minus() {
      return bitsFloats;
    }

    /**
     * What stands for a negative value.
     *
     * @return a number, or NaN if the column has NaN
     */
    public float down() {
      return down;
    }

    /**
     * What stands for a value that is not negative.
     *
     * @return a number, or NaN if the column has NaN
     */
    public float up() {
      return up;
    }

    void clear(int n) {
      count = 0;
      below = 0;
      above = 0;
      if (bitsFloats.length < n) {
        bitsFloats = new float[n];
        bitsDoubles = new double[n];
      }
    }
  }

  @Override
  public void floats(float[][] x, int n) {
    quantize(x[0], x.length == 2 ? x[1] : null, n);
  }

  /**
   * Quantizes one column.
   *
   * @param v the column's gradient; becomes Q(v)
   * @param r its residual, which becomes the new one; null without error feedback
   * @param n number of values
   * @return the bits and what they stand for, until the thread's next column
   * @throws IllegalArgumentException if v is null, or v or r has fewer than n values
   */
  public Column quantize(float[] v, float @Nullable [] r, int n) {
    Preconditions.checkArgument(
        n >= 1 && n <= Arguments.notNull("v", v).length && (r == null || n <= r.length),
        "n must be >= 1 and at most the number of values in v and r, got %s",
        n);
    Column work = WORK.get();
    if (r != null) {
      add(v, r, n);
    }
    work.clear(n);
    if (n <= SHORT) {
      scan(v, n, work);
    } else {
      scanParts(v, n, work);
    }
    double down = down(n, work);
    double up = up(n, work);
    if (!(up - down >= NO_RANGE)) {
      down *= 0; // NaN stays NaN
      up *= 0;
    }
    work.down = (float) down;
    work.up = (float) up;
    if (r != null) {
      quantize(v, r, work.bitsFloats, work.down, work.up, n);
    } else {
      quantize(v, work.bitsFloats, work.down, work.up, n);
    }
    return work;
  }

  private static void scan(float[] v, int n, Column work) {
    for (int i = 0; i < n; i++) {
      if (v[i] < 0) {
        work.bitsFloats[i] = 1;
        work.count++;
        work.below += v[i];
      } else {
        work.bitsFloats[i] = 0;
        work.above += v[i];
      }
    }
  }

  private static void scanParts(float[] v, int n, Column work) {
    float[] above = work.aboveFloats;
    for (int start = 0; start < n; start += PART) {
      int m = Math.min(PART, n - start);
      System.arraycopy(v, start, above, 0, m);
      Arrays.fill(above, m, PART, 0);
      split(above, work.minusFloats, work.belowFloats);
      System.arraycopy(work.minusFloats, 0, work.bitsFloats, start, m);
      work.count += Reductions.sum(work.minusFloats);
      work.below += Reductions.sum(work.belowFloats);
      work.above += Reductions.sum(above);
    }
  }

  @Override
  public void doubles(double[][] x, int n) {
    Column work = WORK.get();
    double[] v = x[0];
    if (x.length == 2) {
      add(v, x[1], n);
    }
    work.clear(n);
    if (n <= SHORT) {
      scan(v, n, work);
    } else {
      scanParts(v, n, work);
    }
    double down = down(n, work);
    double up = up(n, work);
    if (!(up - down >= NO_RANGE)) {
      down *= 0; // NaN stays NaN
      up *= 0;
    }
    if (x.length == 2) {
      quantize(v, x[1], work.bitsDoubles, down, up, n);
    } else {
      quantize(v, work.bitsDoubles, down, up, n);
    }
  }

  private static void scan(double[] v, int n, Column work) {
    for (int i = 0; i < n; i++) {
      if (v[i] < 0) {
        work.bitsDoubles[i] = 1;
        work.count++;
        work.below += v[i];
      } else {
        work.bitsDoubles[i] = 0;
        work.above += v[i];
      }
    }
  }

  private static void scanParts(double[] v, int n, Column work) {
    double[] above = work.aboveDoubles;
    for (int start = 0; start < n; start += PART) {
      int m = Math.min(PART, n - start);
      System.arraycopy(v, start, above, 0, m);
      Arrays.fill(above, m, PART, 0);
      split(above, work.minusDoubles, work.belowDoubles);
      System.arraycopy(work.minusDoubles, 0, work.bitsDoubles, start, m);
      work.count += Reductions.sum(work.minusDoubles);
      work.below += Reductions.sum(work.belowDoubles);
      work.above += Reductions.sum(above);
    }
  }

  /** What stands for a negative value; an empty half counts as one element. */
  private double down(int n, Column work) {
    return reconstruction == Reconstruction.HALF_MEANS
        ? work.below / Math.max(1, work.count)
        : (work.below - work.above) / n;
  }

  /** What stands for a value that is not negative. */
  private double up(int n, Column work) {
    return reconstruction == Reconstruction.HALF_MEANS
        ? work.above / Math.max(1, n - work.count)
        : (work.above - work.below) / n;
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

  /** Splits v: a 1 where it is negative, its negative values, and the other values in its place. */
  private static void split(float[] v, float[] minus, float[] below) {
    for (int i = 0; i < PART; i++) {
      minus[i] = Math.min(1f, Math.max(0f, v[i] * -HUGE * HUGE));
    }
    for (int i = 0; i < PART; i++) {
      below[i] = v[i] * minus[i];
      v[i] -= below[i];
    }
  }

  private static void split(double[] v, double[] minus, double[] below) {
    for (int i = 0; i < PART; i++) {
      minus[i] = Math.min(1d, Math.max(0d, v[i] * -HUGE_DOUBLE * HUGE_DOUBLE));
    }
    for (int i = 0; i < PART; i++) {
      below[i] = v[i] * minus[i];
      v[i] -= below[i];
    }
  }

  /** {@code q = Q(v)} in the place of v, {@code r = v - q}. */
  private static void quantize(float[] v, float[] r, float[] minus, float down, float up, int n) {
    for (int i = 0; i < n; i++) {
      float q = minus[i] * down + (1f - minus[i]) * up;
      r[i] = v[i] - q;
      v[i] = q;
    }
  }

  private static void quantize(float[] v, float[] minus, float down, float up, int n) {
    for (int i = 0; i < n; i++) {
      v[i] = minus[i] * down + (1f - minus[i]) * up;
    }
  }

  private static void quantize(
      double[] v, double[] r, double[] minus, double down, double up, int n) {
    for (int i = 0; i < n; i++) {
      double q = minus[i] * down + (1d - minus[i]) * up;
      r[i] = v[i] - q;
      v[i] = q;
    }
  }

  private static void quantize(double[] v, double[] minus, double down, double up, int n) {
    for (int i = 0; i < n; i++) {
      v[i] = minus[i] * down + (1d - minus[i]) * up;
    }
  }
}
