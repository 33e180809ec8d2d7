package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Isotonic regression: calibrates the probability of each class by the best function that does not
 * fall, and scales the classes to a sum of 1.
 *
 * <pre>{@code
 * q_k = f_k(p_k) / sum_j f_j(p_j)
 * fit: f_k minimizes sum_i (f(p_ik) - [y_i = k])^2 over all f with f(a) <= f(b) for a < b
 * }</pre>
 *
 * <p>Pool adjacent violators finds f_k: examples in the order of p_ik, those of one p together;
 * while a block's mean is not above the one before, both become one. Between blocks f_k is linear,
 * outside of them constant, as in scikit-learn. With two classes {@code f_0(p) = 1 - f_1(1 - p)},
 * so that it is one function. If all f_k are 0, each class gets 1/K.
 *
 * <p>It mends any shape of miscalibration, and needs about 1,000 examples and more: with few it
 * overfits. A probability may become 0 or 1: where a class may be rare, NLL is then bad. {@link
 * TemperatureScaling} and {@link VectorScaling} have fewer parameters.
 *
 * <p>Immutable; as text {@code isotonic(p,..;f,..;p,..;f,..)}, with the ends of the blocks and
 * their means for each class, see {@link #parse}. Use examples that neither members were trained on
 * nor weights fitted to.
 *
 * <pre>{@code
 * IsotonicCalibration calibration = IsotonicCalibration.fit(bag, validation);
 * INDArray probabilities = calibration.apply(bag.output(features));
 * }</pre>
 *
 * <p>References: B. Zadrozny, C. Elkan, "Transforming Classifier Scores into Accurate Multiclass
 * Probability Estimates", KDD 2002, doi:10.1145/775047.775151; M. Ayer et al., "An Empirical
 * Distribution Function for Sampling with Incomplete Information", Annals of Mathematical
 * Statistics 26, 1955, for pool adjacent violators.
 */
public final class IsotonicCalibration {

  private static final String EXAMPLE = "isotonic(0.1,0.9;0.2,0.7;0.1,0.9;0.3,0.8)";

  /** For each class the places of its knots in ascending order, and the values there. */
  private final double[][] knots;

  private IsotonicCalibration(double[][] knots) {
    this.knots = knots;
  }

  /**
   * Reads a calibration from its text.
   *
   * @param text the result of {@link #toString}; it need not be trusted
   * @return the calibration
   * @throws IllegalArgumentException if it is not such a text, for at least 2 classes, with places
   *     that rise and values in [0, 1] that do not fall
   */
  public static IsotonicCalibration parse(String text) {
    double[][] rows = ScalingText.parse("isotonic", EXAMPLE, text);
    ScalingText.check(rows.length >= 4 && rows.length % 2 == 0, EXAMPLE, text);
    for (int k = 0; k < rows.length; k += 2) {
      double[] x = rows[k];
      double[] y = rows[k + 1];
      boolean rising = x.length == y.length && x[0] >= 0 && y[0] >= 0;
      for (int i = 1; rising && i < x.length; i++) {
        rising = x[i] > x[i - 1] && y[i] >= y[i - 1];
      }
      ScalingText.check(
          rising && Double.isFinite(x[x.length - 1]) && y[y.length - 1] <= 1, EXAMPLE, text);
    }
    return new IsotonicCalibration(rows);
  }

  /**
   * Fits the functions.
   *
   * @param labels one-hot, [examples, classes] or with further axes; a class without examples gets
   *     the probability 0
   * @param probabilities of the labels' shape; they sum to 1
   * @return the calibration
   * @throws IllegalArgumentException if shapes differ, labels are not one-hot, or probabilities do
   *     not sum to 1
   */
  public static IsotonicCalibration fit(INDArray labels, INDArray probabilities) {
    return fit(labels, probabilities, null);
  }

  /**
   * Fits the functions to the rows that are not masked.
   *
   * @param labels one-hot, [examples, classes] or with further axes
   * @param probabilities of the labels' shape; they sum to 1
   * @param mask the labels' mask, such as [examples, steps], or null
   * @return the calibration
   * @throws IllegalArgumentException as without a mask, or if all rows are masked
   */
  public static IsotonicCalibration fit(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    return fit(LabelledProbabilities.of(labels, probabilities, mask));
  }

  /**
   * Fits the functions to an ensemble's combined output. For a single network use {@code
   * Ensemble.of(new SoftVote(), List.of(net))}.
   *
   * @param ensemble the ensemble; not changed
   * @param data features and one-hot labels, with their masks; read from its start if it can be
   *     reset
   * @return the calibration
   * @throws IllegalArgumentException as for labels and probabilities
   */
  public static IsotonicCalibration fit(Ensemble ensemble, DataSetIterator data) {
    return fit(LabelledProbabilities.of(ensemble, data));
  }

  private static IsotonicCalibration fit(LabelledProbabilities data) {
    int n = data.classes.length;
    int classes = data.probabilities[0].length;
    double[][] knots = new double[2 * classes][];
    for (int k = 0; k < classes; k++) {
      double[] p = new double[n];
      double[] ofClass = new double[n];
      int hits = 0;
      for (int i = 0; i < n; i++) {
        p[i] = data.probabilities[i][k];
        if (data.classes[i] == k) {
          ofClass[hits++] = p[i];
        }
      }
      Arrays.sort(p);
      Arrays.sort(ofClass, 0, hits);
      double[][] knotsOfClass = knots(blocks(p, ofClass, hits));
      knots[2 * k] = knotsOfClass[0];
      knots[2 * k + 1] = knotsOfClass[1];
    }
    return new IsotonicCalibration(knots);
  }

  /**
   * Pool adjacent violators.
   *
   * @param p of all examples, ascending
   * @param ofClass of those of the class, ascending, the first {@code hits}
   */
  private static List<Block> blocks(double[] p, double[] ofClass, int hits) {
    List<Block> blocks = new ArrayList<>();
    int hit = 0;
    for (int from = 0, to = 0; from < p.length; from = to) {
      int firstHit = hit;
      while (to < p.length && p[to] == p[from]) {
        to++;
      }
      while (hit < hits && ofClass[hit] == p[from]) {
        hit++;
      }
      Block block = new Block(p[from], p[from], to - from, hit - firstHit);
      while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).isNotBelow(block)) {
        block = blocks.remove(blocks.size() - 1).with(block);
      }
      blocks.add(block);
    }
    return blocks;
  }

  private static double[][] knots(List<Block> blocks) {
    double[][] knots = new double[2][2 * blocks.size()];
    int n = 0;
    for (Block block : blocks) {
      for (double end : new double[] {block.first, block.last}) {
        if (n == 0 || end > knots[0][n - 1]) {
          knots[0][n] = end;
          knots[1][n++] = block.mean();
        }
      }
    }
    return new double[][] {Arrays.copyOf(knots[0], n), Arrays.copyOf(knots[1], n)};
  }

  /**
   * Calibrates probabilities.
   *
   * @param probabilities [examples, classes] or with further axes, of any floating-point type; not
   *     changed
   * @return a new array of that shape and type
   * @throws IllegalArgumentException if they do not sum to 1 over as many classes as there were in
   *     the fit
   */
  public INDArray apply(INDArray probabilities) {
    return CalibratedRows.of(
        probabilities,
        knots.length / 2,
        row -> {
          double sum = 0;
          for (int k = 0; k < row.length; k++) {
            row[k] = at(knots[2 * k], knots[2 * k + 1], row[k]);
            sum += row[k];
          }
          for (int k = 0; k < row.length; k++) {
            row[k] = sum > 0 ? row[k] / sum : 1.0 / row.length;
          }
        });
  }

  /** Linear between the places x, constant outside of them. */
  private static double at(double[] x, double[] y, double p) {
    int found = Arrays.binarySearch(x, p);
    if (found >= 0) {
      return y[found];
    }
    int above = -found - 1;
    if (above == 0 || above == x.length) {
      return y[above == 0 ? 0 : x.length - 1];
    }
    double part = (p - x[above - 1]) / (x[above] - x[above - 1]);
    return y[above - 1] + part * (y[above] - y[above - 1]);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IsotonicCalibration
        && Arrays.deepEquals(((IsotonicCalibration) other).knots, knots);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(knots);
  }

  @Override
  public String toString() {
    return ScalingText.of("isotonic", knots);
  }

  /** Neighbouring examples that have one value: their mean. */
  private static final class Block {

    private final double first;
    private final double last;
    private final long count;
    private final long hits;

    Block(double first, double last, long count, long hits) {
      this.first = first;
      this.last = last;
      this.count = count;
      this.hits = hits;
    }

    double mean() {
      return (double) hits / count;
    }

    /** Whether the mean is that of the next block or above. */
    boolean isNotBelow(Block next) {
      return hits * next.count >= next.hits * count;
    }

    Block with(Block next) {
      return new Block(first, next.last, count + next.count, hits + next.hits);
    }
  }
}
