package io.github.dl4jx.ensembles.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class CyclicTrainersTest {

  private static final DataSet DATA = TestNetworks.rings(100, 5);
  private static final TrainingData TRAINING = TrainingData.of(DATA, 30); // 4 iterations an epoch

  @TempDir File folder;

  private static MultiLayerConfiguration sgd() {
    MultiLayerConfiguration conf = TestNetworks.configuration(1);
    conf.getConfs().forEach(c -> ((BaseLayer) c.getLayer()).setIUpdater(new Sgd(0.3)));
    return conf;
  }

  /** Weights after each iteration t = 1, 2, .. at a rate set by hand. */
  private static List<INDArray> reference(long seed, int epochs, IntToDoubleFunction rate) {
    MultiLayerConfiguration conf = sgd();
    conf.getConfs().forEach(c -> c.setSeed(Seeds.derive(seed, 2)));
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    ResumableIterator batches = new ResumableIterator(DATA, 30, Seeds.derive(seed, 1));
    List<INDArray> weights = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (batches.reset(); batches.hasNext(); ) {
        net.setLearningRate(rate.applyAsDouble(weights.size() + 1));
        net.fit(batches.next());
        weights.add(net.params().dup());
      }
    }
    return weights;
  }

  private static void assertMembers(Ensemble ensemble, List<INDArray> weights, int... iterations) {
    assertThat(ensemble.size()).isEqualTo(iterations.length);
    for (int m = 0; m < iterations.length; m++) {
      // the schedule is computed in another order of operations: last bits of the rate
      assertThat(ensemble.member(m).params().distance2(weights.get(iterations[m] - 1)))
          .isLessThan(1e-5);
    }
  }

  @Test
  void snapshots_threeCyclesOfTwentyIterations_areTheWeightsAtTheirEnds() {
    // T = 20, C = ceil(20 / 3) = 7
    List<INDArray> weights =
        reference(9, 5, t -> 0.4 / 2 * (Math.cos(Math.PI * ((t - 1) % 7) / 7) + 1));
    SnapshotEnsemble.Builder builder =
        SnapshotEnsemble.of(sgd()).cycles(3).learningRate(0.4).seed(9);
    assertMembers(builder.build().fit(TRAINING, 5), weights, 7, 14, 20);
    assertMembers(builder.keepLast(2).build().fit(TRAINING, 5), weights, 14, 20);
  }

  @Test
  void fastGeometric_twoCycles_areTheWeightsAtTheLowestRate() {
    // 1 epoch before, cycles of 2 epochs: c = 8, middles after 4 + 4 and 4 + 8 + 4 iterations
    List<INDArray> weights =
        reference(
            9,
            4,
            t -> {
              if (t <= 4) {
                return 0.2;
              }
              double s = ((t - 4 - 1) % 8 + 1) / 8.0;
              return s <= 0.5
                  ? (1 - 2 * s) * 0.2 + 2 * s * 0.01
                  : (2 - 2 * s) * 0.01 + (2 * s - 1) * 0.2;
            });
    FastGeometricEnsemble trainer =
        FastGeometricEnsemble.of(sgd())
            .cycles(2)
            .cycleEpochs(2)
            .learningRates(0.2, 0.01)
            .seed(9)
            .build();
    assertMembers(trainer.fit(TRAINING, 1), weights, 8, 16);
  }

  @Test
  void snapshots_killedInTheMiddle_goOnToTheSameWeights() {
    SnapshotEnsemble.Builder builder = SnapshotEnsemble.of(sgd()).cycles(4).seed(3);
    Ensemble whole = builder.build().fit(TRAINING, 6);
    EnsembleListener kill =
        (member, finished, members, network) -> {
          assertThat(members).isEqualTo(4);
          if (finished == 3) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.resumeIn(folder).progress(kill).build().fit(TRAINING, 6))
        .withMessage("killed");
    List<Integer> later = new ArrayList<>();
    Ensemble resumed =
        builder
            .progress((member, finished, members, network) -> later.add(finished))
            .build()
            .fit(TRAINING, 6);
    assertThat(later).doesNotContain(1, 2).contains(4);
    assertThat(resumed.size()).isEqualTo(4);
    for (int m = 0; m < 4; m++) {
      assertThat(resumed.member(m).params()).isEqualTo(whole.member(m).params());
    }
  }

  @Test
  void snapshots_interrupted_stop() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> SnapshotEnsemble.of(sgd()).build().fit(TRAINING, 1000));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void snapshots_divergedTraining_isRefused() {
    MultiLayerConfiguration conf = TestNetworks.regression(1);
    conf.getConfs().forEach(c -> ((BaseLayer) c.getLayer()).setIUpdater(new Sgd(1)));
    DataSet values = DATA.copy();
    values.setLabels(values.getFeatures().norm2(true, 1));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                SnapshotEnsemble.of(conf)
                    .cycles(1)
                    .learningRate(1e20)
                    .build()
                    .fit(TrainingData.of(values, 30), 3))
        .withMessage("the parameters are not finite any more: the training diverged");
  }

  @Test
  void snapshots_graph_equalTheNetworks() {
    Ensemble network =
        SnapshotEnsemble.of(TestNetworks.configuration(1)).cycles(2).build().fit(TRAINING, 2);
    Ensemble graph =
        SnapshotEnsemble.of(TestNetworks.graphConfiguration(1)).cycles(2).build().fit(TRAINING, 2);
    for (int m = 0; m < 2; m++) {
      assertThat(graph.member(m).params()).isEqualTo(network.member(m).params());
    }
  }

  @Test
  void settings_badValues_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnapshotEnsemble.of(sgd()).cycles(21).build().fit(TRAINING, 5))
        .withMessage("training must have at least the 21 iterations of cycles, got 20");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnapshotEnsemble.of(sgd()).cycles(2).keepLast(3).build())
        .withMessage("keepLast must be at most the 2 cycles, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SnapshotEnsemble.of(sgd())
                    .build()
                    .fit(TrainingData.streaming(() -> new ResumableIterator(DATA, 9, 1)), 1))
        .withMessageContaining("got a stream");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FastGeometricEnsemble.of(sgd()).cycleEpochs(3))
        .withMessage("cycleEpochs must be even and in [2, 10000], got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FastGeometricEnsemble.of(sgd()).learningRates(0.1, 0.2))
        .withMessage("low must be > 0 and at most high, got 0.2");
  }
}
