package io.github.dl4jx.ensembles.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class PosteriorSamplesTest {

  private static final DataSet DATA = TestNetworks.rings(60, 5);

  @TempDir File folder;

  @Test
  void ensemble_burnInAndThinning_isTheMeanOfTheWeightsAtTheseIterations() {
    PosteriorSamples samples = PosteriorSamples.every(3).burnIn(4).keepLast(2).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(samples);
    List<INDArray> outputs = new ArrayList<>();
    for (int iteration = 1; iteration <= 14; iteration++) {
      net.fit(DATA);
      outputs.add(net.output(DATA.getFeatures()));
      int taken = iteration < 7 ? 0 : iteration < 10 ? 1 : 2; // after 7, 10, 13; the last two
      assertThat(samples.size()).isEqualTo(taken);
    }
    Ensemble posterior = samples.ensemble();
    samples.close();
    INDArray mean = outputs.get(9).add(outputs.get(12)).div(2);
    assertThat(posterior.output(DATA.getFeatures())).isEqualTo(mean);
    assertThat(samples.size()).isZero();
  }

  @Test
  void ensemble_resumedRun_hasTheSamplesFromBefore() {
    PosteriorSamples whole = PosteriorSamples.every(2).burnIn(2).keepLast(10).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(whole);
    Training.fit(net, new ResumableIterator(DATA, 20, 7), 4, new File(folder, "whole"));
    for (int epochs : new int[] {2, 4}) {
      PosteriorSamples parts = PosteriorSamples.every(2).burnIn(2).keepLast(10).build();
      MultiLayerNetwork part = TestNetworks.network(1);
      part.setListeners(parts);
      Training.fit(part, new ResumableIterator(DATA, 20, 7), epochs, new File(folder, "parts"));
      if (epochs == 4) {
        assertThat(parts.size()).isEqualTo(whole.size()).isEqualTo(5);
        assertThat(parts.ensemble().output(DATA.getFeatures()))
            .isEqualTo(whole.ensemble().output(DATA.getFeatures()));
      }
    }
  }

  @Test
  void ensemble_constrainedWeights_areWithinTheConstraint() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(0.5))
            .constrainWeights(new MaxNormConstraint(0.3, 1))
            .list()
            .layer(new OutputLayer.Builder().nIn(2).nOut(3).activation(Activation.SOFTMAX).build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    PosteriorSamples samples = PosteriorSamples.every(1).burnIn(0).keepLast(3).build();
    net.setListeners(samples);
    for (int i = 0; i < 3; i++) {
      net.fit(DATA);
    }
    Ensemble posterior = samples.ensemble();
    for (int m = 0; m < 3; m++) {
      INDArray weights = ((MultiLayerNetwork) posterior.member(m)).getParam("0_W");
      assertThat(weights.norm2(1).maxNumber().doubleValue()).isLessThan(0.3 + 1e-6);
    }
    assertThat(((MultiLayerNetwork) posterior.member(2)).params()).isEqualTo(net.params());
  }

  @Test
  void ensemble_nothingCollected_saysSo() {
    PosteriorSamples samples = PosteriorSamples.every(3).burnIn(4).keepLast(2).build();
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setListeners(samples);
    net.fit(DATA);
    assertThatIllegalStateException()
        .isThrownBy(samples::ensemble)
        .withMessage(
            "no weights were collected in 1 iterations:"
                + " PosteriorSamples(burn-in 4, every 3, keep last 2)");
    MultiLayerNetwork other = TestNetworks.network(2);
    other.setListeners(samples);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.fit(DATA))
        .withMessage("a listener that collects weights must serve one network, got a second one");
  }

  @Test
  void new_badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PosteriorSamples.every(1).burnIn(-1).keepLast(1).build())
        .withMessage("burnIn must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PosteriorSamples.every(0).keepLast(1).build())
        .withMessage("every must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PosteriorSamples.every(1).keepLast(0).build())
        .withMessage("keepLast must be >= 1, got 0");
  }
}
