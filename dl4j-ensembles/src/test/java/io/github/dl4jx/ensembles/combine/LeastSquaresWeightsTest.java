package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LeastSquaresWeightsTest {

  private static INDArray column(double... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  private static List<INDArray> columns(double[]... values) {
    List<INDArray> columns = new ArrayList<>();
    for (double[] column : values) {
      columns.add(column(column));
    }
    return columns;
  }

  private static double meanSquare(double[] weights, double[] truth, double[]... outputs) {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      double error = -truth[i];
      for (int m = 0; m < outputs.length; m++) {
        error += weights[m] * outputs[m][i];
      }
      sum += error * error / truth.length;
    }
    return sum;
  }

  /** Members that share most of their error, and are the worse the higher their number. */
  private static double[][] random(int members, double[] truth, long seed) {
    Random random = new Random(seed);
    double[][] outputs = new double[members][truth.length];
    for (int i = 0; i < truth.length; i++) {
      double shared = 2 * random.nextGaussian();
      for (int m = 0; m < members; m++) {
        outputs[m][i] = truth[i] + shared + (1 + 0.3 * m) * random.nextGaussian();
      }
    }
    return outputs;
  }

  private static double[] truth(int n, long seed) {
    return new Random(seed).doubles(n, -5, 5).toArray();
  }

  @Test
  void fit_twoMembers_isTheSolutionInClosedForm() {
    // errors a = (1, -2, 3) and b = (-2, 1, 1): aa = 14, bb = 6, ab = -1;
    // w_a = (bb - ab) / (aa + bb - 2 ab) = 7 / 22
    INDArray labels = column(10, 20, 30);
    WeightedVote rule =
        LeastSquaresWeights.fit(labels, List.of(column(11, 18, 33), column(8, 21, 31)));
    assertThat(rule.weights()).containsExactly(new double[] {7 / 22.0, 15 / 22.0}, within(1e-12));
  }

  @Test
  void fit_memberThatOnlyHarms_getsExactlyNothing() {
    // errors (1, 1) and (3, 2): without the bound w_a would be (13 - 5) / (2 + 13 - 10) = 1.6
    WeightedVote rule = LeastSquaresWeights.fit(column(0, 0), List.of(column(1, 1), column(3, 2)));
    assertThat(rule.weights()).containsExactly(1, 0);
  }

  @Test
  void fit_memberWithoutError_getsEverything() {
    // the others' errors, (-3, 4) and (4, 3), are orthogonal
    WeightedVote rule =
        LeastSquaresWeights.fit(column(4, 5), List.of(column(1, 9), column(4, 5), column(8, 8)));
    assertThat(rule.weights()).containsExactly(new double[] {0, 1, 0}, within(1e-12));
  }

  @Test
  void fit_equalMembers_keepEqualWeights() {
    WeightedVote rule = LeastSquaresWeights.fit(column(4, 5), List.of(column(1, 1), column(1, 1)));
    assertThat(rule.weights()).containsExactly(0.5, 0.5);
  }

  @Test
  void fit_threeMembers_isAsGoodAsTheBestOfAGrid() {
    double[] truth = truth(100, 1);
    double[][] outputs = random(3, truth, 2);
    double[] fitted = LeastSquaresWeights.fit(column(truth), columns(outputs)).weights();
    double best = Double.POSITIVE_INFINITY;
    for (int a = 0; a <= 100; a++) {
      for (int b = 0; a + b <= 100; b++) {
        double[] weights = {a / 100.0, b / 100.0, (100 - a - b) / 100.0};
        best = Math.min(best, meanSquare(weights, truth, outputs));
      }
    }
    double reached = meanSquare(fitted, truth, outputs);
    assertThat(reached).isLessThanOrEqualTo(best + 1e-11).isCloseTo(best, within(1e-3));
  }

  @Test
  void fit_twentyMembersMuchAlike_leavesNoDirectionThatImproves() {
    // no slope of the squared error is below the weighted mean of all slopes, which is the error
    double[] truth = truth(500, 3);
    double[][] outputs = random(20, truth, 4);
    double[] w = LeastSquaresWeights.fit(column(truth), columns(outputs)).weights();
    double error = meanSquare(w, truth, outputs);
    for (double[] output : outputs) {
      double slope = 0;
      for (int i = 0; i < truth.length; i++) {
        double mixture = -truth[i];
        for (int m = 0; m < 20; m++) {
          mixture += w[m] * outputs[m][i];
        }
        slope += mixture * (output[i] - truth[i]) / truth.length;
      }
      assertThat(slope).isGreaterThan(error * (1 - 1e-9));
    }
    assertThat(w).contains(0);
  }

  @Test
  void fit_severalOutputsAndAMask_countsWhatItLeaves() {
    // [examples 1, outputs 2, steps 2]; the second step would favour the second member
    INDArray labels = Nd4j.zeros(1, 2, 2);
    INDArray a = Nd4j.createFromArray(1f, 9f, -2f, 9f).reshape(1, 2, 2);
    INDArray b = Nd4j.createFromArray(-2f, 0f, 1f, 0f).reshape(1, 2, 2);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 0}});
    // errors (1, -2) and (-2, 1): aa = bb
    assertThat(LeastSquaresWeights.fit(labels, List.of(a, b), mask).weights())
        .containsExactly(new double[] {0.5, 0.5}, within(1e-12));
    // all: aa = 5 + 162, bb = 5, ab = -4
    double first = 9 / (167 + 5 + 8.0);
    assertThat(LeastSquaresWeights.fit(labels, List.of(a, b)).weights())
        .containsExactly(new double[] {first, 1 - first}, within(1e-12));
  }

  @Test
  void fit_badInput_saysWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LeastSquaresWeights.fit(column(1, 2), List.of(column(1))))
        .withMessage("labels and outputs must have one shape, got [2, 1] and [1, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LeastSquaresWeights.fit(column(1), List.of(column(Double.NaN))))
        .withMessage("labels and outputs must be finite, got an error of NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LeastSquaresWeights.fit(column(1), List.of(column(1)), Nd4j.zeros(1)))
        .withMessage("labels must have at least 1 row that is not masked, got 0");
  }
}
