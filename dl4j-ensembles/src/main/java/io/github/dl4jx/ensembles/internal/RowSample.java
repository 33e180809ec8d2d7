package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Which rows a member is trained on: all, a random sample, or listed ones. */
public final class RowSample implements Serializable {

  private static final long serialVersionUID = 1;

  private static final RowSample ALL = new RowSample(0, false, null);

  /** The share of the rows, if they are random. */
  private final double share;

  /** Whether a row may come more than once. */
  private final boolean replacement;

  /** The rows, if they are not random. */
  private final int @Nullable [] listed;

  private RowSample(double share, boolean replacement, int @Nullable [] listed) {
    this.share = share;
    this.replacement = replacement;
    this.listed = listed;
  }

  public static RowSample all() {
    return ALL;
  }

  /** A share of the rows, drawn at random; of a stream, each row as often as Poisson(1) says. */
  public static RowSample random(double share, boolean replacement) {
    return new RowSample(share, replacement, null);
  }

  public static RowSample listed(int[] rows) {
    return new RowSample(0, false, rows);
  }

  /** The rows of a member out of n in memory, for a random sample. */
  public int[] draw(int n, long memberSeed) {
    long seed = Seeds.derive(memberSeed, 0);
    int size = size(n);
    return replacement
        ? Bootstrap.withReplacement(n, size, seed)
        : Bootstrap.withoutReplacement(n, size, seed);
  }

  /** How many of n rows in memory it has. */
  int size(int n) {
    if (listed != null) {
      return listed.length;
    }
    return isAll() ? n : (int) Math.max(1, Math.round(share * n));
  }

  /** Whether it is all rows, each once. */
  boolean isAll() {
    return listed == null && share == 0;
  }

  /** How much each of n rows in memory counts for a member, 1 on average. */
  float[] weights(int n, long memberSeed) {
    float[] weights = new float[n];
    if (isAll()) {
      Arrays.fill(weights, 1);
      return weights;
    }
    int[] rows = listed != null ? listed : draw(n, memberSeed);
    float each = (float) ((double) n / rows.length);
    for (int row : rows) {
      weights[row] += each;
    }
    return weights;
  }

  /** How often a row of a stream comes. */
  int count(long memberSeed, long row) {
    return isAll() ? 1 : PoissonBootstrap.count(Seeds.derive(memberSeed, 0), row);
  }

  /** A member's rows, in its own order if they are in memory. */
  DataSetIterator of(TrainingData data, long memberSeed) {
    long order = Seeds.derive(memberSeed, 1);
    if (listed != null) {
      return data.rows(listed, order);
    }
    if (share == 0) {
      return all(data, order);
    }
    return data.inMemory()
        ? data.rows(draw(data.examples().numExamples(), memberSeed), order)
        : new PoissonBootstrap(all(data, 0), Seeds.derive(memberSeed, 0));
  }

  private static DataSetIterator all(TrainingData data, long order) {
    return data.inMemory() ? data.all(order) : new CheckedStream(data.all(order));
  }
}
