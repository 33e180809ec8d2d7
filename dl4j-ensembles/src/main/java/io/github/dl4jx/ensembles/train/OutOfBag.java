package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

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
 * the rows. Outputs are averaged, whatever the ensemble's rule, in double precision; predictions
 * are of the members' type and shape: of sequences, a row is a whole sequence.
 *
 * <p>Reference: L. Breiman, "Out-of-Bag Estimation", technical report, University of California at
 * Berkeley, 1996.
 */
public final class OutOfBag {

  private static final int BATCH = 512;
  private static final int BINS = 15;

  private final int[] rows;
  private final INDArray predictions;
  private final INDArray labels;
  private final @Nullable INDArray labelsMask;
  private final double coverage;

  private OutOfBag(
      int[] rows,
      INDArray predictions,
      INDArray labels,
      @Nullable INDArray labelsMask,
      double coverage) {
    this.rows = rows;
    this.predictions = predictions;
    this.labels = labels;
    this.labelsMask = labelsMask;
    this.coverage = coverage;
  }

  /** Predicts; {@code sample} gives the rows that a member was trained on. */
  static OutOfBag of(Ensemble ensemble, DataSet data, IntFunction<int[]> sample) {
    int n = data.numExamples();
    Sum sum = new Sum(data);
    int[] votes = new int[n];
    for (int m = 0; m < ensemble.size(); m++) {
      BitSet seen = new BitSet(n);
      Arrays.stream(sample.apply(m)).forEach(seen::set);
      int[] unseen = IntStream.range(0, n).filter(row -> !seen.get(row)).toArray();
      Model member = ensemble.member(m);
      try {
        for (int from = 0; from < unseen.length; from += BATCH) {
          int[] batch = Arrays.copyOfRange(unseen, from, Math.min(unseen.length, from + BATCH));
          sum.add(member, Rows.of(data, batch), batch);
        }
      } finally {
        Network.of(member).release();
      }
      Arrays.stream(unseen).forEach(row -> votes[row]++);
    }
    int[] covered = IntStream.range(0, n).filter(row -> votes[row] > 0).toArray();
    Preconditions.checkState(
        covered.length > 0, "every member was trained on every row: nothing is out of bag");
    return new OutOfBag(
        covered,
        sum.means(covered, votes),
        Rows.of(data.getLabels(), covered),
        Rows.ofNullable(data.getLabelsMaskArray(), covered),
        covered.length / (double) n);
  }

  private static INDArray output(Model member, DataSet batch) {
    try {
      return NetworkCalls.output(member, batch.getFeatures(), batch.getFeaturesMaskArray());
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("data must fit the members: " + e.getMessage(), e);
    }
  }

  /** The sum of outputs, in double precision. */
  private static final class Sum {

    private final DataSet data;
    private @Nullable INDArray sum;
    private DataType type = DataType.DOUBLE;

    Sum(DataSet data) {
      this.data = data;
    }

    void add(Model member, DataSet batch, int[] rows) {
      INDArray output = output(member, batch);
      if (sum == null) {
        checkLabels(member, output);
        type = output.dataType();
        long[] shape = output.shape().clone();
        shape[0] = data.numExamples();
        sum = Nd4j.zeros(DataType.DOUBLE, shape);
      }
      INDArray exact = output.castTo(DataType.DOUBLE);
      for (int i = 0; i < rows.length; i++) {
        sum.slice(rows[i]).addi(exact.slice(i));
      }
    }

    private void checkLabels(Model member, INDArray output) {
      INDArray labels = data.getLabels();
      Preconditions.checkArgument(
          labels.rank() == output.rank()
              && (labels.size(1) == output.size(1)
                  || (labels.size(1) == 1 && ClassIndices.areLabelsOf(member))),
          "labels must have the members' %s outputs, got %s",
          output.size(1),
          labels.rank() < 2 ? 1 : labels.size(1));
    }

    INDArray means(int[] rows, int[] votes) {
      INDArray means = Rows.of(Objects.requireNonNull(sum), rows);
      for (int i = 0; i < rows.length; i++) {
        means.slice(i).divi(votes[rows[i]]);
      }
      return means.castTo(type);
    }
  }

  /** {@return the rows that at least one member was not trained on, ascending} */
  public int[] rows() {
    return rows.clone();
  }

  /** {@return the share of the rows that have a prediction, in (0, 1]} */
  public double coverage() {
    return coverage;
  }

  /** {@return the mean output for each of {@link #rows}, of the members not trained on it} */
  public INDArray predictions() {
    return predictions;
  }

  /** {@return the labels of each of {@link #rows}} */
  public INDArray labels() {
    return labels;
  }

  /** {@return the mask of the labels of each of {@link #rows}; null if all count} */
  public @Nullable INDArray labelsMask() {
    return labelsMask;
  }

  /**
   * Accuracy, log-likelihood and calibration of the predictions. Of sequences and images every step
   * and pixel counts as an example; what the mask of the labels hides does not.
   *
   * @return the scores of classification
   * @throws IllegalArgumentException if the outputs are not probabilities of at least 2 classes,
   *     the labels neither one-hot nor, for {@code LossSparseMCXENT}, class indices, or the mask is
   *     one of single outputs or hides everything
   */
  public ClassificationScores scores() {
    INDArray classes = ClassIndices.oneHot(labels, (int) predictions.size(1));
    return ClassificationScores.of(classes, predictions, labelsMask, BINS);
  }

  @Override
  public String toString() {
    return String.format("OutOfBag(%d rows, %.1f %%)", rows.length, 100 * coverage);
  }
}
