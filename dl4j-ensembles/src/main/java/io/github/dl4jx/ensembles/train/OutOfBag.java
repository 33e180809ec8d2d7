package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What the members of a bagged ensemble say about the rows that they were not trained on: a test
 * score without test data.
 *
 * <pre>{@code
 * y_i = mean over the members m with i not in rows_m of net_m(x_i)
 * }</pre>
 *
 * <p>A row that every member was trained on has no such prediction and is left out; a bootstrap
 * sample misses a row with probability 0.368, so that M members leave out some {@code 0.632^M} of
 * the rows. Outputs are averaged, whatever the ensemble's rule.
 *
 * <p>Reference: L. Breiman, "Out-of-Bag Estimation", technical report, University of California at
 * Berkeley, 1996.
 */
public final class OutOfBag {

  private static final int BATCH = 512;

  private final int[] rows;
  private final INDArray predictions;
  private final INDArray labels;
  private final double coverage;

  private OutOfBag(int[] rows, INDArray predictions, INDArray labels, double coverage) {
    this.rows = rows;
    this.predictions = predictions;
    this.labels = labels;
    this.coverage = coverage;
  }

  /** Predicts; {@code sample} gives the rows that a member was trained on. */
  static OutOfBag of(Ensemble ensemble, DataSet data, IntFunction<int[]> sample) {
    int n = data.numExamples();
    INDArray sum = data.getLabels().castTo(data.getFeatures().dataType()).dup('c').assign(0);
    int[] votes = new int[n];
    for (int m = 0; m < ensemble.size(); m++) {
      BitSet seen = new BitSet(n);
      Arrays.stream(sample.apply(m)).forEach(seen::set);
      int[] unseen = IntStream.range(0, n).filter(row -> !seen.get(row)).toArray();
      Model member = ensemble.member(m);
      try {
        for (int from = 0; from < unseen.length; from += BATCH) {
          int[] batch = Arrays.copyOfRange(unseen, from, Math.min(unseen.length, from + BATCH));
          addOutputs(member, Rows.of(data, batch), batch, sum);
        }
      } finally {
        Networks.release(member);
      }
      Arrays.stream(unseen).forEach(row -> votes[row]++);
    }
    int[] covered = IntStream.range(0, n).filter(row -> votes[row] > 0).toArray();
    Preconditions.checkState(
        covered.length > 0, "every member was trained on every row: nothing is out of bag");
    INDArray predictions = Rows.of(sum, covered);
    for (int i = 0; i < covered.length; i++) {
      predictions.slice(i).divi(votes[covered[i]]);
    }
    INDArray labels = Rows.of(data.getLabels(), covered);
    return new OutOfBag(covered, predictions, labels, covered.length / (double) n);
  }

  private static INDArray output(Model member, DataSet batch) {
    try {
      return Networks.output(member, batch.getFeatures(), batch.getFeaturesMaskArray());
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the members: " + e.getMessage(), e);
    }
  }

  private static void addOutputs(Model member, DataSet batch, int[] rows, INDArray sum) {
    INDArray output = output(member, batch);
    Preconditions.checkArgument(
        output.rank() == sum.rank() && output.size(1) == sum.size(1),
        "labels must have the members' %s outputs, got %s",
        output.size(1),
        sum.size(1));
    for (int i = 0; i < rows.length; i++) {
      sum.slice(rows[i]).addi(output.slice(i));
    }
  }

  /**
   * The rows that at least one member was not trained on.
   *
   * @return their indices in the data, ascending
   */
  public int[] rows() {
    return rows.clone();
  }

  /**
   * The share of the rows that have a prediction.
   *
   * @return in (0, 1]
   */
  public double coverage() {
    return coverage;
  }

  /**
   * The mean output of the members that were not trained on a row.
   *
   * @return one entry along the first dimension for each of {@link #rows}
   */
  public INDArray predictions() {
    return predictions;
  }

  /**
   * The labels of the rows.
   *
   * @return one entry along the first dimension for each of {@link #rows}
   */
  public INDArray labels() {
    return labels;
  }

  /**
   * Accuracy, log-likelihood and calibration of the predictions.
   *
   * @return the scores of classification
   * @throws IllegalArgumentException if the outputs are not [examples, classes]
   */
  public ClassificationScores scores() {
    return ClassificationScores.of(labels, predictions);
  }

  @Override
  public String toString() {
    return String.format("OutOfBag(%d rows, %.1f %%)", rows.length, 100 * coverage);
  }
}
