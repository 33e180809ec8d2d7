package io.github.dl4jx.ensembles.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class PoissonBootstrapTest {

  private static final long SEED = 11;

  /** Rows whose only feature, label and mask are their number. */
  private static DataSet numbered(int rows) {
    INDArray numbers = Nd4j.arange(rows).castTo(DataType.FLOAT).reshape(rows, 1);
    return new DataSet(numbers, numbers.dup(), null, numbers.dup());
  }

  private static PoissonBootstrap sample(int rows, int batch, long seed) {
    return new PoissonBootstrap(new ListDataSetIterator<>(numbered(rows).asList(), batch), seed);
  }

  private static List<Float> read(PoissonBootstrap sample) {
    List<Float> rows = new ArrayList<>();
    while (sample.hasNext()) {
      DataSet batch = sample.next();
      for (float row : batch.getFeatures().toFloatVector()) {
        rows.add(row);
      }
      assertThat(batch.getLabels()).isEqualTo(batch.getFeatures());
      assertThat(batch.getLabelsMaskArray()).isEqualTo(batch.getFeatures());
    }
    return rows;
  }

  /**
   * n = 10^6. The share of count k has mean e^-1/k! and a standard error of at most 0.0005; six of
   * them are exceeded with chance 2e-9.
   */
  @Test
  void count_manyRows_isPoissonWithMeanOne() {
    int n = 1_000_000;
    int[] counts = new int[20];
    for (int row = 0; row < n; row++) {
      counts[PoissonBootstrap.count(SEED, row)]++;
    }
    double expected = Math.exp(-1);
    for (int k = 0; k < 8; expected /= ++k) {
      double error = Math.sqrt(expected * (1 - expected) / n);
      assertThat(counts[k] / (double) n - expected).isBetween(-6 * error, 6 * error);
    }
  }

  @Test
  void next_anyBatchSize_repeatsEachRowAsItsCountSays() {
    List<Float> expected = new ArrayList<>();
    for (int row = 0; row < 100; row++) {
      for (int k = 0; k < PoissonBootstrap.count(SEED, row); k++) {
        expected.add((float) row);
      }
    }
    for (int batch : new int[] {1, 7, 100}) {
      assertThat(read(sample(100, batch, SEED))).isEqualTo(expected);
    }
  }

  @Test
  void reset_sameStream_givesTheSameSample() {
    PoissonBootstrap sample = sample(100, 10, SEED);
    List<Float> first = read(sample);
    sample.reset();
    assertThat(read(sample)).isEqualTo(first);
    assertThat(read(sample(100, 10, SEED + 1))).isNotEqualTo(first);
  }
}
