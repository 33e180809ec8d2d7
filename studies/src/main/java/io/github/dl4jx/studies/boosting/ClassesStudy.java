package io.github.dl4jx.studies.boosting;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
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

/**
 * Boosting of networks with two small hidden layers on a generated problem of {@link ManyClasses},
 * beside a deep ensemble and bagging of as many.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each, every one on a problem of its own; the default is
 * 3. {@code -Dstudy.quick} makes 3 rounds of 2 epochs on 2,000 rows.
 */
public final class ClassesStudy implements Study {

  private static final int UNITS = 32;
  private static final double RATE = 0.003;
  private static final int BATCH = 128;

  private static final Map<String, Trainer> TRAINERS = new LinkedHashMap<>();

  static {
    TRAINERS.put("deep ensemble", (n, s) -> DeepEnsemble.of(network()).members(n).seed(s).build());
    TRAINERS.put("bagging", (n, s) -> Bagging.of(network()).members(n).seed(s).build());
    TRAINERS.put(
        "AdaBoost, resampling", (n, s) -> AdaBoost.of(network()).rounds(n).seed(s).build());
    TRAINERS.put(
        "AdaBoost, weighted loss",
        (n, s) -> AdaBoost.of(network()).rounds(n).seed(s).weightedLoss().build());
    TRAINERS.put(
        "AdaBoost.M2, resampling", (n, s) -> AdaBoostM2.of(network()).rounds(n).seed(s).build());
    TRAINERS.put(
        "AdaBoost.M2, weighted loss",
        (n, s) -> AdaBoostM2.of(network()).rounds(n).seed(s).weightedLoss().build());
  }

  /** A trainer of so many members, from a seed. */
  private interface Trainer {
    EnsembleTrainer of(int members, long seed);
  }

  private static MultiLayerConfiguration network() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(RATE))
        .weightInit(WeightInit.RELU)
        .activation(Activation.RELU)
        .list()
        .layer(new DenseLayer.Builder().nIn(ManyClasses.FEATURES).nOut(UNITS).build())
        .layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(UNITS)
                .nOut(ManyClasses.CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
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
                + " %d features; %s, each on a problem of its own.",
            name,
            RATE,
            BATCH,
            epochs,
            rows,
            ManyClasses.CLASSES,
            ManyClasses.FEATURES,
            Wording.count(runs, "run"));
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("members", "method"), " members", members);
    List<String> names = List.copyOf(TRAINERS.keySet());
    runner.run(
        names,
        runs,
        (method, seed, memberDone) -> {
          ManyClasses problem = new ManyClasses(seed);
          DataSet train = problem.rows(rows);
          DataSet test = problem.rows(8_000);
          MemberCurve.Setting setting =
              new MemberCurve.Setting("generated", name, test.getLabels(), members);
          Trainer made = Objects.requireNonNull(TRAINERS.get(method));
          EnsembleTrainer trainer = made.of(members, seed);
          try (Ensemble ensemble = trainer.fit(TrainingData.of(train, BATCH), epochs)) {
            IntStream.range(0, members).forEach(member -> memberDone.run());
            List<INDArray> outputs = ensemble.memberOutputs(test.getFeatures(), null);
            return MemberCurve.of(setting, method, seed, outputs, ensemble.rule());
          }
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
