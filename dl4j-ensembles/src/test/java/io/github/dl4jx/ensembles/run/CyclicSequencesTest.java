package io.github.dl4jx.ensembles.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** Cyclic learning rates with truncated backpropagation, inside wrappers, and for biases. */
class CyclicSequencesTest {

  /** 5 time steps: segments of 2, 2 and 1. */
  private static final DataSet SEQUENCES = sequences(12, 5);

  private static final TrainingData TRAINING = TrainingData.of(SEQUENCES, 5); // 3 batches

  @TempDir File folder;

  /** A rate by iteration t = 1, 2, .. */
  private static final class Rate implements ISchedule {

    private static final long serialVersionUID = 1;

    private final transient IntToDoubleFunction rate;

    Rate(IntToDoubleFunction rate) {
      this.rate = rate;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
      return rate.applyAsDouble(iteration + 1);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  private static DataSet sequences(int n, int steps) {
    Random random = new Random(3);
    INDArray x = Nd4j.zeros(n, 2, steps);
    INDArray y = Nd4j.zeros(n, 2, steps);
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < steps; t++) {
        x.putScalar(new int[] {i, 0, t}, random.nextGaussian());
        x.putScalar(new int[] {i, 1, t}, random.nextGaussian());
        y.putScalar(new int[] {i, random.nextInt(2), t}, 1);
      }
    }
    return new DataSet(x, y);
  }

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(1).updater(updater);
  }

  private static RnnOutputLayer output(int in) {
    return new RnnOutputLayer.Builder().nIn(in).nOut(2).activation(Activation.SOFTMAX).build();
  }

  private static MultiLayerConfiguration truncated(IUpdater updater) {
    return base(updater)
        .list()
        .layer(new LSTM.Builder().nIn(2).nOut(3).build())
        .layer(output(3))
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(2)
        .build();
  }

  private static ComputationGraphConfiguration truncatedGraph(IUpdater updater) {
    return base(updater)
        .graphBuilder()
        .addInputs("in")
        .addLayer("lstm", new LSTM.Builder().nIn(2).nOut(3).build(), "in")
        .addLayer("out", output(3), "lstm")
        .setOutputs("out")
        .setInputTypes(InputType.recurrent(2))
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(2)
        .build();
  }

  /** Layers inside a wrapper, and biases with an updater of their own. */
  private static MultiLayerConfiguration wrapped(IUpdater updater) {
    return base(updater)
        .biasUpdater(updater)
        .list()
        .layer(new Bidirectional(new LSTM.Builder().nIn(2).nOut(3).build()))
        .layer(output(6))
        .setInputType(InputType.recurrent(2))
        .build();
  }

  /** Weights after each iteration of Deeplearning4j's own under the rate. */
  private static List<INDArray> reference(MultiLayerConfiguration conf, long seed, int epochs) {
    conf.getConfs().forEach(c -> c.setSeed(Seeds.derive(seed, 2)));
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    List<INDArray> weights = new ArrayList<>();
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            weights.add(model.params().dup());
          }
        });
    ResumableIterator batches = new ResumableIterator(SEQUENCES, 5, Seeds.derive(seed, 1));
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(batches);
    }
    return weights;
  }

  private static void assertMembers(Ensemble ensemble, List<INDArray> weights, int... iterations) {
    assertThat(ensemble.size()).isEqualTo(iterations.length);
    for (int m = 0; m < iterations.length; m++) {
      assertThat(ensemble.member(m).params().distance2(weights.get(iterations[m] - 1)))
          .isLessThan(1e-5);
    }
  }

  private static IUpdater cosine(int cycle) {
    return new Sgd(new Rate(t -> 0.4 / 2 * (Math.cos(Math.PI * ((t - 1) % cycle) / cycle) + 1)));
  }

  @Test
  void snapshots_truncatedBackpropagation_countSegments() {
    // 2 epochs of 3 batches of 3 segments: T = 18, C = ceil(18 / 4) = 5
    List<INDArray> weights = reference(truncated(cosine(5)), 9, 2);
    assertThat(weights).hasSize(18);
    List<String> told = new ArrayList<>();
    SnapshotEnsemble.Builder builder =
        SnapshotEnsemble.of(truncated(new Sgd(0.1))).cycles(4).learningRate(0.4).seed(9);
    builder
        .keepLast(3)
        .progress((m, finished, all, net) -> told.add(m + " " + finished + "/" + all));
    assertMembers(builder.build().fit(TRAINING, 2), weights, 10, 15, 18);
    assertThat(told).containsExactly("0 1/4", "1 2/4", "2 3/4", "3 4/4");
    Ensemble graph =
        SnapshotEnsemble.of(truncatedGraph(new Sgd(0.1)))
            .cycles(4)
            .learningRate(0.4)
            .seed(9)
            .build()
            .fit(TRAINING, 2);
    assertMembers(graph, weights, 5, 10, 15, 18);
  }

  @Test
  void snapshots_killedAndResumed_goOnCounting() {
    List<String> told = new ArrayList<>();
    SnapshotEnsemble.Builder builder =
        SnapshotEnsemble.of(truncated(new Sgd(0.1))).cycles(4).keepLast(2).seed(9);
    Ensemble whole = builder.build().fit(TRAINING, 2);
    builder.resumeIn(folder).progress((m, finished, all, net) -> told.add(finished + "/" + all));
    Ensemble first = builder.build().fit(TRAINING, 2);
    assertThat(told).containsExactly("1/4", "2/4", "3/4", "4/4");
    assertThat(first.member(1).params()).isEqualTo(whole.member(1).params());
  }

  @Test
  void fastGeometric_truncatedBackpropagation_countsSegments() {
    // 1 epoch of 9 segments before, cycles of 2 epochs: c = 18, middle after 9 + 9
    IntToDoubleFunction rate =
        t -> {
          if (t <= 9) {
            return 0.2;
          }
          double s = ((t - 9 - 1) % 18 + 1) / 18.0;
          return s <= 0.5
              ? (1 - 2 * s) * 0.2 + 2 * s * 0.01
              : (2 - 2 * s) * 0.01 + (2 * s - 1) * 0.2;
        };
    List<INDArray> weights = reference(truncated(new Sgd(new Rate(rate))), 9, 4);
    FastGeometricEnsemble trainer =
        FastGeometricEnsemble.of(truncated(new Sgd(0.1)))
            .cycles(2)
            .cycleEpochs(2)
            .learningRates(0.2, 0.01)
            .seed(9)
            .build();
    assertMembers(trainer.fit(TRAINING, 1), weights, 18, 36);
  }

  @Test
  void snapshots_wrappersAndBiasUpdaters_trainAtTheRate() {
    // 4 epochs of 3 batches: T = 12, C = 6
    List<INDArray> weights = reference(wrapped(cosine(6)), 9, 4);
    Ensemble snapshots =
        SnapshotEnsemble.of(wrapped(new Sgd(0.001)))
            .cycles(2)
            .learningRate(0.4)
            .seed(9)
            .build()
            .fit(TRAINING, 4);
    assertMembers(snapshots, weights, 6, 12);
  }

  @Test
  void snapshots_updaterWithoutRate_isRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnapshotEnsemble.of(wrapped(new AdaDelta())).build().fit(TRAINING, 4))
        .withMessageContaining("parameter fW of layer")
        .withMessageContaining("AdaDelta");
  }

  @Test
  void snapshots_noTimeSeriesOfOneLength_areRefused() {
    DataSet flat = TestNetworks.rings(12, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SnapshotEnsemble.of(truncated(new Sgd(0.1)))
                    .build()
                    .fit(TrainingData.of(flat, 5), 4))
        .withMessageContaining("with truncated backpropagation features must be time series");
  }

  @Test
  void snapshots_frozenLayerUnderL2_stays() {
    MultiLayerConfiguration conf =
        base(new Sgd(0.1))
            .l2(0.1)
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(4).build())
            .layer(new FrozenLayerWithBackprop(new DenseLayer.Builder().nIn(4).nOut(4).build()))
            .layer(new OutputLayer.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build())
            .build();
    DataSet rings = TestNetworks.rings(12, 5);
    Ensemble snapshots =
        SnapshotEnsemble.of(conf).cycles(2).build().fit(TrainingData.of(rings, 5), 4);
    assertThat(snapshots.member(0).getParam("1_W")).isEqualTo(snapshots.member(1).getParam("1_W"));
    assertThat(snapshots.member(0).getParam("0_W"))
        .isNotEqualTo(snapshots.member(1).getParam("0_W"));
  }
}
