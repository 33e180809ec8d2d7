package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class EnsembleCurveTest {

  @TempDir Path folder;

  private static final INDArray LABELS = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}});
  private static final INDArray FIRST =
      Nd4j.createFromArray(new double[][] {{0.8, 0.2}, {0.6, 0.4}});
  private static final INDArray SECOND =
      Nd4j.createFromArray(new double[][] {{0.4, 0.6}, {0.2, 0.8}});

  /** First: right, wrong. Second: wrong, right. Their mean (0.6, 0.4), (0.4, 0.6): both right. */
  @Test
  void of_twoMembersThatErrApart_isBetterTogether() {
    EnsembleCurve curve = EnsembleCurve.of(new SoftVote(), List.of(FIRST, SECOND), LABELS, null);
    assertThat(curve.alone()).extracting(ClassificationScores::accuracy).containsExactly(0.5, 0.5);
    assertThat(curve.together())
        .extracting(ClassificationScores::accuracy)
        .containsExactly(0.5, 1.0);
    assertThat(curve.together().get(0).nll())
        .isCloseTo(-(Math.log(0.8) + Math.log(0.4)) / 2, within(1e-12));
    assertThat(curve.together().get(1).nll()).isCloseTo(-Math.log(0.6), within(1e-12));
    assertThat(curve).hasToString("EnsembleCurve(2 members: accuracy=1.0000, nll=0.5108)");
  }

  /** Weights 3 to 1: (0.7, 0.3) and (0.5, 0.5); the first member alone is as without weights. */
  @Test
  void of_aWeightedVote_takesTheWeightsOfTheFirstMembers() {
    EnsembleCurve curve =
        EnsembleCurve.of(new WeightedVote(3, 1), List.of(FIRST, SECOND), LABELS, null);
    assertThat(curve.together().get(0).nll()).isEqualTo(curve.alone().get(0).nll());
    assertThat(curve.together().get(1).nll())
        .isCloseTo(-(Math.log(0.7) + Math.log(0.5)) / 2, within(1e-12));
  }

  @Test
  void of_anEnsemble_endsWithWhatItAnswers() {
    DataSet rings = TestNetworks.rings(20, 3);
    Ensemble ensemble =
        Ensemble.of(
            new SoftVote(),
            List.of(TestNetworks.network(1), TestNetworks.network(2), TestNetworks.network(3)));
    EnsembleCurve curve = EnsembleCurve.of(ensemble, rings.getFeatures(), rings.getLabels());
    ClassificationScores all =
        ClassificationScores.of(rings.getLabels(), ensemble.output(rings.getFeatures()));
    assertThat(curve.together()).hasSize(3).last().hasToString(all.toString());
    assertThat(curve.alone()).hasSize(3);
  }

  @Test
  void alone_ofAdditiveScores_isEmpty() throws IOException {
    EnsembleCurve curve =
        EnsembleCurve.of(
            AdditiveScores.softmax(new double[] {0, 0}, 1, 1),
            List.of(FIRST, SECOND),
            LABELS,
            null);
    assertThat(curve.alone()).isEmpty();
    assertThat(curve.together()).hasSize(2);
    Path file = folder.resolve("members.svg");
    curve.chart().writeSvg(file);
    assertThat(Files.readString(file)).contains("members", "NLL").doesNotContain("member alone");
  }

  @Test
  void of_weightsForAnotherNumber_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> EnsembleCurve.of(new WeightedVote(1, 1, 1), List.of(FIRST), LABELS, null));
  }
}
