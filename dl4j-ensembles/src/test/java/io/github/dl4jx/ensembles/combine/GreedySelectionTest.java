package io.github.dl4jx.ensembles.combine;

import static io.github.dl4jx.ensembles.combine.LikelihoodWeightsTest.labels;
import static io.github.dl4jx.ensembles.combine.LikelihoodWeightsTest.nll;
import static io.github.dl4jx.ensembles.combine.LikelihoodWeightsTest.outputs;
import static io.github.dl4jx.ensembles.combine.LikelihoodWeightsTest.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GreedySelectionTest {

  private static final double[][] P = {{0.55, 0.55}, {0.9, 0.4}, {0.4, 0.9}};

  @Test
  void fit_oneRound_takesTheBestMember() {
    // by the product of both: 0.3025, 0.36 and 0.36; the first of the equal ones
    assertThat(GreedySelection.fit(labels(2), outputs(P), 1).weights()).containsExactly(0, 1, 0);
  }

  @Test
  void fit_membersThatComplementEachOther_areJoined() {
    // the sums of {1, 2} are 1.3 and 1.3; of {1, 0}, 1.45 and 0.95
    assertThat(GreedySelection.fit(labels(2), outputs(P), 2).weights()).containsExactly(0, 1, 1);
  }

  @Test
  void fit_roundsThatOnlyWorsen_doNotCount() {
    // a third member gives at best a mean of (2.2 / 3, 1.7 / 3), product 0.416, not 0.4225
    assertThat(GreedySelection.fit(labels(2), outputs(P), 3).weights()).containsExactly(0, 1, 1);
  }

  @Test
  void fit_membersAsOftenAsTheyHelp_comeSeveralTimes() {
    // mixing 3 to 1 is the optimum of -3/4 ln w - 1/4 ln (1 - w)
    double[][] p = {{1, 1, 1, 0}, {0, 0, 0, 1}};
    assertThat(GreedySelection.fit(labels(4), outputs(p), 4).weights()).containsExactly(3, 1);
  }

  @Test
  void fit_manyMembers_liesBetweenTheBestMemberAndTheBestMixture() {
    double[][] p = random(8, 500, 7);
    double[] selected = GreedySelection.fit(labels(500), outputs(p), 30).weights();
    double[] fitted = LikelihoodWeights.fit(labels(500), outputs(p)).weights();
    double single = Double.POSITIVE_INFINITY;
    for (int m = 0; m < 8; m++) {
      double[] alone = new double[8];
      alone[m] = 1;
      single = Math.min(single, nll(alone, p));
    }
    assertThat(nll(selected, p)).isLessThan(single).isGreaterThan(nll(fitted, p) - 1e-7);
  }

  @Test
  void fit_mask_leavesOutExamples() {
    List<INDArray> outputs = outputs(P);
    INDArray mask = Nd4j.createFromArray(0f, 1f);
    assertThat(GreedySelection.fit(labels(2), outputs, mask, 5).weights()).containsExactly(0, 0, 1);
  }

  @Test
  void fit_noRounds_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GreedySelection.fit(labels(2), outputs(P), 0))
        .withMessage("rounds must be >= 1, got 0");
  }
}
