package io.github.dl4jx.random;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which counter decides about which element of an array, and in which order to visit them.
 *
 * <p>One counter decides about {@value #PARTS} elements. The longest dimension d (the first of
 * them, if several are) is cut into {@value #PARTS} parts of length {@code h = ceil(shape[d] /
 * PARTS)}; the counter of an element is the c-order index of {@code (i[0], .., i[d] mod h, .., )}
 * in the shape with h in place of {@code shape[d]}, and its part is {@code i[d] / h}. So the mask
 * depends on logical indices only. Yet, in whatever order the dimensions lie in memory, each part
 * is made of long runs of consecutive elements, as vector instructions want them: cutting by the
 * position in memory would make the mask depend on the order, cutting by the c-order index would
 * scatter the parts of an f-order array.
 *
 * <p>Counters have 32 bits here, so that an array may have 2^36 elements before any repeats.
 */
final class MaskPlan {

  static final int PARTS = 16;

  /** Elements of one part of a slab, consecutive in memory: its counters, too. */
  final long run;

  /** Elements of a slab: the dimensions from the innermost in memory to the cut one. */
  final long slab;

  /** Counters of the whole array. */
  final long counters;

  /** Dimensions from the innermost in memory outwards, the cut one with length h, joined. */
  private final long[] sizes;

  /** What a step along each of them adds to the counter. */
  private final long[] steps;

  private MaskPlan(long run, long slab, long counters, long[] sizes, long[] steps) {
    this.run = run;
    this.slab = slab;
    this.counters = counters;
    this.sizes = sizes;
    this.steps = steps;
  }

  /** About how many places to take at a time: a multiple of the run, if that is short. */
  long grain() {
    return run >= Scratch.CHUNK ? 2L * Scratch.CHUNK : 2L * chunkAt(0);
  }

  /**
   * How many places to take from the given one on: up to the end of a long run, or else all of as
   * many slabs as a chunk can hold, for their elements lie in a row.
   */
  long chunkAt(long place) {
    return run >= Scratch.CHUNK
        ? Math.min(Scratch.CHUNK, run - place % run)
        : Scratch.CHUNK / run * run;
  }

  /** The plan of an array in c order. */
  static MaskPlan ofC(long[] shape) {
    int[] dimensions = new int[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dimensions[i] = shape.length - 1 - i;
    }
    return create(shape, dimensions);
  }

  /** The plan of an array without gaps, in any order of its dimensions; null if it has gaps. */
  static @Nullable MaskPlan of(long[] shape, long[] strides) {
    int rank = shape.length;
    int[] dimensions = new int[rank];
    boolean[] taken = new boolean[rank];
    long stride = 1;
    for (int i = 0; i < rank; i++) {
      int next = -1;
      for (int d = rank - 1; d >= 0; d--) {
        if (!taken[d] && (shape[d] == 1 || strides[d] == stride)) {
          next = d;
          break;
        }
      }
      if (next < 0) {
        return null;
      }
      taken[next] = true;
      dimensions[i] = next;
      stride *= shape[next];
    }
    return create(shape, dimensions);
  }

  private static MaskPlan create(long[] shape, int[] innermostFirst) {
    int rank = shape.length;
    int cut = 0;
    for (int d = 1; d < rank; d++) {
      if (shape[d] > shape[cut]) {
        cut = d;
      }
    }
    long[] lengths = shape.clone();
    if (rank > 0) {
      lengths[cut] = (shape[cut] + PARTS - 1) / PARTS;
    }
    long[] cOrder = new long[rank];
    long counters = 1;
    for (int d = rank - 1; d >= 0; d--) {
      cOrder[d] = counters;
      counters *= lengths[d];
    }

    long[] sizes = new long[rank];
    long[] steps = new long[rank];
    int joined = 0;
    long run = 1;
    long slab = 1;
    boolean inside = true;
    for (int d : innermostFirst) {
      if (inside) {
        run *= lengths[d];
        slab *= shape[d];
        inside = d != cut;
      }
      if (lengths[d] == 1) {
        continue;
      }
      if (joined > 0 && cOrder[d] == steps[joined - 1] * sizes[joined - 1]) {
        sizes[joined - 1] *= lengths[d];
      } else {
        sizes[joined] = lengths[d];
        steps[joined] = cOrder[d];
        joined++;
      }
    }
    return new MaskPlan(
        run, slab, counters, Arrays.copyOf(sizes, joined), Arrays.copyOf(steps, joined));
  }

  /**
   * The low words of the counters of n places, from the given place in memory order on, each less
   * the same term.
   *
   * @param place number of the place, counting one of every {@link #PARTS} elements
   * @param n at most {@link Scratch#HALF}
   * @return the term to be added
   */
  int counters(long place, int n, int[] low, Pattern pattern) {
    if (sizes.length < 2) {
      System.arraycopy(Pattern.CONSECUTIVE, 0, low, 0, n);
      return (int) place;
    }
    long within = place % sizes[0];
    long outer = place / sizes[0];
    if (within + n <= sizes[0]) {
      System.arraycopy(pattern.of(sizes[0], steps[0], steps[1]), 0, low, 0, n);
      return counter(within, outer);
    }
    boolean wraps = sizes.length > 2 && outer % sizes[1] + (within + n - 1) / sizes[0] >= sizes[1];
    if (!wraps && within + n <= Pattern.LENGTH) {
      System.arraycopy(pattern.of(sizes[0], steps[0], steps[1]), (int) within, low, 0, n);
      return counter(0, outer);
    }
    for (int i = 0; i < n; i++) {
      low[i] = counter(within, outer);
      if (++within == sizes[0]) {
        within = 0;
        outer++;
      }
    }
    return 0;
  }

  private int counter(long within, long outer) {
    long counter = within * steps[0];
    long rest = outer;
    int last = sizes.length - 1;
    for (int d = 1; d < last; d++) {
      counter += rest % sizes[d] * steps[d];
      rest /= sizes[d];
    }
    return (int) (counter + rest * steps[last]);
  }

  /** Counters of the two innermost dimensions, kept from one chunk to the next. */
  static final class Pattern {

    static final int LENGTH = 2 * Scratch.HALF;

    /** 0, 1, 2, ... */
    static final int[] CONSECUTIVE = new int[Scratch.HALF];

    static {
      Arrays.setAll(CONSECUTIVE, i -> i);
    }

    private final int[] counters = new int[LENGTH];
    private long size;
    private long step;
    private long outerStep;

    int[] of(long size, long step, long outerStep) {
      if (size != this.size || step != this.step || outerStep != this.outerStep) {
        long start = 0;
        for (int i = 0, within = 0; i < LENGTH; i++) {
          counters[i] = (int) (start + within * step);
          if (++within == size) {
            within = 0;
            start += outerStep;
          }
        }
        this.size = size;
        this.step = step;
        this.outerStep = outerStep;
      }
      return counters;
    }
  }
}
