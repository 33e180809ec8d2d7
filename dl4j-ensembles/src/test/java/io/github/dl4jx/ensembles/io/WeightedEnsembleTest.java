package io.github.dl4jx.ensembles.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.GeometricMean;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MedianOutput;
import io.github.dl4jx.ensembles.combine.MedianVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rules with weights, in ensembles and in their files. */
class WeightedEnsembleTest {

  private static final INDArray X = TestNetworks.rings(30, 1).getFeatures();

  @TempDir File folder;

  private static Ensemble ensemble(CombinationRule rule) {
    return Ensemble.of(rule, List.of(TestNetworks.network(1), TestNetworks.network(2)));
  }

  @Test
  void output_weights_isTheWeightedMeanOfTheMembers() {
    try (Ensemble ensemble = ensemble(new WeightedVote(1, 3))) {
      List<INDArray> members = ensemble.memberOutputs(X, null);
      INDArray expected = members.get(0).mul(0.25).add(members.get(1).mul(0.75));
      assertThat(ensemble.output(X).equalsWithEps(expected, 1e-6)).isTrue();
    }
  }

  @Test
  void load_everyRule_comesBack() throws IOException {
    File file = new File(folder, "ensemble.zip");
    for (CombinationRule rule :
        List.of(
            new WeightedVote(0.1 + 0.2, 1e-300),
            new HardVote(2, 1),
            new MedianOutput(),
            new MedianVote(),
            new GeometricMean())) {
      try (Ensemble ensemble = ensemble(rule)) {
        EnsembleSerializer.save(ensemble, file);
        try (Ensemble back = EnsembleSerializer.load(file)) {
          assertThat(back.rule()).isEqualTo(rule);
          assertThat(back.output(X)).isEqualTo(ensemble.output(X));
        }
      }
    }
  }

  @Test
  void of_weightsForOtherMembers_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble(new WeightedVote(1, 2, 3)))
        .withMessage("there must be one weight for each member, got 3 weights and 2 members");
  }

  @Test
  void load_weightsThatDoNotFit_isRefused() throws IOException {
    File file = new File(folder, "ensemble.zip");
    try (Ensemble ensemble = ensemble(new WeightedVote(1, 2))) {
      EnsembleSerializer.save(ensemble, file);
    }
    replaceInManifest(file, "(1.0,2.0)", "(1.0)");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> EnsembleSerializer.load(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("got 1 weights and 2 members");
    replaceInManifest(file, "(1.0)", "(1.0,-2.0)");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> EnsembleSerializer.load(file))
        .withMessageContaining("weights must be numbers such as 0.25, got -2.0");
  }

  private static void replaceInManifest(File file, String from, String to) throws IOException {
    Map<String, byte[]> entries = HostileZips.entries(Files.readAllBytes(file.toPath()));
    String text = new String(entries.get(HostileZips.MANIFEST), StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    byte[] changed = text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    entries.put(HostileZips.MANIFEST, changed);
    Files.write(file.toPath(), HostileZips.stored(entries));
  }
}
