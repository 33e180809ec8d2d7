package io.github.dl4jx.ensembles.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;

class CheckpointVotingTest {

  private static final DataSet DATA = TestNetworks.rings(90, 1);

  @TempDir File folder;

  private CheckpointListener.Builder checkpoints() {
    return new CheckpointListener.Builder(folder).logSaving(false).saveEveryEpoch();
  }

  @Test
  void last_threeOfFive_averagesTheLastThree() throws IOException {
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(checkpoints().keepAll().build());
    List<INDArray> outputs = new ArrayList<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      net.fit(new SingletonDataSetIterator(DATA));
      outputs.add(net.output(DATA.getFeatures()));
    }
    try (Ensemble votes = CheckpointVoting.last(folder, 3)) {
      INDArray mean = outputs.get(2).add(outputs.get(3)).add(outputs.get(4)).div(3);
      assertThat(votes.size()).isEqualTo(3);
      assertThat(votes.output(DATA.getFeatures())).isEqualTo(mean);
    }
  }

  @Test
  void last_graphWithDeletedCheckpoints_usesWhatIsThere() throws IOException {
    ComputationGraph graph = TestNetworks.graph(1);
    graph.setListeners(checkpoints().keepLast(2).build());
    graph.fit(new SingletonDataSetIterator(DATA), 5);
    try (Ensemble votes = CheckpointVoting.last(folder, 1)) {
      assertThat(votes.output(DATA.getFeatures()))
          .isEqualTo(graph.outputSingle(DATA.getFeatures()));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointVoting.last(folder, 3))
        .withMessageContaining("which is 2, got 3");
  }

  @Test
  void last_emptyFolder_saysWhatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointVoting.last(folder, 3))
        .withMessageContaining("checkpointInfo.txt is missing in " + folder);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointVoting.last(folder, 0))
        .withMessage("k must be >= 1, got 0");
  }

  @Test
  void last_tornRecord_namesIt() throws IOException {
    for (String record : new String[] {"", "header\n1,2,3\n"}) {
      Files.writeString(folder.toPath().resolve("checkpointInfo.txt"), record);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> CheckpointVoting.last(folder, 1))
          .withMessageContaining("cannot read the record of checkpoints " + folder);
    }
  }

  @Test
  void last_tornCheckpoint_namesTheFile() throws IOException {
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(checkpoints().keepAll().build());
    net.fit(new SingletonDataSetIterator(DATA), 2);
    File torn = CheckpointListener.getFileForCheckpoint(folder, 1);
    byte[] bytes = Files.readAllBytes(torn.toPath());
    Files.write(torn.toPath(), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> CheckpointVoting.last(folder, 2))
        .withMessageContaining("cannot read a network from " + torn);
  }
}
