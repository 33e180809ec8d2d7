package io.github.dl4jx.studies.biasvariance;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What is trained on each sample: a method with members of a size.
 *
 * @param members {@link #WEAK} or {@link #STRONG}
 * @param method name of the method
 * @param trainer of so many members
 */
record Learner(String members, String method, Trainer trainer) {

  static final String WEAK = "weak";
  static final String STRONG = "strong";

  static final int WEAK_UNITS = 5;
  static final int STRONG_UNITS = 64;
  static final double WEAK_RATE = 0.01;
  static final double STRONG_RATE = 0.003;
  static final double GRADIENT_RATE = 1;

  static final String ONE = "one network";

  static final int BATCH = 100;

  /** The members' configuration. */
  private record Size(int units, double rate) {

    MultiLayerConfiguration network() {
      return MnistNetwork.layers(false, Activation.TANH, rate, units);
    }

    MultiLayerConfiguration regression() {
      return MnistNetwork.layers(true, Activation.TANH, rate, units);
    }
  }

  private static final Map<String, Size> SIZES = new LinkedHashMap<>();

  static {
    SIZES.put(WEAK, new Size(WEAK_UNITS, WEAK_RATE));
    SIZES.put(STRONG, new Size(STRONG_UNITS, STRONG_RATE));
  }

  /** A trainer of so many members, from a seed. */
  interface Trainer {
    EnsembleTrainer of(int members, long seed);
  }

  /** All of them, the methods of the weak members first. */
  static List<Learner> all() {
    List<Learner> all = new ArrayList<>();
    SIZES.forEach(
        (name, size) -> {
          all.add(
              new Learner(
                  name, ONE, (n, s) -> DeepEnsemble.of(size.network()).members(1).seed(s).build()));
          all.add(
              new Learner(
                  name,
                  "bagging",
                  (n, s) -> Bagging.of(size.network()).members(n).seed(s).build()));
          all.add(
              new Learner(
                  name,
                  "deep ensemble",
                  (n, s) -> DeepEnsemble.of(size.network()).members(n).seed(s).build()));
          all.add(
              new Learner(
                  name,
                  "AdaBoost",
                  (n, s) -> AdaBoost.of(size.network()).rounds(n).seed(s).build()));
          all.add(
              new Learner(
                  name,
                  "AdaBoost.M2",
                  (n, s) -> AdaBoostM2.of(size.network()).rounds(n).seed(s).build()));
          all.add(
              new Learner(
                  name,
                  "gradient boosting",
                  (n, s) ->
                      GradientBoosting.of(size.regression())
                          .rounds(n)
                          .learningRate(GRADIENT_RATE)
                          .seed(s)
                          .build()));
        });
    return all;
  }

  String label() {
    return members + ", " + method;
  }

  /** Class probabilities for features, after training on a sample. */
  INDArray train(DataSet sample, int count, int epochs, long seed, INDArray features) {
    TrainingData data = TrainingData.of(sample, BATCH);
    try (Ensemble ensemble = trainer.of(count, seed).fit(data, epochs)) {
      return MnistNetwork.outputs(ensemble::output, features);
    }
  }
}
