package io.github.dl4jx.studies.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.studies.ensembles.MemberCurve;
import io.github.dl4jx.studies.ensembles.OneNetwork;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The curves of {@link BoostingStudy}, each by its name.
 *
 * @param setting of the curves
 * @param train training data
 * @param test test data
 */
record BoostingCurves(MemberCurve.Setting setting, DataSet train, DataSet test) {

  static final int UNITS = 5;
  static final double RATE = 0.003;
  static final int EPOCHS = 2;
  static final double GRADIENT_RATE = 1;

  /** As many parameters as a hidden layer of five units has, up to three in a hundred. */
  private static final int[][] DEEP_TO_WIDE = {
    {UNITS, UNITS, UNITS, UNITS}, {UNITS, UNITS}, {UNITS}
  };

  private static MultiLayerConfiguration network(boolean scores, int... hidden) {
    return MnistNetwork.layers(scores, Activation.TANH, RATE, hidden);
  }

  /** The curve of a name. */
  List<CurvePoint> curve(String name, long seed) {
    return name.startsWith("one network")
        ? OneNetwork.points(setting, name, seed, single(name, seed))
        : ensemble(name, seed);
  }

  /** Configurations in the order of the setting.members(): each kind for a third of them. */
  private MultiLayerConfiguration[] ordered(boolean scores, boolean deepFirst) {
    return IntStream.range(0, setting.members())
        .mapToObj(
            round -> {
              int kind = round * DEEP_TO_WIDE.length / setting.members();
              int[] hidden = DEEP_TO_WIDE[deepFirst ? kind : DEEP_TO_WIDE.length - 1 - kind];
              return network(scores, hidden);
            })
        .toArray(MultiLayerConfiguration[]::new);
  }

  /** What one network says that costs as much as 1, 2, .. members. */
  private List<INDArray> single(String name, long seed) {
    if (name.endsWith("trained on")) {
      return OneNetwork.checkpoints(
          network(false, UNITS), seed, setting.members(), EPOCHS, train, test);
    }
    return IntStream.rangeClosed(1, setting.members())
        .mapToObj(n -> network(false, n * UNITS))
        .flatMap(wide -> OneNetwork.checkpoints(wide, seed, 1, EPOCHS, train, test).stream())
        .collect(Collectors.toList());
  }

  private List<CurvePoint> ensemble(String name, long seed) {
    boolean ordered = name.contains(" to ");
    boolean deepFirst = name.endsWith("deep to wide");
    if (name.equals("bagging")) {
      Bagging bagging =
          Bagging.of(network(false, UNITS)).members(setting.members()).seed(seed).build();
      return points(name, seed, bagging);
    }
    if (name.startsWith("AdaBoost")) {
      AdaBoost.Builder boosting =
          ordered ? AdaBoost.of(ordered(false, deepFirst)) : AdaBoost.of(network(false, UNITS));
      if (name.endsWith("weighted loss")) {
        boosting.weightedLoss();
      }
      return points(name, seed, boosting.rounds(setting.members()).seed(seed).build());
    }
    GradientBoosting.Builder boosting =
        ordered
            ? GradientBoosting.of(ordered(true, deepFirst))
            : GradientBoosting.of(network(true, UNITS));
    return points(
        name,
        seed,
        boosting.rounds(setting.members()).learningRate(GRADIENT_RATE).seed(seed).build());
  }

  private List<CurvePoint> points(String name, long seed, EnsembleTrainer trainer) {
    try (Ensemble ensemble = trainer.fit(TrainingData.of(train, MnistNetwork.BATCH), EPOCHS)) {
      List<INDArray> outputs = ensemble.memberOutputs(test.getFeatures(), null);
      return MemberCurve.of(setting, name, seed, outputs, ensemble.rule());
    }
  }
}
