package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.ForwardingIterator;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A bootstrap sample of a stream: row i comes k_i times, {@code k_i ~ Poisson(1)}.
 *
 * <pre>{@code
 * k_i = least k with U_i <= e^-1 * sum_{j<=k} 1/j!,   U_i uniform, a function of (seed, i)
 * }</pre>
 *
 * <p>Of n rows drawn n times with replacement each comes Binomial(n, 1/n) times, which for large n
 * is Poisson(1), and independent of the others: no row need be known before it comes. i is the
 * row's place in the stream, so that every epoch has the same sample if the stream has the same
 * order. A batch has as many rows as its counts say; one without any is left out.
 *
 * <p>Reference: N. C. Oza, S. Russell, "Online Bagging and Boosting", AISTATS 2001.
 */
public final class PoissonBootstrap extends ForwardingIterator {

  private static final double NONE = Math.exp(-1);

  /** Of the sample. */
  private final long seed;

  /** Place of the next row in the stream. */
  private long row;

  /** The next batch, if it has been drawn. */
  private @Nullable DataSet following;

  public PoissonBootstrap(DataSetIterator stream, long seed) {
    super(stream);
    this.seed = seed;
  }

  /** How often a row comes. */
  static int count(long seed, long row) {
    double u = new SplittableRandom(Seeds.derive(seed, row)).nextDouble();
    int k = 0;
    double term = NONE;
    for (double sum = NONE; u > sum && term > 0; sum += term) {
      k++;
      term /= k;
    }
    return k;
  }

  @Override
  public boolean hasNext() {
    while (following == null && data.hasNext()) {
      following = sample(data.next());
    }
    return following != null;
  }

  @Override
  public DataSet next() {
    if (!hasNext() || following == null) {
      throw new NoSuchElementException("the epoch is over: call reset()");
    }
    DataSet batch = following;
    following = null;
    return batch;
  }

  private @Nullable DataSet sample(DataSet batch) {
    int n = batch.numExamples();
    int[] counts = new int[n];
    int total = 0;
    for (int i = 0; i < n; i++) {
      counts[i] = count(seed, row++);
      total += counts[i];
    }
    if (total == 0) {
      return null;
    }
    int[] rows = new int[total];
    for (int i = 0, at = 0; i < n; at += counts[i++]) {
      Arrays.fill(rows, at, at + counts[i], i);
    }
    return Rows.of(batch, rows);
  }

  @Override
  public void reset() {
    data.reset();
    row = 0;
    following = null;
  }

  @Override
  public DataSet next(int num) {
    Preconditions.checkArgument(num == batch(), "num must be %s, got %s", batch(), num);
    return next();
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("set the preprocessor on the stream");
  }

  @Override
  public @Nullable DataSetPreProcessor getPreProcessor() {
    return null;
  }
}
