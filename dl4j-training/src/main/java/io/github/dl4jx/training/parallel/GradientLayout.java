package io.github.dl4jx.training.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The positions of the columns in the flattened gradient.
 *
 * <p>A column is a run of values that lie together and feed one output unit: of weights {@code
 * [nIn, nOut]} in f order nIn values, of a convolution's {@code [nOut, nIn, kH, kW]} in c order nIn
 * kH kW values; a vector is one column. In general it is one slice along the dimension with the
 * largest stride: for the few arrays that Deeplearning4j orders by input (deconvolution, depthwise
 * convolution) one input's slice.
 */
final class GradientLayout {

  /** A parameter. */
  static final class Segment {

    /** Position of its first value. */
    final int offset;

    /** Number of its values, a multiple of the column's length. */
    final int length;

    /** Values that share two reconstruction values. */
    final int column;

    /** Whether it is a running statistic, which is sent unquantized and averaged. */
    final boolean statistic;

    Segment(int offset, int length, int column, boolean statistic) {
      this.offset = offset;
      this.length = length;
      this.column = column;
      this.statistic = statistic;
    }
  }

  /** In the order of the flattened gradient. */
  final List<Segment> segments;

  /** Number of all values. */
  final int length;

  GradientLayout(List<Segment> segments) {
    this.segments = List.copyOf(segments);
    this.length = segments.stream().mapToInt(segment -> segment.length).sum();
  }

  /** Where the first column of a part begins; 0 if it has none. */
  int from() {
    return segments.isEmpty() ? 0 : segments.get(0).offset;
  }

  /** Where the last column of a part ends. */
  int to() {
    return from() + length;
  }

  /** The layout of the network that an updater belongs to. */
  static GradientLayout of(BaseMultiLayerUpdater<?> updater) {
    List<Segment> segments = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (UpdaterBlock.ParamState state : block.getLayersAndVariablesInBlock()) {
        int offset = state.getParamOffsetStart();
        int length = state.getParamOffsetEnd() - offset;
        if (length > 0) {
          INDArray parameter =
              Objects.requireNonNull(state.getLayer().paramTable(false).get(state.getParamName()));
          segments.add(
              new Segment(
                  offset,
                  length,
                  column(parameter),
                  !state.getLayer().updaterDivideByMinibatch(state.getParamName())));
        }
      }
    }
    return new GradientLayout(segments);
  }

  /**
   * The layouts of n parts of the gradient, each of whole columns, about as long as the others, at
   * the positions that they have in the whole.
   */
  List<GradientLayout> parts(int n) {
    List<List<Segment>> parts = new ArrayList<>();
    for (int p = 0; p < n; p++) {
      parts.add(new ArrayList<>());
    }
    for (Segment segment : segments) {
      int end = segment.offset + segment.length;
      int from = segment.offset;
      while (from < end) {
        int part = part(from, n);
        int to = from + segment.column;
        while (to < end && part(to, n) == part) {
          to += segment.column;
        }
        parts.get(part).add(new Segment(from, to - from, segment.column, segment.statistic));
        from = to;
      }
    }
    return parts.stream().map(GradientLayout::new).collect(Collectors.toList());
  }

  /** The part to which a column belongs that begins there. */
  private int part(int at, int n) {
    return (int) ((long) at * n / length);
  }

  /** The length of a slice along the dimension with the largest stride; all of a vector. */
  static int column(INDArray parameter) {
    int outermost = -1;
    int dimensions = 0;
    long last = 0;
    for (int d = 0; d < parameter.rank(); d++) {
      last += (parameter.size(d) - 1) * parameter.stride(d);
      if (parameter.size(d) > 1) {
        dimensions++;
        if (outermost < 0 || parameter.stride(d) > parameter.stride(outermost)) {
          outermost = d;
        }
      }
    }
    boolean whole = dimensions < 2 || last != parameter.length() - 1;
    return (int) (whole ? parameter.length() : parameter.length() / parameter.size(outermost));
  }
}
