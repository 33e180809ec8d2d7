package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/** Combines the outputs of members, and releases the memory of these outputs. */
final class MemberOutputs {

  private MemberOutputs() {}

  /** {@return the combination of one output of each member; these outputs are released} */
  static INDArray combine(CombinationRule rule, List<INDArray> outputs, INDArray features) {
    INDArray combined = rule.combine(outputs);
    releaseUnless(outputs, List.of(combined, features));
    return combined;
  }

  /** {@return each member's rows, as views of the rows of all} */
  static List<INDArray> split(INDArray rows, int members) {
    long b = rows.size(0) / members;
    long c = rows.size(1);
    boolean isDense = rows.ordering() == 'c' && Shape.hasDefaultStridesForShape(rows);
    INDArray dense = isDense ? rows : rows.dup('c');
    return IntStream.range(0, members)
        .mapToObj(
            m ->
                Nd4j.create(
                    dense.data(),
                    new long[] {b, c},
                    new long[] {c, 1},
                    dense.offset() + m * b * c,
                    'c'))
        .collect(Collectors.toList());
  }

  /** {@return each member's rows in memory of their own; the rows of all are released} */
  static List<INDArray> apart(INDArray rows, int members) {
    List<INDArray> outputs =
        split(rows, members).stream().map(INDArray::dup).collect(Collectors.toList());
    releaseUnless(List.of(rows), outputs);
    return outputs;
  }

  /** {@return the combination of the rows of all members, which are released} */
  static INDArray combineRows(CombinationRule rule, INDArray rows, int members) {
    INDArray combined;
    if ((rule instanceof SoftVote || rule instanceof MeanOutput)
        && rows.ordering() == 'c'
        && rows.dataType().width() >= DataType.FLOAT.width()) {
      long b = rows.size(0) / members;
      combined = rows.reshape('c', members, b * rows.size(1)).mean(0).reshape(b, rows.size(1));
    } else {
      combined = rule.combine(split(rows, members));
    }
    releaseUnless(List.of(rows), List.of(combined));
    return combined;
  }

  /**
   * {@return the combinations of the first, the first two, .. and all; the outputs are released}
   */
  static List<INDArray> stages(CombinationRule rule, List<INDArray> outputs, INDArray features) {
    List<INDArray> stages = new ArrayList<>();
    for (int members = 1; members <= outputs.size(); members++) {
      stages.add(rule.first(members).combine(outputs.subList(0, members)));
    }
    List<INDArray> kept = new ArrayList<>(stages);
    kept.add(features);
    releaseUnless(outputs, kept);
    return stages;
  }

  /** {@return each output, combined over the members, whose outputs are released} */
  static INDArray[] combineEach(
      CombinationRule rule, List<INDArray[]> outputs, INDArray[] features) {
    INDArray[] combined = new INDArray[outputs.get(0).length];
    for (int o = 0; o < combined.length; o++) {
      int index = o;
      combined[o] =
          rule.combine(outputs.stream().map(all -> all[index]).collect(Collectors.toList()));
    }
    List<INDArray> kept = new ArrayList<>(List.of(combined));
    kept.addAll(List.of(features));
    // one array may be two of the outputs, so not before all are combined
    releaseUnless(outputs.stream().flatMap(Arrays::stream).collect(Collectors.toList()), kept);
    return combined;
  }

  /**
   * {@return the index of the most probable class of each row}
   *
   * @throws IllegalStateException if the output is not of shape [examples, classes] with at least 2
   *     classes, or has a NaN
   */
  static int[] classes(INDArray output) {
    Preconditions.checkState(
        output.rank() == 2 && output.size(1) >= 2,
        "predict needs outputs of shape [examples, classes] with at least 2 classes, got %ndShape",
        output);
    double[][] rows = OutputRows.of(output, null);
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (double value : rows[i]) {
        Preconditions.checkState(
            !Double.isNaN(value),
            "predict needs outputs without NaN: the features of example %s, counted from 0, give"
                + " NaN",
            i);
      }
      classes[i] = OutputRows.argMax(rows[i]);
    }
    return classes;
  }

  /**
   * Releases arrays, except those that share memory with one of the others. The garbage collector
   * would do it late, as it does not see off-heap memory.
   *
   * @param arrays the arrays, which may share memory with each other or be the same one twice
   */
  static void releaseUnless(List<INDArray> arrays, List<INDArray> others) {
    for (INDArray array : arrays) {
      if (!array.isEmpty()
          && !array.wasClosed()
          && array.closeable()
          && !sharesMemory(array, others)) {
        array.close();
      }
    }
  }

  private static boolean sharesMemory(INDArray array, List<INDArray> others) {
    long start = array.data().address();
    long end = start + array.length() * array.dataType().width();
    for (INDArray other : others) {
      long at = other.isEmpty() ? -1 : other.data().address();
      if (at >= start && at < end) {
        return true;
      }
    }
    return false;
  }
}
