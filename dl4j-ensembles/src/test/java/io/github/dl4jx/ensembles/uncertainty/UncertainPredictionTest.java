package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UncertainPredictionTest {

  /** Three samples of two examples and two classes. */
  private static final double[][][] SAMPLES = {
    {{0.9, 0.1}, {0.5, 0.5}}, {{0.2, 0.8}, {0.5, 0.5}}, {{0.7, 0.3}, {0.5, 0.5}}
  };

  private static double entropy(double p) {
    return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  }

  @Test
  void measures_twoExamples_equalTheFormulas() {
    UncertainPrediction prediction = new UncertainPrediction(Nd4j.createFromArray(SAMPLES));
    assertThat(prediction.mean().toDoubleMatrix()[0][0]).isCloseTo(0.6, within(1e-12));
    assertThat(prediction.mean().toDoubleMatrix()[1]).containsExactly(0.5, 0.5);
    double variance = (0.3 * 0.3 + 0.4 * 0.4 + 0.1 * 0.1) / 3;
    assertThat(prediction.standardDeviation().getDouble(0, 1))
        .isCloseTo(Math.sqrt(variance), within(1e-12));
    assertThat(prediction.standardDeviation().getDouble(1, 1)).isZero();
    assertThat(prediction.predictiveEntropy().getDouble(0)).isCloseTo(entropy(0.6), within(1e-12));
    assertThat(prediction.predictiveEntropy().getDouble(1)).isCloseTo(Math.log(2), within(1e-12));
    double mean = (entropy(0.9) + entropy(0.2) + entropy(0.7)) / 3;
    assertThat(prediction.mutualInformation().getDouble(0))
        .isCloseTo(entropy(0.6) - mean, within(1e-12));
    assertThat(prediction.mutualInformation().getDouble(1)).isCloseTo(0, within(1e-12));
    assertThat(prediction.variationRatio().getDouble(0)).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(prediction.variationRatio().getDouble(1)).isZero();
  }

  @Test
  void measures_outputsInTime_areByPlace() {
    INDArray samples = Nd4j.zeros(3, 2, 2, 4); // [sample, example, class, time]
    for (int t = 0; t < 3; t++) {
      for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++) {
          samples.putScalar(new int[] {t, i, k, 3}, SAMPLES[t][i][k]);
          for (int time = 0; time < 3; time++) {
            samples.putScalar(new int[] {t, i, k, time}, k);
          }
        }
      }
    }
    UncertainPrediction prediction = new UncertainPrediction(samples);
    assertThat(prediction.mean().shape()).containsExactly(2, 2, 4);
    assertThat(prediction.predictiveEntropy().shape()).containsExactly(2, 4);
    assertThat(prediction.predictiveEntropy().getDouble(0, 3))
        .isCloseTo(entropy(0.6), within(1e-6));
    assertThat(prediction.predictiveEntropy().getDouble(1, 2)).isZero();
    assertThat(prediction.variationRatio().getDouble(0, 3)).isCloseTo(1 / 3.0, within(1e-6));
    assertThat(prediction.variationRatio().getDouble(0, 0)).isZero();
  }

  @Test
  void disagreement_threeSamples_isThePartOfThePairsThatDiffer() {
    UncertainPrediction prediction = new UncertainPrediction(Nd4j.createFromArray(SAMPLES));
    // classes 0, 1, 0: of three pairs two differ; then 0, 0, 0
    assertThat(prediction.disagreement().toDoubleVector())
        .containsExactly(new double[] {2 / 3.0, 0}, within(1e-15));
  }

  @Test
  void disagreement_fiveMembersAndThreeClasses_countsPairs() {
    int[] votes = {0, 1, 2, 1, 1};
    List<INDArray> outputs = new ArrayList<>();
    double differing = 0;
    for (int vote : votes) {
      double[] p = new double[3];
      p[vote] = 1;
      outputs.add(Nd4j.createFromArray(new double[][] {p}));
      for (int other : votes) {
        differing += other == vote ? 0 : 1;
      }
    }
    assertThat(UncertainPrediction.ofMembers(outputs).disagreement().toDoubleVector())
        .containsExactly(new double[] {differing / 20}, within(1e-15));
  }

  @Test
  void disagreement_oneSample_isRefused() {
    UncertainPrediction prediction =
        new UncertainPrediction(Nd4j.createFromArray(new double[][][] {{{0.5, 0.5}}}));
    assertThatIllegalStateException()
        .isThrownBy(prediction::disagreement)
        .withMessage("disagreement needs at least 2 samples, got 1");
  }

  @Test
  void ofMembers_outputsOfAnyOrder_areTheSamples() {
    List<INDArray> outputs = new ArrayList<>();
    for (double[][] sample : SAMPLES) {
      outputs.add(Nd4j.createFromArray(sample).dup(outputs.isEmpty() ? 'f' : 'c'));
    }
    UncertainPrediction prediction = UncertainPrediction.ofMembers(outputs);
    assertThat(prediction.samples()).isEqualTo(Nd4j.createFromArray(SAMPLES));
    assertThat(prediction.variationRatio().getDouble(0)).isCloseTo(1 / 3.0, within(1e-12));
    outputs.get(0).assign(0); // they were copied
    assertThat(prediction.mean().getDouble(0, 0)).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void ofMembers_ensemble_measuresItsMembers() {
    INDArray features = TestNetworks.rings(20, 1).getFeatures();
    try (Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(TestNetworks.network(1), TestNetworks.network(2)))) {
      UncertainPrediction prediction =
          UncertainPrediction.ofMembers(ensemble.memberOutputs(features, null));
      assertThat(prediction.mean().equalsWithEps(ensemble.output(features), 1e-6)).isTrue();
      assertThat(prediction.mutualInformation().shape()).containsExactly(20);
    }
  }

  @Test
  void ofMembers_noneOrOfOtherShapes_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UncertainPrediction.ofMembers(List.of()))
        .withMessageContaining("at least 1 member, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UncertainPrediction.ofMembers(List.of(Nd4j.ones(1, 2), Nd4j.ones(2, 2))))
        .withMessageContaining("outputs must have one shape");
  }

  @Test
  void entropy_ofWhatAreNoProbabilities_isRefused() {
    UncertainPrediction regression =
        new UncertainPrediction(Nd4j.createFromArray(SAMPLES).mul(3).sub(2));
    assertThat(regression.mean().getDouble(0, 0)).isCloseTo(-0.2, within(1e-12));
    assertThatIllegalStateException()
        .isThrownBy(regression::predictiveEntropy)
        .withMessageContaining("the outputs must be class probabilities");
  }
}
