package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.random.internal.ForwardingIterator;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class TrainingTest {

  @TempDir File folder;

  private float[][] uninterrupted(Supplier<Model> network, Supplier<DataSetIterator> data) {
    return Runs.train(network.get(), data.get(), new File(folder, "whole"));
  }

  private void crash(Supplier<Model> network, Supplier<DataSetIterator> data, int iteration) {
    crash(network, data, Runs.crashAfter(iteration));
  }

  private void crash(
      Supplier<Model> network, Supplier<DataSetIterator> data, TrainingListener how) {
    Nd4j.getRandom().setSeed(System.nanoTime()); // the state of a new process is any
    assertThatExceptionOfType(Runs.Crash.class)
        .isThrownBy(() -> Runs.train(network.get(), data.get(), run(), how));
  }

  private File run() {
    return new File(folder, "run");
  }

  private void resume(Supplier<Model> network, Supplier<DataSetIterator> data, float[][] expected) {
    Nd4j.getRandom().setSeed(System.nanoTime());
    assertThat(Runs.train(network.get(), data.get(), run())).isDeepEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 6, 7, 12, 13, 14, 20})
  void fit_crashedAndRunAgain_reachesTheSameBits(int iteration) {
    float[][] expected = uninterrupted(Runs::network, Runs::iterator);
    crash(Runs::network, Runs::iterator, iteration);
    resume(Runs::network, Runs::iterator, expected);
  }

  @Test
  void fit_crashedInEveryIteration_reachesTheSameBits() {
    float[][] expected = uninterrupted(Runs::network, Runs::iterator);
    for (int i = 1; i < Runs.EPOCHS * Runs.BATCHES; i += 2) {
      crash(Runs::network, Runs::iterator, i);
    }
    resume(Runs::network, Runs::iterator, expected);
  }

  /** The newest checkpoint has all batches of the second epoch, which has not ended. */
  @Test
  void fit_crashedAtTheEndOfAnEpoch_endsItFirst() {
    float[][] expected = uninterrupted(Runs::network, Runs::iterator);
    crash(Runs::network, Runs::iterator, Runs.crashAtEndOf(1));
    assertThat(ResumableCheckpoints.resume(run()).orElseThrow().batch()).isEqualTo(Runs.BATCHES);
    crash(Runs::network, Runs::iterator, 17); // the fourth of the third epoch
    assertThat(ResumableCheckpoints.resume(run()).orElseThrow().batch()).isEqualTo(2);
    resume(Runs::network, Runs::iterator, expected);
  }

  @Test
  void fit_computationGraph_reachesTheSameBits() {
    float[][] expected = uninterrupted(Runs::graph, Runs::iterator);
    crash(Runs::graph, Runs::iterator, 9);
    resume(Runs::graph, Runs::iterator, expected);
  }

  /** An iterator of Deeplearning4j that is prefetched by another thread. */
  @Test
  void fit_anyIterator_isWoundToItsPlace() {
    Supplier<DataSetIterator> list = () -> new ListDataSetIterator<>(Runs.data().asList(), 8);
    float[][] expected = uninterrupted(Runs::network, list);
    crash(Runs::network, list, 3);
    crash(Runs::network, list, 10);
    resume(Runs::network, list, expected);
  }

  /** Several iterations make one batch, with the state of the LSTM passed on between them. */
  @Test
  void fit_truncatedBackpropagation_goesOnFromTheEndOfAnEpoch() {
    float[][] expected = uninterrupted(TrainingTest::recurrent, TrainingTest::sequences);
    crash(TrainingTest::recurrent, TrainingTest::sequences, 15);
    resume(TrainingTest::recurrent, TrainingTest::sequences, expected);
  }

  private static MultiLayerNetwork recurrent() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dropOut(0.8)
                .updater(new Adam(0.1))
                .list()
                .layer(new LSTM.Builder().nIn(2).nOut(3).build())
                .layer(
                    new RnnOutputLayer.Builder()
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    net.init();
    return net;
  }

  /** Ten sequences of twelve steps: five batches of three iterations each. */
  private static DataSetIterator sequences() {
    INDArray features = Nd4j.linspace(-1, 1, 10 * 2 * 12, DataType.FLOAT).reshape(10, 2, 12);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 10, 2, 12);
    for (int i = 0; i < 10 * 12; i++) {
      labels.putScalar(i / 12, i * 5 % 7 % 2, i % 12, 1);
    }
    return new ResumableIterator(new DataSet(features, labels), 2, 5);
  }

  @Test
  void fit_runThatIsDone_changesNothing() {
    float[][] expected = uninterrupted(Runs::network, Runs::iterator);
    Runs.train(Runs.network(), Runs.iterator(), run());
    resume(Runs::network, Runs::iterator, expected);
  }

  @Test
  void fit_afterwards_theNetworkHasItsOwnListeners() {
    MultiLayerNetwork net = Runs.network();
    ReproducibleTraining own = new ReproducibleTraining(1);
    net.setListeners(own);
    Training.fit(net, Runs.iterator(), 1, run());
    assertThat(net.getListeners()).containsExactly(own);
    assertThat(net.getEpochCount()).isEqualTo(1);
    assertThat(net.getIterationCount()).isEqualTo(Runs.BATCHES);
  }

  @Test
  void fit_anotherConfiguration_isRefusedBeforeAnythingChanges() {
    Runs.train(Runs.network(), Runs.iterator(), run());
    MultiLayerNetwork other = new MultiLayerNetwork(Runs.layers());
    other.getLayerWiseConfigurations().getConf(0).getLayer().setLayerName("renamed");
    other.init();
    float[] before = other.params().toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Runs.train(other, Runs.iterator(), run()))
        .withMessageContaining("is of a network with another configuration: it has \"layerName\"")
        .withMessageContaining("renamed")
        .withMessageContaining("Use another folder");
    assertThat(other.params().toFloatVector()).isEqualTo(before);
    assertThat(other.getIterationCount()).isZero();
  }

  @Test
  void fit_otherListeners_isRefusedBeforeAnythingChanges() {
    Runs.train(Runs.network(), Runs.iterator(), run());
    MultiLayerNetwork net = Runs.network();
    float[] before = net.params().toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(net, Runs.iterator(), 3, run()))
        .withMessageContaining("has the states of the listeners [ema(decay=0.9, warmup=ratio")
        .withMessageContaining("swa(startEpoch=1, everyEpochs=1)")
        .withMessageContaining("the network has []: set the same ones in the same order");
    assertThat(net.params().toFloatVector()).isEqualTo(before);
  }

  @Test
  void fit_anotherKindOfNetwork_isRefused() {
    Runs.train(Runs.network(), Runs.iterator(), run());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Runs.train(Runs.graph(), Runs.iterator(), run()))
        .withMessageContaining("is of a MULTI_LAYER_NETWORK, got COMPUTATION_GRAPH");
  }

  @Test
  void fit_noEpochs_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(Runs.network(), Runs.iterator(), 0, run()))
        .withMessage("epochs must be >= 1, got 0");
  }

  /** Dropout of Deeplearning4j, which the configuration has, draws from ND4J's generator. */
  @Test
  void reproducibleTraining_numbersDrawnInBetween_changeNothing() {
    List<float[]> results = new ArrayList<>();
    for (int drawn = 0; drawn < 2; drawn++) {
      MultiLayerNetwork net = Runs.network();
      net.setListeners(new ReproducibleTraining(9));
      for (int epoch = 0; epoch < 2; epoch++) {
        Nd4j.randn(DataType.FLOAT, 1 + 10 * drawn);
        net.fit(Runs.iterator());
      }
      results.add(net.params().toFloatVector());
    }
    MultiLayerNetwork otherSeed = Runs.network();
    otherSeed.setListeners(new ReproducibleTraining(10));
    otherSeed.fit(Runs.iterator(), 2);
    assertThat(results.get(1))
        .isEqualTo(results.get(0))
        .isNotEqualTo(otherSeed.params().toFloatVector());
  }

  /** Deeplearning4j's thread that fetches ahead would leave the training waiting for ever. */
  @Test
  @Timeout(60)
  void fit_dataThatFailsWithAnError_endsWithIt() {
    DataSetIterator failing =
        new ForwardingIterator(Runs.iterator()) {
          private int calls;

          @Override
          public boolean asyncSupported() {
            return true;
          }

          @Override
          public DataSet next() {
            if (++calls == 3) {
              throw new LinkageError("no codec");
            }
            return super.next();
          }
        };
    assertThatThrownBy(() -> Training.fit(Runs.network(), failing, 1, folder))
        .isInstanceOf(LinkageError.class)
        .hasMessage("no codec");
  }
}
