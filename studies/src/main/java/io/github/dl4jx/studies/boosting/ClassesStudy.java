package io.github.dl4jx.studies.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.ensembles.MemberCurve;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.training.TrainingData;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Boosting of networks with two small hidden layers on a generated problem of {@link ManyClasses},
 * beside a deep ensemble and bagging of as many, and beside trees that XGBoost boosts.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each, every one on a problem of its own; the default is
 * 3. {@code -Dstudy.quick} makes 3 rounds of 2 epochs on 2,000 rows.
 */
public final class ClassesStudy implements Study {

  private static final int UNITS = 20;
  private static final double RATE = 0.003;
  private static final int BATCH = 128;
  private static final double SHRINKAGE = 0.5;

  /** Rounds of boosted trees for a member: 300 in all. */
  private static final int MORE_TREES = 10;

  private static final Map<String, Method> METHODS = new LinkedHashMap<>();

  static {
    put("deep ensemble", (n, s) -> DeepEnsemble.of(network()).members(n).seed(s).build());
    put("bagging", (n, s) -> Bagging.of(network()).members(n).seed(s).build());
    put("AdaBoost, resampling", (n, s) -> AdaBoost.of(network()).rounds(n).seed(s).build());
    put(
        "AdaBoost, weighted loss",
        (n, s) -> AdaBoost.of(network()).rounds(n).seed(s).weightedLoss().build());
    put("AdaBoost.M2, resampling", (n, s) -> AdaBoostM2.of(network()).rounds(n).seed(s).build());
    put(
        "AdaBoost.M2, weighted loss",
        (n, s) -> AdaBoostM2.of(network()).rounds(n).seed(s).weightedLoss().build());
    put(
        "gradient boosting",
        (n, s) -> GradientBoosting.of(scores()).rounds(n).learningRate(SHRINKAGE).seed(s).build());
    METHODS.put(
        "XGBoost",
        (train, test, members, epochs, seed) -> XgBoost.stages(train, test, members, 1, seed));
    METHODS.put(
        "XGBoost, ten rounds a member",
        (train, test, members, epochs, seed) ->
            XgBoost.stages(train, test, members, MORE_TREES, seed));
  }

  /** What the first, the first two, .. members say about the test data. */
  private interface Method {
    List<INDArray> stages(DataSet train, DataSet test, int members, int epochs, long seed);
  }

  private static void put(String name, BiFunction<Integer, Long, EnsembleTrainer> trainer) {
    METHODS.put(
        name,
        (train, test, members, epochs, seed) -> {
          EnsembleTrainer made = trainer.apply(members, seed);
          try (Ensemble ensemble = made.fit(TrainingData.of(train, BATCH), epochs)) {
            return ensemble.stages(test.getFeatures());
          }
        });
  }

  private static MultiLayerConfiguration network() {
    return ending(
        new OutputLayer.Builder()
            .nIn(UNITS)
            .nOut(ManyClasses.CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
  }

  /** The same network with scores instead of probabilities, for gradient boosting. */
  private static MultiLayerConfiguration scores() {
    return ending(
        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
            .nIn(UNITS)
            .nOut(ManyClasses.CLASSES)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static MultiLayerConfiguration ending(OutputLayer last) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(RATE))
        .weightInit(WeightInit.RELU)
        .activation(Activation.RELU)
        .list()
        .layer(new DenseLayer.Builder().nIn(ManyClasses.FEATURES).nOut(UNITS).build())
        .layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build())
        .layer(last)
        .build();
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int members = quick ? 3 : 30;
    int epochs = context.epochs(quick ? 2 : 20);
    int rows = quick ? 2_000 : 12_000;
    int runs = context.runs(3);
    String name =
        String.format("%d-%d-%d-%d", ManyClasses.FEATURES, UNITS, UNITS, ManyClasses.CLASSES);
    String settings =
        String.format(
            "%s networks (ReLU, softmax), Adam %s, batch %d, %d epochs a member, %,d training rows"
                + " and 8,000 test rows of a generated problem: %d classes of three clusters each,"
                + " %d features; %s, each on a problem of its own. Gradient boosting: shrinkage %s."
                + " XGBoost: its defaults, a tree for each class and round.",
            name,
            RATE,
            BATCH,
            epochs,
            rows,
            ManyClasses.CLASSES,
            ManyClasses.FEATURES,
            Wording.count(runs, "run"),
            SHRINKAGE);
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("members", "method"), " members", members);
    List<String> names = List.copyOf(METHODS.keySet());
    runner.run(
        names,
        runs,
        (method, seed, memberDone) -> {
          ManyClasses problem = new ManyClasses(seed);
          DataSet train = problem.rows(rows);
          DataSet test = problem.rows(8_000);
          MemberCurve.Setting setting =
              new MemberCurve.Setting("generated", name, test.getLabels(), members);
          Method how = Objects.requireNonNull(METHODS.get(method));
          List<INDArray> stages = how.stages(train, test, members, epochs, seed);
          IntStream.range(0, members).forEach(member -> memberDone.run());
          return MemberCurve.of(setting, method, seed, stages);
        });
    CurveReport report =
        new CurveReport(
            "Boosting for many classes",
            settings,
            "members",
            "",
            runner.log().complete(names, runs));
    report.show(context.folder());
  }
}
