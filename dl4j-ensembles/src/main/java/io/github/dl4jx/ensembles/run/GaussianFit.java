package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.KeyedRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The normal distribution of {@link Swag}: its covariance is half a diagonal and half of low rank.
 *
 * <pre>{@code
 * m = m + (w - m) / n,   v = v + (w - m_old) * (w - m),   D = the last K of (w - m)
 * draw = m + sqrt(c) * (sqrt(v / n) * z1 / sqrt(2) + D z2 / sqrt(2 (K - 1)))
 * }</pre>
 */
final class GaussianFit implements AutoCloseable {

  private final int rank;
  private long count;

  /** m and v, of type DOUBLE; null as long as nothing was taken. */
  private @Nullable INDArray mean;

  private @Nullable INDArray squares;

  /** The columns of D, of the parameters' type, oldest first. */
  private final Deque<INDArray> deviations = new ArrayDeque<>();

  GaussianFit(int rank) {
    this.rank = rank;
  }

  /**
   * A fit from its arrays.
   *
   * @throws IllegalArgumentException if they are not those of so many weights of this network
   */
  static GaussianFit of(int rank, long count, List<INDArray> arrays, INDArray parameters) {
    long expected = count > 0 ? 2 + Math.min(count, rank) : 0;
    Preconditions.checkArgument(
        arrays.size() == expected,
        "a fit of rank %s to %s weights must have %s arrays, got %s",
        rank,
        count,
        expected,
        arrays.size());
    for (int i = 0; i < arrays.size(); i++) {
      DataType type = i < 2 ? DataType.DOUBLE : parameters.dataType();
      INDArray array = arrays.get(i);
      Preconditions.checkArgument(
          array.length() == parameters.length() && array.dataType() == type,
          "array %s of a fit must have the network's %s parameters as %s, got %s as %s",
          i,
          parameters.length(),
          type,
          array.length(),
          array.dataType());
    }
    GaussianFit fit = new GaussianFit(rank);
    fit.count = count;
    if (count > 0) {
      fit.mean = arrays.get(0);
      fit.squares = arrays.get(1);
      fit.deviations.addAll(arrays.subList(2, arrays.size()));
    }
    return fit;
  }

  /** m, v and the columns of D; none if nothing was taken. */
  List<INDArray> arrays() {
    List<INDArray> arrays = new ArrayList<>();
    if (mean != null && squares != null) {
      arrays.add(mean);
      arrays.add(squares);
      arrays.addAll(deviations);
    }
    return arrays;
  }

  long count() {
    return count;
  }

  /** Takes up the parameters as they are now. */
  void take(INDArray parameters) {
    long length = parameters.length();
    if (mean == null || squares == null) {
      mean = detached(DataType.DOUBLE, length).assign(0);
      squares = detached(DataType.DOUBLE, length).assign(0);
    }
    // the memory of a column that is no longer kept is used again
    INDArray column =
        deviations.size() == rank
            ? deviations.removeFirst()
            : detached(parameters.dataType(), length);
    count++;
    try (INDArray w = detached(DataType.DOUBLE, length)) {
      w.assign(parameters);
      Elementwise.run(new Update(count), w, mean, squares);
      deviations.addLast(column.assign(w));
    }
  }

  private static INDArray detached(DataType type, long length) {
    return Nd4j.createUninitializedDetached(type, length);
  }

  /** Array 0 is w and becomes w - m; 1 is m; 2 is v. */
  private static final class Update implements Elementwise.Loop {

    private final double weight;

    Update(long n) {
      this.weight = 1.0 / n;
    }

    @Override
    public void doubles(double[][] x, int n) {
      double[] w = x[0];
      double[] m = x[1];
      double[] v = x[2];
      for (int i = 0; i < n; i++) {
        double before = w[i] - m[i];
        m[i] += weight * before;
        w[i] -= m[i];
        v[i] += before * w[i];
      }
    }

    @Override
    public void floats(float[][] x, int n) {
      throw new IllegalStateException("the arrays are of type DOUBLE");
    }
  }

  /**
   * One draw of the parameters.
   *
   * @param seed of the draw
   * @param scale c, factor of the covariance
   * @throws IllegalStateException if there are fewer than two weights
   */
  INDArray draw(long seed, double scale) {
    if (mean == null || squares == null || count < 2) {
      throw new IllegalStateException("a draw needs a fit to 2 weights, got " + count);
    }
    KeyedRandom random = KeyedRandom.of(seed, 0);
    long length = mean.length();
    try (INDArray w = detached(DataType.DOUBLE, length);
        INDArray term = detached(DataType.DOUBLE, length);
        INDArray z2 = detached(DataType.DOUBLE, deviations.size())) {
      random.fillGaussian(w, 0);
      random.fillGaussian(z2, length);
      w.muli(Transforms.sqrt(term.assign(squares), false)).muli(Math.sqrt(scale / (2.0 * count)));
      double lowRank = Math.sqrt(scale / (2.0 * (deviations.size() - 1)));
      int k = 0;
      for (INDArray deviation : deviations) {
        w.addi(term.assign(deviation).muli(lowRank * z2.getDouble(k++)));
      }
      w.addi(mean);
      return detached(deviations.getFirst().dataType(), length).assign(w);
    }
  }

  @Override
  public void close() {
    arrays().forEach(INDArray::close);
  }
}
