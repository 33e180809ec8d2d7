package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.TemperatureScaling;
import io.github.dl4jx.ensembles.uncertainty.UncertainPrediction;
import io.github.dl4jx.studies.mnist.DrawnImages;
import io.github.dl4jx.studies.montecarlo.Auroc;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** A large network on few examples, trained until it knows them by heart. */
final class FewExamples {

  static final String PLAIN = "plain";
  static final String SCALED = "temperature";
  static final String DROPOUT = "dropout";
  static final String MASKS = "masks";

  private static final int EXAMPLES = 1000;
  private static final int[] HIDDEN = {256, 256};
  private static final int EPOCHS = 50;
  private static final int BATCH = 64;
  private static final double RATE = 1e-3;
  private static final double RETAIN_INPUTS = 0.8;
  private static final double RETAIN_UNITS = 0.5;

  private static final int IMAGES = 1000;
  private static final int SAMPLES = 30;

  static final String SETTING =
      String.format(
          "%,d examples, 784-256-256-10, Adam %s, batch %d, %d epochs",
          EXAMPLES, RATE, BATCH, EPOCHS);

  private FewExamples() {}

  static List<Trial> trials() {
    return List.of(
        new Trial("few-dropout", 8, FewExamples::dropout),
        new Trial("few-plain", 6, FewExamples::plain));
  }

  private static void plain(long seed, DataSet train, Scores scores) {
    MultiLayerNetwork net =
        Networks.trained(
            Networks.dense(seed, new Adam(RATE), HIDDEN),
            Networks.first(EXAMPLES, train),
            BATCH,
            EPOCHS);
    DataSet keptBack = (DataSet) train.getRange(EXAMPLES, 2 * EXAMPLES);
    TemperatureScaling scaling =
        TemperatureScaling.fit(keptBack.getLabels(), net.output(keptBack.getFeatures()));
    scores.add(SCALED, scaling.apply(scores.outputs(net)));
    scores.addAndRelease(PLAIN, net);
  }

  private static void dropout(long seed, DataSet train, Scores scores) {
    MultiLayerNetwork net =
        Networks.trained(
            Networks.dropout(seed, new Adam(RATE), RETAIN_INPUTS, RETAIN_UNITS, HIDDEN),
            Networks.first(EXAMPLES, train),
            BATCH,
            EPOCHS);
    INDArray digits =
        train.getFeatures().get(NDArrayIndex.interval(2 * EXAMPLES, 2 * EXAMPLES + IMAGES));
    INDArray letters = DrawnImages.letters(1, IMAGES);
    scores.add(
        DROPOUT,
        Measure.CONFUSION,
        1 - Auroc.of(entropy(net.output(digits)), entropy(net.output(letters))));
    scores.add(
        MASKS,
        Measure.CONFUSION,
        1 - Auroc.of(entropyOfMean(net, digits, seed), entropyOfMean(net, letters, seed)));
    scores.addAndRelease(DROPOUT, net);
  }

  /** Of one pass; both sides of the pair have the same measure of doubt. */
  private static double[] entropy(INDArray probabilities) {
    return UncertainPrediction.ofMembers(List.of(probabilities))
        .predictiveEntropy()
        .toDoubleVector();
  }

  private static double[] entropyOfMean(MultiLayerNetwork net, INDArray images, long seed) {
    return MonteCarloDropout.of(net)
        .samples(SAMPLES)
        .seed(seed)
        .build()
        .predict(images)
        .predictiveEntropy()
        .toDoubleVector();
  }
}
