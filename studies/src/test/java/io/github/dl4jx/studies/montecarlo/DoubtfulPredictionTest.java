package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.run.MnistNetwork;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class DoubtfulPredictionTest {

  private final MultiLayerNetwork net =
      MnistNetwork.network(1, new Sgd(0.1), new InvertedDropout(0.5));

  /** 1,000 times the same image: two batches. */
  private final INDArray images = Nd4j.ones(1000, 784).muli(0.5);

  private static double entropy(double[] p) {
    return -Arrays.stream(p).map(x -> x * Math.log(x)).sum();
  }

  @Test
  void besideTheMaxima_tinyProbabilities_areNotRoundedAway() {
    INDArray probabilities =
        Nd4j.createFromArray(new double[][] {{1e-20, 1, 2e-20}, {0.5, 0.5, 0}});
    assertThat(DoubtfulPrediction.besideTheMaxima(probabilities)[0])
        .isCloseTo(3e-20, within(1e-34));
    assertThat(DoubtfulPrediction.besideTheMaxima(probabilities)[1]).isEqualTo(0.5);
  }

  @Test
  void of_images_scalesByTheNetworksOwnOutput() {
    DoubtfulPrediction prediction = DoubtfulPrediction.of(net, images, 4, 1);
    assertThat(prediction.scaled()).isEqualTo(net.output(images));
    double[] p = net.output(images).getRow(501).toDoubleVector();
    assertThat(prediction.of(Doubt.SCALED_ENTROPY)[501]).isCloseTo(entropy(p), within(1e-6));
    // the probabilities of ten classes are rounded to 2^-24
    assertThat(prediction.of(Doubt.SCALED_MAXIMUM)[501])
        .isCloseTo(1 - Arrays.stream(p).max().orElseThrow(), within(1e-6));
  }

  @Test
  void of_images_entropyIsThatOfTheMean() {
    DoubtfulPrediction prediction = DoubtfulPrediction.of(net, images, 4, 1);
    assertThat(prediction.mean().shape()).containsExactly(1000, 10);
    assertThat(prediction.of(Doubt.ENTROPY)[501])
        .isCloseTo(entropy(prediction.mean().getRow(501).toDoubleVector()), within(1e-6));
  }

  @Test
  void of_sameMasks_isTheSame() {
    assertThat(DoubtfulPrediction.of(net, images, 4, 1).mean())
        .isEqualTo(DoubtfulPrediction.of(net, images, 4, 1).mean());
  }

  @Test
  void of_otherMasks_isAnother() {
    assertThat(DoubtfulPrediction.of(net, images, 4, 2).mean())
        .isNotEqualTo(DoubtfulPrediction.of(net, images, 4, 1).mean());
  }

  /** With one seed for all batches, the first images of two batches of a size would be alike. */
  @Test
  void of_moreImagesThanABatch_drawsOtherMasksForEachBatch() {
    double[] entropy = DoubtfulPrediction.of(net, images, 1, 1).of(Doubt.ENTROPY);
    assertThat(entropy[500]).isNotEqualTo(entropy[0]);
    assertThat(entropy[999]).isNotEqualTo(entropy[499]);
  }
}
