package io.github.dl4jx.studies.averaging;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One training run with all averages attached to it, each scored on the test data after every
 * epoch.
 *
 * <p>What is scored is always a copy, so the training is the same as without averages.
 *
 * @param train the training data
 * @param test the test data
 * @param epochs how long the training is
 */
record AveragedTraining(DataSet train, DataSet test, int epochs) {

  /** The weights of the training itself. */
  static final String RAW = "raw weights";

  /** The averages, as the CSV calls them. */
  static final List<String> AVERAGES =
      List.of("ema(0.99)", "ema(0.995), warm-up", "swa", "polyakRuppert");

  /** Number of epochs that swa and polyakRuppert leave out: the first half. */
  int skippedEpochs() {
    return epochs / 2;
  }

  private Map<String, WeightAveragingListener> averages() {
    int iterations = MnistNetwork.batches(train);
    List<WeightAveragingListener> listeners =
        List.of(
            WeightAveragingListener.ema(0.99).constantDecay().build(),
            WeightAveragingListener.ema(0.995).warmup().build(),
            WeightAveragingListener.swa(skippedEpochs()).build(),
            WeightAveragingListener.polyakRuppert(skippedEpochs() * iterations).build());
    Map<String, WeightAveragingListener> averages = new LinkedHashMap<>();
    for (int i = 0; i < listeners.size(); i++) {
      averages.put(AVERAGES.get(i), listeners.get(i));
    }
    return averages;
  }

  /**
   * Trains.
   *
   * @param data label of the data
   * @param network label of the network
   * @param seed seed of the order of the examples
   * @param net the network, not trained yet; released at the end
   * @param epochDone called after every epoch
   * @return the points of all curves
   */
  List<CurvePoint> run(
      String data, String network, long seed, MultiLayerNetwork net, Runnable epochDone) {
    Map<String, WeightAveragingListener> averages = averages();
    List<CurvePoint> points = new ArrayList<>();
    try {
      net.setListeners(new ArrayList<>(averages.values()));
      ResumableIterator iterator = MnistNetwork.iterator(train, seed);
      for (int epoch = 1; epoch <= epochs; epoch++) {
        net.fit(iterator);
        for (Map.Entry<String, MultiLayerNetwork> copy : copies(net, averages).entrySet()) {
          List<ClassificationScores> scores = scores(copy.getValue());
          for (int i = 0; i < scores.size(); i++) {
            points.add(
                CurvePoint.of(data, network, seed, epoch, copy.getKey(), i > 0, scores.get(i)));
          }
        }
        epochDone.run();
      }
      return points;
    } finally {
      averages.values().forEach(WeightAveragingListener::close);
      Network.of(net).release();
    }
  }

  private static Map<String, MultiLayerNetwork> copies(
      MultiLayerNetwork net, Map<String, WeightAveragingListener> averages) {
    Map<String, MultiLayerNetwork> copies = new LinkedHashMap<>();
    copies.put(RAW, (MultiLayerNetwork) Network.initialized("a member", net).copy().model());
    averages.forEach(
        (name, average) -> {
          if (average.updates() > 0) {
            copies.put(name, average.averagedNetwork(net));
          }
        });
    return copies;
  }

  /** Scores of a copy as it is and, if it has batch normalization, with refreshed statistics. */
  private List<ClassificationScores> scores(MultiLayerNetwork copy) {
    try {
      List<ClassificationScores> scores = new ArrayList<>();
      scores.add(MnistNetwork.scores(copy, test));
      if (Arrays.stream(copy.getLayers()).anyMatch(BatchNormalization.class::isInstance)) {
        // the order of the rows does not matter to the statistics
        BatchNormStatistics.refresh(
            copy, new ResumableIterator(train, MnistNetwork.SCORING_BATCH, 0).reusingBatches());
        scores.add(MnistNetwork.scores(copy, test));
      }
      return scores;
    } finally {
      Network.of(copy).release();
    }
  }
}
