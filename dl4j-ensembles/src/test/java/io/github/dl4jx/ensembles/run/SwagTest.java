package io.github.dl4jx.ensembles.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class SwagTest {

  private static final DataSet DATA = TestNetworks.rings(60, 5);
  private static final int RANK = 3;

  @TempDir File folder;

  /** Trains for 14 iterations, of which 4, 6, 8, 10, 12 and 14 are taken; their weights. */
  private static List<double[]> train(MultiLayerNetwork net, Swag swag) {
    net.setListeners(swag);
    List<double[]> taken = new ArrayList<>();
    for (int iteration = 1; iteration <= 14; iteration++) {
      net.fit(DATA);
      if (iteration > 3 && iteration % 2 == 0) {
        taken.add(net.params().dup().data().asDouble());
      }
    }
    assertThat(swag.size()).isEqualTo(taken.size()).isEqualTo(6);
    return taken;
  }

  private static double mean(List<double[]> weights, int upTo, int i) {
    return weights.subList(0, upTo).stream().mapToDouble(w -> w[i]).sum() / upTo;
  }

  private static double variance(List<double[]> weights, int i) {
    double mean = mean(weights, weights.size(), i);
    return weights.stream().mapToDouble(w -> (w[i] - mean) * (w[i] - mean)).sum() / weights.size();
  }

  @Test
  void ensemble_twoDraws_areTheFormulaOfTheWeightsThatWereTaken() {
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).scale(0.5).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    List<double[]> taken = train(net, swag);
    double scale = 0.5;
    int length = taken.get(0).length;
    List<INDArray> expected = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      KeyedRandom random = KeyedRandom.of(Seeds.derive(9, s), 0);
      INDArray z = Nd4j.create(DataType.DOUBLE, length + RANK);
      random.fillGaussian(z, 0);
      double[] w = new double[length];
      for (int i = 0; i < length; i++) {
        double low = 0;
        for (int k = 0; k < RANK; k++) { // the last three of six, each less the mean up to it
          int n = 4 + k;
          low += (taken.get(n - 1)[i] - mean(taken, n, i)) * z.getDouble(length + k);
        }
        double diagonal = Math.sqrt(variance(taken, i)) * z.getDouble(i);
        w[i] =
            mean(taken, 6, i)
                + Math.sqrt(scale) * (diagonal / Math.sqrt(2) + low / Math.sqrt(2.0 * (RANK - 1)));
      }
      MultiLayerNetwork drawn =
          ((MultiLayerNetwork) Network.of(net).view(Nd4j.create(w).castTo(DataType.FLOAT)).model());
      expected.add(drawn.output(DATA.getFeatures()));
    }

    Ensemble posterior = swag.ensemble(2, 9);

    List<INDArray> outputs = posterior.memberOutputs(DATA.getFeatures(), null);
    for (int s = 0; s < 2; s++) {
      assertThat(outputs.get(s).sub(expected.get(s)).amaxNumber().doubleValue())
          .isCloseTo(0, within(1e-5));
    }
    assertThat(outputs.get(0).sub(outputs.get(1)).amaxNumber().doubleValue()).isGreaterThan(1e-3);
  }

  @Test
  void ensemble_constrainedNetwork_drawsWithinTheConstraint() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.5))
                .constrainWeights(new MaxNormConstraint(0.3, 1))
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(2).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).scale(2).build();
    train(net, swag);
    Ensemble posterior = swag.ensemble(4, 9);
    for (int s = 0; s < 4; s++) {
      INDArray weights = ((MultiLayerNetwork) posterior.member(s)).getParam("0_W");
      assertThat(weights.norm2(1).maxNumber().doubleValue()).isLessThan(0.3 + 1e-6);
    }
  }

  @Test
  void ensemble_scaleZero_isTheMeanOfTheWeights() {
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).scale(0).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    List<double[]> taken = train(net, swag);
    double[] mean = new double[taken.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = mean(taken, 6, i);
    }
    INDArray expected =
        ((MultiLayerNetwork) Network.of(net).view(Nd4j.create(mean).castTo(DataType.FLOAT)).model())
            .output(DATA.getFeatures());

    INDArray output = swag.ensemble(2, 9).output(DATA.getFeatures());

    assertThat(output.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, within(1e-6));
  }

  @Test
  void ensemble_resumedRun_isThatOfTheWholeRun() {
    Swag whole = Swag.every(2).burnIn(2).rank(RANK).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(whole);
    Training.fit(net, new ResumableIterator(DATA, 20, 7), 4, new File(folder, "whole"));
    for (int epochs : new int[] {2, 4}) {
      Swag parts = Swag.every(2).burnIn(2).rank(RANK).build();
      MultiLayerNetwork part = TestNetworks.network(1);
      part.setListeners(parts);
      Training.fit(part, new ResumableIterator(DATA, 20, 7), epochs, new File(folder, "parts"));
      if (epochs == 4) {
        assertThat(parts.size()).isEqualTo(whole.size()).isEqualTo(5);
        assertThat(parts.ensemble(3, 1).output(DATA.getFeatures()))
            .isEqualTo(whole.ensemble(3, 1).output(DATA.getFeatures()));
      }
    }
  }

  @Test
  void ensemble_batchNormalization_hasStatisticsOfTheDrawnWeights() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(8).build())
                .layer(new BatchNormalization.Builder().nIn(8).nOut(8).build())
                .layer(
                    new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).scale(0).build();
    List<double[]> taken = train(net, swag);
    double[] mean = new double[taken.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = mean(taken, 6, i);
    }
    MultiLayerNetwork expected =
        ((MultiLayerNetwork)
            Network.of(net).view(Nd4j.create(mean).castTo(DataType.FLOAT)).model());
    BatchNormStatistics.refresh(expected, new ListDataSetIterator<>(DATA.asList(), 60));

    Ensemble posterior = swag.ensemble(1, 9, new ListDataSetIterator<>(DATA.asList(), 60));

    INDArray difference =
        posterior.output(DATA.getFeatures()).sub(expected.output(DATA.getFeatures()));
    assertThat(difference.amaxNumber().doubleValue()).isCloseTo(0, within(1e-5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swag.ensemble(1, 9))
        .withMessage(
            "data must be given if, and only if, the network has batch normalization that is not"
                + " frozen, got null");
  }

  @Test
  void ensemble_tooFewWeights_saysSo() {
    Swag swag = Swag.every(3).burnIn(4).rank(RANK).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(swag);
    for (int iteration = 0; iteration < 8; iteration++) {
      net.fit(DATA);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> swag.ensemble(2, 1))
        .withMessage(
            "the fit needs weights of 2 iterations, got 1 in 8 iterations:"
                + " Swag(burn-in 4, every 3, rank 3)");
    MultiLayerNetwork other = TestNetworks.network(2);
    other.setListeners(swag);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.fit(DATA))
        .withMessage("a Swag listener must serve one network, got a second one");
  }

  @Test
  void restore_foreignState_isRefusedAndChangesNothing() {
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    train(net, swag);
    INDArray before = swag.ensemble(2, 1).output(DATA.getFeatures());
    ListenerState own = swag.state();
    List<INDArray> fewer = own.arrays().subList(0, 4);
    MultiLayerNetwork other = new MultiLayerNetwork(TestNetworks.configuration(1, 5));
    other.init();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swag.restore(net, new ListenerState("another", own.values(), fewer)))
        .withMessage("a fit of rank 3 to 6 weights must have 5 arrays, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swag.restore(net, new ListenerState("another", Map.of(), own.arrays())))
        .withMessageContaining("must have a number of weights and of iterations, got -1 and -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Swag.every(2).burnIn(2).rank(RANK).build().restore(other, own))
        .withMessageContaining("array 0 of a fit must have the network's");
    assertThat(swag.ensemble(2, 1).output(DATA.getFeatures())).isEqualTo(before);
  }

  @Test
  void new_badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Swag.every(1).burnIn(-1).rank(2).build())
        .withMessage("burnIn must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Swag.every(0).rank(2).build())
        .withMessage("every must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Swag.every(1).rank(1).build())
        .withMessage("rank must be >= 2, got 1");
    Swag swag = Swag.every(1).rank(2).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swag.ensemble(0, 1))
        .withMessage("members must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Swag.every(1).scale(-1))
        .withMessage("scale must be finite and >= 0, got -1.0");
  }

  /** Frozen statistics are those of the network that they were learned in. */
  @Test
  void ensemble_frozenBatchNormalization_needsNoData() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new org.deeplearning4j.nn.conf.layers.misc.FrozenLayer(
                        new BatchNormalization.Builder().nIn(2).nOut(2).build()))
                .layer(
                    new OutputLayer.Builder().nIn(2).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    Swag swag = Swag.every(2).burnIn(2).rank(RANK).build();
    train(net, swag);
    assertThat(swag.ensemble(2, 9).size()).isEqualTo(2);
  }
}
