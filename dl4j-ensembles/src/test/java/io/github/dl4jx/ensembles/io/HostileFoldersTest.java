package io.github.dl4jx.ensembles.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import evil.Evil;
import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.checkpoint.CheckpointAveraging;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.checkpoint.Checkpoints;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.training.network.LoadPolicy;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Folders of checkpoints and of members in which one file was put by somebody else. */
class HostileFoldersTest {

  private static final DataSet DATA = new DataSet(Nd4j.rand(8, 2), Nd4j.rand(8, 1));

  /** A layer of the user's own. */
  public static class OwnLayer extends DenseLayer {
    public OwnLayer() {
      setNIn(2);
      setNOut(4);
    }
  }

  @TempDir File folder;
  private Path newest;
  private byte[] whole;

  @BeforeEach
  void train() throws IOException {
    ComputationGraph graph = HostileConfigurations.graph();
    graph.setListeners(
        new CheckpointListener.Builder(folder).logSaving(false).saveEveryEpoch().keepAll().build());
    graph.fit(new SingletonDataSetIterator(DATA), 3);
    newest = folder.toPath().resolve("checkpoint_2_ComputationGraph.zip");
    whole = Files.readAllBytes(newest);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Deeplearning4j declares it for either kind
  private static ScoreCalculator<Model> score() {
    return (ScoreCalculator) new DataSetLossCalculator(new SingletonDataSetIterator(DATA), true);
  }

  /** Refused whatever reads it, and left out if damaged files are. */
  private void assertLeftOut(String part) throws IOException {
    ScoreCalculator<Model> score = score();
    Checkpoints checkpoints = Checkpoints.in(folder);
    List<ThrowingCallable> readers =
        List.of(
            () -> CheckpointVoting.last(folder, 2),
            () -> CheckpointVoting.best(checkpoints, 2, score),
            () -> CheckpointAveraging.last(folder, 2),
            () -> CheckpointAveraging.greedySoup(checkpoints, score));
    for (ThrowingCallable reader : readers) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(reader)
          .withMessageContaining(newest.toString())
          .withMessageContaining(part);
    }
    try (Ensemble others = CheckpointVoting.last(checkpoints.skipDamaged(), 2)) {
      assertThat(others.size()).isEqualTo(2);
    }
    assertThat(System.getProperty(Evil.INITIALIZED)).isNull();
  }

  @Test
  void checkpoints_foreignClass_isRefused() throws IOException {
    for (Map.Entry<String, String> text : HostileConfigurations.all().entrySet()) {
      if (text.getKey().matches("(PROPERTY|ARRAY|TYPE_PARAMETER) in .*/hidden/layerConf/layer")) {
        byte[] json = text.getValue().getBytes(StandardCharsets.UTF_8);
        Files.write(newest, HostileZips.with(whole, HostileZips.JSON, json));
        assertLeftOut("evil.Evil$Dense");
      }
    }
  }

  @Test
  void checkpoints_noParameters_areRefused() throws IOException {
    byte[] none = HostileZips.with(whole, HostileZips.PARAMETERS, new byte[0]);
    Files.write(newest, HostileZips.with(none, "noParams.marker", new byte[0]));
    assertLeftOut("the parameters must be 15, as the configuration says, got 0");
  }

  @Test
  void checkpoints_fourSparseGigabytes_areRefused() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
      file.setLength(4L << 30);
    }
    assertLeftOut("its end is missing");
  }

  @Test
  void checkpoints_classOfTheUser_ifItIsAllowed() throws IOException {
    String text = HostileConfigurations.all().get("PROPERTY in /vertices/hidden/layerConf/layer");
    String own = text.replace("evil.Evil$Dense", OwnLayer.class.getName());
    Files.write(
        newest, HostileZips.with(whole, HostileZips.JSON, own.getBytes(StandardCharsets.UTF_8)));
    assertLeftOut("HostileFoldersTest$OwnLayer is not allowed");
    LoadPolicy policy = LoadPolicy.standard().allowing(OwnLayer.class);
    try (Ensemble all = CheckpointVoting.last(Checkpoints.in(folder).loading(policy), 3)) {
      assertThat(all.size()).isEqualTo(3);
    }
  }

  private static MultiLayerConfiguration ownConfiguration() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Sgd(0.1))
        .list()
        .layer(new OwnLayer())
        .layer(new OutputLayer.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  /** The classes of a configuration that the program itself has are trusted. */
  @Test
  void members_classOfTheUsersConfiguration_areNotTrainedAgain() throws IOException {
    File run = new File(folder, "run");
    DataSet rings = TestNetworks.rings(60, 1);
    List<Integer> trained = new ArrayList<>();
    for (int time = 0; time < 2; time++) {
      Bagging bagging =
          Bagging.of(ownConfiguration())
              .members(2)
              .memberListeners(
                  member -> {
                    trained.add(member);
                    return List.of();
                  })
              .resumeIn(run)
              .build();
      bagging.fit(new SingletonDataSetIterator(rings), 1).close();
      assertThat(trained).containsExactly(0, 1);
    }
  }

  @Test
  void members_foreignClass_isNotLoadedAndTheMemberTrainedAgain() throws IOException {
    File run = new File(folder, "run");
    DataSet rings = TestNetworks.rings(60, 1);
    Bagging bagging = Bagging.of(TestNetworks.configuration(1)).members(2).resumeIn(run).build();
    Model first;
    try (Ensemble ensemble = bagging.fit(new SingletonDataSetIterator(rings), 1)) {
      first = ensemble.member(0);
    }
    Path member = run.toPath().resolve("member-0.zip");
    byte[] good = Files.readAllBytes(member);
    String json =
        new String(HostileZips.entries(good).get(HostileZips.JSON), StandardCharsets.UTF_8);
    String evil = json.replace("org.deeplearning4j.nn.conf.layers.DenseLayer", "evil.Evil$Dense");
    assertThat(evil).isNotEqualTo(json);
    Files.write(
        member, HostileZips.with(good, HostileZips.JSON, evil.getBytes(StandardCharsets.UTF_8)));
    try (Ensemble again = bagging.fit(new SingletonDataSetIterator(rings), 1)) {
      assertThat(again.member(0).params()).isEqualTo(first.params());
    }
    assertThat(System.getProperty(Evil.INITIALIZED)).isNull();
  }
}
