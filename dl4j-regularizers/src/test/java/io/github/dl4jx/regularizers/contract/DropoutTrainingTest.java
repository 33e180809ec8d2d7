package io.github.dl4jx.regularizers.contract;

import static io.github.dl4jx.regularizers.contract.DropoutNetwork.batch;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.GRAPH_AS_LAYERS;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.NETWORK_OF_LAYERS;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.NOTHING_AT_TEST_TIME;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.RETAIN_ALL;
import static io.github.dl4jx.regularizers.contract.DropoutRow.dropout;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Networks with every dropout: trained, saved, and at test time. */
class DropoutTrainingTest {

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void fit_savedInMidTraining_goesOnBitForBit(DropoutRow row, @TempDir Path folder)
      throws Exception {
    for (Object dropout : row.forms()) {
      ComputationGraph graph = row.network(dropout).graph();
      DataSet batch = batch(row.input());
      DropoutNetwork.fit(graph, batch, 1, 4);
      Path file = folder.resolve("graph.zip");
      ModelSerializer.writeModel(graph, file.toFile(), true);
      ComputationGraph back = ComputationGraph.load(file.toFile(), true);
      assertThat(back.params()).isEqualTo(graph.params());
      DropoutNetwork.fit(graph, batch, 4, 8); // over the change of the schedule, at 5
      DropoutNetwork.fit(back, batch, 4, 8);
      assertThat(back.params()).isEqualTo(graph.params());
    }
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void fit_graph_isTheSameAsTheNetworkOfItsLayers(DropoutRow row) {
    row.assume(GRAPH_AS_LAYERS);
    ComputationGraph graph = row.network(row.seeded(0.5, 7)).graph();
    MultiLayerNetwork net = row.network(row.seeded(0.5, 7)).layers();
    net.setParams(graph.params());
    DataSet batch = batch(row.input());
    for (int step = 0; step < 3; step++) {
      graph.fit(batch);
      net.fit(batch);
    }
    assertThat(net.params()).isEqualTo(graph.params());
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void fit_retainAll_isThatWithoutDropoutBitForBit(DropoutRow row) {
    row.assume(RETAIN_ALL);
    DataSet batch = batch(row.input());
    ComputationGraph plain = row.plainNetwork().graph();
    for (Object all : new Object[] {row.unseeded(1), row.seeded(1, 7)}) {
      ComputationGraph graph = row.network(all).graph();
      ComputationGraph same = plain.clone();
      same.setParams(graph.params());
      DropoutNetwork.fit(graph, batch, 1, 4);
      DropoutNetwork.fit(same, batch, 1, 4);
      assertThat(graph.params()).isEqualTo(same.params());
      assertThat(graph.output(true, batch.getFeatures()))
          .isEqualTo(same.output(true, batch.getFeatures()));
    }
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void threads_trainNetworksWithOneDropout_asIfEachWereAlone(DropoutRow row) throws Exception {
    Object shared = row.unseeded(0.5);
    DataSet batch = batch(row.input());
    ComputationGraph alone = row.network(shared).graph();
    DropoutNetwork.fit(alone, batch, 1, 3);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CyclicBarrier together = new CyclicBarrier(2);
    try {
      List<Future<INDArray>> trained = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        ComputationGraph graph = row.network(shared).graph();
        DataSet own = batch.copy();
        trained.add(
            threads.submit(
                () -> {
                  for (int step = 1; step < 3; step++) {
                    together.await();
                    DropoutNetwork.fit(graph, own, step, step + 1);
                  }
                  Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
                  return graph.params();
                }));
      }
      for (Future<INDArray> params : trained) {
        assertThat(params.get()).isEqualTo(alone.params());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void output_atTestTime_drawsNothing(DropoutRow row) {
    ComputationGraph graph = row.network(row.unseeded(0.5)).graph();
    INDArray x = batch(row.input()).getFeatures();
    Nd4j.getRandom().setSeed(5);
    long next = Nd4j.getRandom().nextLong();
    Nd4j.getRandom().setSeed(5);
    INDArray once = graph.outputSingle(x);
    assertThat(Nd4j.getRandom().nextLong()).isEqualTo(next);
    assertThat(graph.output(true, x)[0]).isNotEqualTo(once);
    assertThat(graph.outputSingle(x)).isEqualTo(once);
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void output_atTestTime_isThatWithoutDropout(DropoutRow row) {
    row.assume(NOTHING_AT_TEST_TIME);
    INDArray x = batch(row.input()).getFeatures();
    ComputationGraph plain = row.plainNetwork().graph();
    for (Object dropout : row.forms()) {
      ComputationGraph graph = row.network(dropout).graph();
      plain.paramTable().forEach((key, param) -> param.assign(graph.getParam(key)));
      assertThat(graph.outputSingle(x)).isEqualTo(plain.outputSingle(x));
    }
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void summary_layerOrVertex_isNamedLikeItsConfiguration(DropoutRow row) {
    Object dropout = row.unseeded(0.5);
    String name = DropoutRow.part(dropout).getClass().getSimpleName();
    assertThat(row.network(dropout).graph().summary()).contains("dropped (" + name + ")");
    row.assume(NETWORK_OF_LAYERS);
    assertThat(row.network(dropout).layers().summary()).contains("(" + name + ")");
  }
}
