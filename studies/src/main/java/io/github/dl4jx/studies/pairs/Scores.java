package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Collects the scores of one trial with one seed. */
final class Scores {

  /** No answer is a wrong one. */
  private static final double DIVERGED_ERROR = 100;

  private final String data;
  private final String trial;
  private final long seed;
  private final DataSet test;
  private final List<Score> all = new ArrayList<>();

  Scores(String data, String trial, long seed, DataSet test) {
    this.data = data;
    this.trial = trial;
    this.seed = seed;
    this.test = test;
  }

  /** Of class probabilities for the test data; if training has diverged, the error alone. */
  void add(String side, INDArray probabilities) {
    if (probabilities.isNaN().any()) {
      add(side, Measure.ERROR, DIVERGED_ERROR);
      return;
    }
    ClassificationScores scores = ClassificationScores.of(test.getLabels(), probabilities);
    add(side, Measure.ERROR, 100 - 100 * scores.accuracy());
    add(side, Measure.NLL, scores.nll());
    add(side, Measure.ECE, scores.ece());
  }

  /** Of a network, which is then released. */
  void addAndRelease(String side, MultiLayerNetwork net) {
    try {
      add(side, outputs(net));
    } finally {
      Network.of(net).release();
    }
  }

  /** Of an ensemble, which is then closed. */
  void addAndClose(String side, Ensemble ensemble) {
    try (ensemble) {
      add(side, MnistNetwork.outputs(ensemble::output, test.getFeatures()));
    }
  }

  void add(String side, Measure measure, double value) {
    all.add(new Score(data, trial, seed, side, measure.title(), value));
  }

  /** What a network says of the test data. */
  INDArray outputs(MultiLayerNetwork net) {
    return MnistNetwork.outputs(net::output, test.getFeatures());
  }

  List<Score> all() {
    return all;
  }
}
