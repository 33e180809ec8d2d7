package io.github.dl4jx.ensembles.combine;

import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A rule that combines each row on its own, in doubles. */
abstract class RowRule extends NamedRule {

  /** Number of values that are in memory as doubles at once: 8 MiB. */
  private static final long VALUES_AT_ONCE = 1 << 20;

  private final int leastColumns;

  RowRule(String name, int leastColumns) {
    super(name);
    this.leastColumns = leastColumns;
  }

  /**
   * Combines one row.
   *
   * @param members a row for each member, all of the same length; may be changed
   * @return the combined row, of that length
   */
  abstract double[] combineRow(double[][] members);

  @Override
  public boolean readsClasses() {
    return leastColumns > 1;
  }

  @Override
  public INDArray combine(List<INDArray> outputs) {
    CombinationRule.check(outputs);
    checkMembers(outputs.size());
    INDArray first = outputs.get(0);
    Preconditions.checkArgument(
        first.size(1) >= leastColumns,
        "%s needs at least %s classes on axis 1, got %s",
        this,
        leastColumns,
        first.size(1));
    INDArray combined = first.ulike();
    long examples = first.size(0);
    long valuesOfExample = Math.max(1, first.length() / Math.max(1, examples) * outputs.size());
    long step = Math.max(1, VALUES_AT_ONCE / valuesOfExample);
    List<INDArray> whole = step < examples ? withoutViews(outputs) : outputs;
    for (long from = 0; from < examples; from += step) {
      long to = Math.min(examples, from + step);
      double[][][] rows = new double[outputs.size()][][];
      for (int m = 0; m < rows.length; m++) {
        rows[m] = OutputRows.of(part(whole.get(m), from, to), null);
      }
      OutputRows.write(combineRows(rows), part(combined, from, to));
    }
    return combined;
  }

  /** Of views, ND4J's ranges may be empty: docs/deeplearning4j.md. */
  private static List<INDArray> withoutViews(List<INDArray> outputs) {
    return outputs.stream()
        .map(output -> output.offset() > 0 ? output.dup() : output)
        .collect(Collectors.toList());
  }

  private double[][] combineRows(double[][][] rows) {
    double[][] members = new double[rows.length][];
    double[][] combined = new double[rows[0].length][];
    for (int i = 0; i < combined.length; i++) {
      for (int m = 0; m < members.length; m++) {
        members[m] = rows[m][i];
      }
      combined[i] = combineRow(members);
    }
    return combined;
  }

  private static INDArray part(INDArray output, long from, long to) {
    return to - from == output.size(0) ? output : output.get(NDArrayIndex.interval(from, to));
  }

  /** Scales non-negative values to the sum 1. */
  static double[] normalize(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    for (int c = 0; c < values.length; c++) {
      values[c] /= sum;
    }
    return values;
  }
}
