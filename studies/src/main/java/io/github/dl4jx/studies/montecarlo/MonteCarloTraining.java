package io.github.dl4jx.studies.montecarlo;

import static io.github.dl4jx.studies.montecarlo.Measurement.MONTE_CARLO;
import static io.github.dl4jx.studies.montecarlo.Measurement.WEIGHT_SCALING;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * One training run with dropout, and what Monte-Carlo dropout makes of the network.
 *
 * @param data label of the data
 * @param train the training data
 * @param test the test data
 * @param some the part of the test data that is turned, and told from other images
 * @param epochs how long the training is
 * @param maskSeeds how often the test data is predicted, each time with other masks
 */
record MonteCarloTraining(
    String data, DataSet train, DataSet test, DataSet some, int epochs, int maskSeeds) {

  static final int HIDDEN = 512;
  static final double INPUT_RETAIN = 0.8;
  static final double HIDDEN_RETAIN = 0.5;
  static final double RATE = 1e-3;

  /** Numbers of masks. */
  static final List<Integer> SAMPLES = List.of(1, 2, 5, 10, 20, 50, 100);

  static final int MOST_SAMPLES = Collections.max(SAMPLES);

  /** Number of masks where uncertainty is measured. */
  static final int UNCERTAINTY_SAMPLES = 50;

  /** By how much digits are turned, in degrees. */
  static final List<Integer> ANGLES = IntStream.rangeClosed(0, 12).mapToObj(i -> 15 * i).toList();

  // Names in the CSV. The measures of uncertainty are in Doubt.
  static final String ALL_DIGITS = "all test digits";
  static final String ACCURACY = "accuracy";
  static final String NLL = "NLL";
  static final String BRIER = "Brier";
  static final String ECE = "ECE";

  static String turned(int degrees) {
    return "digits turned by " + degrees;
  }

  private static final How SCALED = new How(WEIGHT_SCALING, 1, 0);
  private static final How UNCERTAIN = new How(MONTE_CARLO, UNCERTAINTY_SAMPLES, 1);

  /** How a prediction is made: columns of the CSV. */
  private record How(String prediction, int samples, long masks) {}

  /** The measurements of one run. */
  private record Lines(String data, long seed, List<Measurement> all) {

    void add(String images, How how, String measure, double value) {
      all.add(
          new Measurement(
              data, seed, images, how.prediction(), how.samples(), how.masks(), measure, value));
    }

    void add(String images, How how, ClassificationScores scores) {
      add(images, how, ACCURACY, scores.accuracy());
      add(images, how, NLL, scores.nll());
      add(images, how, BRIER, scores.brier());
      add(images, how, ECE, scores.ece());
    }
  }

  /** Number of steps of a run, for its progress. */
  int steps() {
    return epochs + maskSeeds + 1;
  }

  /**
   * Trains and measures.
   *
   * @param seed seed of the weights, of dropout and of the order of the examples
   * @param stepDone called after every step
   */
  List<Measurement> run(long seed, Runnable stepDone) {
    Lines lines = new Lines(data, seed, new ArrayList<>());
    MultiLayerNetwork net = network(seed);
    try {
      ResumableIterator iterator = MnistNetwork.iterator(train, seed);
      for (int epoch = 0; epoch < epochs; epoch++) {
        net.fit(iterator);
        stepDone.run();
      }
      INDArray scaled = net.output(test.getFeatures());
      lines.add(ALL_DIGITS, SCALED, ClassificationScores.of(test.getLabels(), scaled));
      for (long masks = 1; masks <= maskSeeds; masks++) {
        predictOften(net, masks, lines);
        stepDone.run();
      }
      measureDoubts(net, lines);
      stepDone.run();
      return lines.all();
    } finally {
      Network.of(net).release();
    }
  }

  private MultiLayerNetwork network(long seed) {
    int iterations = epochs * MnistNetwork.batches(train);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.XAVIER)
                .updater(
                    new Adam(
                        CosineAnnealingSchedule.once(ScheduleType.ITERATION, RATE, 0, iterations)))
                .list()
                .layer(hidden(784, INPUT_RETAIN))
                .layer(hidden(HIDDEN, HIDDEN_RETAIN))
                .layer(
                    new OutputLayer.Builder()
                        .nIn(HIDDEN)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .dropOut(new InvertedDropout(HIDDEN_RETAIN))
                        .build())
                .build());
    net.init();
    return net;
  }

  private static DenseLayer hidden(int inputs, double retain) {
    return new DenseLayer.Builder()
        .nIn(inputs)
        .nOut(HIDDEN)
        .activation(Activation.RELU)
        .dropOut(new InvertedDropout(retain))
        .build();
  }

  /** With the most masks; smaller numbers take the first ones of them. */
  private void predictOften(MultiLayerNetwork net, long masks, Lines lines) {
    Map<Integer, List<INDArray>> means = new LinkedHashMap<>();
    SAMPLES.forEach(count -> means.put(count, new ArrayList<>()));
    DoubtfulPrediction.sample(
        net,
        test.getFeatures(),
        MOST_SAMPLES,
        masks,
        (before, prediction) ->
            means.forEach(
                (count, batches) ->
                    batches.add(
                        prediction.samples().get(NDArrayIndex.interval(0, count)).mean(0))));
    means.forEach(
        (count, batches) ->
            lines.add(
                ALL_DIGITS,
                new How(MONTE_CARLO, count, masks),
                ClassificationScores.of(
                    test.getLabels(), Nd4j.concat(0, batches.toArray(INDArray[]::new)))));
  }

  private void measureDoubts(MultiLayerNetwork net, Lines lines) {
    INDArray digits = some.getFeatures();
    DoubtfulPrediction upright = doubtful(net, digits);
    for (int degrees : ANGLES) {
      DoubtfulPrediction p =
          degrees == 0 ? upright : doubtful(net, new Rotation(degrees).of(digits));
      lines.add(turned(degrees), SCALED, ACCURACY, accuracy(p.scaled()));
      lines.add(turned(degrees), UNCERTAIN, ACCURACY, accuracy(p.mean()));
      for (Doubt doubt : Doubt.values()) {
        double mean = Arrays.stream(p.of(doubt)).average().orElseThrow();
        lines.add(turned(degrees), how(doubt), doubt.measure(), mean);
      }
    }
    ForeignImages.like(digits)
        .forEach(
            (kind, images) -> {
              DoubtfulPrediction p = doubtful(net, images);
              for (Doubt doubt : Doubt.values()) {
                double area = Auroc.of(upright.of(doubt), p.of(doubt));
                lines.add(kind, how(doubt), doubt.auroc(), area);
              }
            });
  }

  private static DoubtfulPrediction doubtful(MultiLayerNetwork net, INDArray images) {
    return DoubtfulPrediction.of(net, images, UNCERTAIN.samples(), UNCERTAIN.masks());
  }

  private static How how(Doubt doubt) {
    return doubt.prediction().equals(WEIGHT_SCALING) ? SCALED : UNCERTAIN;
  }

  private double accuracy(INDArray probabilities) {
    return ClassificationScores.of(some.getLabels(), probabilities).accuracy();
  }
}
