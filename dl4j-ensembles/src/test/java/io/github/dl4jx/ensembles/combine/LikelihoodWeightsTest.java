package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LikelihoodWeightsTest {

  /** Outputs of members over two classes, from what they give to the true class, the first. */
  static List<INDArray> outputs(double[]... ofTrueClass) {
    List<INDArray> outputs = new ArrayList<>();
    for (double[] p : ofTrueClass) {
      double[][] rows = new double[p.length][];
      for (int i = 0; i < p.length; i++) {
        rows[i] = new double[] {p[i], 1 - p[i]};
      }
      outputs.add(Nd4j.createFromArray(rows));
    }
    return outputs;
  }

  static INDArray labels(int n) {
    double[][] labels = new double[n][];
    Arrays.fill(labels, new double[] {1, 0});
    return Nd4j.createFromArray(labels);
  }

  static double nll(double[] weights, double[]... p) {
    double sum = Arrays.stream(weights).sum();
    double nll = 0;
    for (int i = 0; i < p[0].length; i++) {
      double mixture = 0;
      for (int m = 0; m < p.length; m++) {
        mixture += weights[m] / sum * p[m][i];
      }
      nll -= Math.log(mixture) / p[0].length;
    }
    return nll;
  }

  static double[][] random(int members, int n, long seed) {
    Random random = new Random(seed);
    double[][] p = new double[members][n];
    for (int i = 0; i < n; i++) {
      double hard = random.nextGaussian();
      for (int m = 0; m < members; m++) {
        p[m][i] = 1 / (1 + Math.exp(-hard - 0.3 * m - random.nextGaussian()));
      }
    }
    return p;
  }

  @Test
  void fit_membersThatKnowDifferentExamples_isWhatTheyKnow() {
    WeightedVote rule =
        LikelihoodWeights.fit(
            labels(4), outputs(new double[] {1, 1, 1, 0}, new double[] {0, 0, 0, 1}));
    assertThat(rule.weights()).containsExactly(new double[] {0.75, 0.25}, within(1e-8));
  }

  @Test
  void fit_threeMembers_isAsGoodAsTheBestOfAGrid() {
    double[][] p = random(3, 200, 1);
    double[] fitted = LikelihoodWeights.fit(labels(200), outputs(p)).weights();
    double best = Double.POSITIVE_INFINITY;
    for (int a = 0; a <= 100; a++) {
      for (int b = 0; a + b <= 100; b++) {
        best = Math.min(best, nll(new double[] {a, b, 100 - a - b}, p));
      }
    }
    assertThat(nll(fitted, p)).isLessThanOrEqualTo(best + 1e-7);
    assertThat(nll(fitted, p)).isCloseTo(best, within(1e-4)); // the grid's step is 0.01
    assertThat(Arrays.stream(fitted).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void fit_tenMembers_leavesNoDirectionThatImproves() {
    // the gradient of the log-likelihood on the simplex: 1 where weight is, no more elsewhere
    double[][] p = random(10, 2000, 2);
    double[] w = LikelihoodWeights.fit(labels(2000), outputs(p)).weights();
    for (double[] member : p) {
      double gain = 0;
      for (int i = 0; i < 2000; i++) {
        double mixture = 0;
        for (int k = 0; k < 10; k++) {
          mixture += w[k] * p[k][i];
        }
        gain += member[i] / mixture / 2000;
      }
      assertThat(gain).isLessThan(1 + 1e-6);
    }
  }

  @Test
  void fit_memberThatIsWorseEverywhere_getsNextToNothing() {
    double[] weights =
        LikelihoodWeights.fit(
                labels(3), outputs(new double[] {0.9, 0.8, 0.7}, new double[] {0.8, 0.7, 0.6}))
            .weights();
    // it ends where the NLL could be lower by at most 1e-7, and 0.126 w_1 is what w_1 costs
    assertThat(weights[1]).isLessThan(1e-6);
  }

  @Test
  void fit_oneMember_givesItAll() {
    assertThat(LikelihoodWeights.fit(labels(2), outputs(new double[] {0.3, 0})).weights())
        .containsExactly(1);
  }

  @Test
  void fit_maskedSequences_equalsItsRows() {
    double[][] p = random(2, 6, 3);
    INDArray labels = Nd4j.zeros(2, 2, 4);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 0}, {1, 1, 1, 0}});
    List<INDArray> outputs = List.of(Nd4j.zeros(2, 2, 4), Nd4j.zeros(2, 2, 4));
    double[][] rounded = new double[2][6]; // as the arrays hold them
    for (int i = 0; i < 6; i++) {
      labels.putScalar(i / 3, 0, i % 3, 1);
      for (int m = 0; m < 2; m++) {
        rounded[m][i] = (float) p[m][i];
        outputs.get(m).putScalar(i / 3, 0, i % 3, p[m][i]);
        outputs.get(m).putScalar(i / 3, 1, i % 3, 1 - p[m][i]);
      }
    }
    assertThat(LikelihoodWeights.fit(labels, outputs, mask).weights())
        .containsExactly(
            LikelihoodWeights.fit(labels(6), outputs(rounded)).weights(), within(1e-12));
  }

  @Test
  void fit_badInput_saysWhatIsWrong() {
    List<INDArray> outputs = outputs(new double[] {0.3, 0.5});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LikelihoodWeights.fit(labels(3), outputs))
        .withMessage("labels and probabilities must have one shape, got [3, 2] and [2, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LikelihoodWeights.fit(Nd4j.zeros(2, 1), outputs))
        .withMessageContaining("the labels one-hot, got class indices of shape [2, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LikelihoodWeights.fit(labels(2), List.of()))
        .withMessageContaining("at least 1 member, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LikelihoodWeights.fit(labels(2), outputs, Nd4j.zeros(2)))
        .withMessage("labels must have at least 1 row that is not masked, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LikelihoodWeights.fit(labels(2), List.of(labels(2).mul(3))))
        .withMessageStartingWith("probabilities must be >= 0 and sum to 1");
  }
}
