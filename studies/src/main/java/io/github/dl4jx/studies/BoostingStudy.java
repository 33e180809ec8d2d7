package io.github.dl4jx.studies;

import io.github.dl4jx.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Boosting of small networks round by round, beside bagging and one network at the same training
 * cost: trained on for as many epochs, or as wide as all members together. Rounds that go from deep
 * networks to wide ones, the other way round, and all alike.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} makes 3
 * rounds on 5,000 examples.
 */
final class BoostingStudy implements Studies.Study {

  private static final List<String> NAMES =
      List.of(
          "one network, trained on",
          "one network, as wide as all",
          "bagging",
          "AdaBoost, resampling",
          "AdaBoost, weighted loss",
          "AdaBoost, deep to wide",
          "AdaBoost, wide to deep",
          "gradient boosting",
          "gradient boosting, deep to wide",
          "gradient boosting, wide to deep");

  @Override
  public void run(Path folder) throws IOException {
    boolean quick = Boolean.getBoolean("study.quick");
    int rounds = quick ? 3 : 20;
    int runs = Studies.runs(1);
    String data = Mnist.install().label();
    DataSet train = MnistNetwork.load(quick ? 5_000 : 60_000, true);
    DataSet test = MnistNetwork.load(10_000, false);
    String settings =
        String.format(
            "784-%d-10 networks (tanh, softmax), Adam %s, batch %d, %d epochs a round, %,d training examples, %d"
                + " run%s. Deep to wide: a third of the rounds each with 4, 2 and 1 hidden layers of"
                + " %d units. Gradient boosting: learning rate %s.",
            BoostingCurves.UNITS,
            BoostingCurves.RATE,
            MnistNetwork.BATCH,
            BoostingCurves.EPOCHS,
            train.numExamples(),
            runs,
            runs == 1 ? "" : "s",
            BoostingCurves.UNITS,
            BoostingCurves.GRADIENT_RATE);
    MemberCurve.Setting setting =
        new MemberCurve.Setting(
            data, "784-" + BoostingCurves.UNITS + "-10", test.getLabels(), rounds);
    CurveLog<CurvePoint> log =
        CurveLog.open(folder, data + "; " + settings, CurvePoint.form("round", "method"));
    new CurveRunner<>(log, "Training", " rounds", rounds)
        .run(
            NAMES,
            runs,
            (name, seed, roundDone) -> {
              List<CurvePoint> points = new BoostingCurves(setting, train, test).curve(name, seed);
              for (int round = 0; round < rounds; round++) {
                roundDone.run();
              }
              return points;
            });
    CurveReport report =
        new CurveReport(
            "Boosting small networks on " + data,
            settings,
            "round",
            "After r rounds every curve has cost as much: r members, one network trained for as many"
                + " epochs, or one with r times as many units.",
            log.complete(NAMES, runs));
    System.out.println(report.table());
    System.out.println(report.write(folder));
  }
}
