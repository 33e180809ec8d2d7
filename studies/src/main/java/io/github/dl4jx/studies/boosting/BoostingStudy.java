package io.github.dl4jx.studies.boosting;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.ensembles.MemberCurve;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import java.io.IOException;
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
public final class BoostingStudy implements Study {

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
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int rounds = quick ? 3 : 20;
    int runs = context.runs(1);
    String data = context.label();
    DataSet train = context.train(quick ? 5_000 : 60_000);
    DataSet test = context.test();
    String settings =
        String.format(
            "784-%d-10 networks (tanh, softmax), Adam %s, batch %d, %d epochs a round, %,d training"
                + " examples, %s. Deep to wide: a third of the rounds each with 4, 2 and 1 hidden"
                + " layers of %d units. Gradient boosting: learning rate %s.",
            BoostingCurves.UNITS,
            BoostingCurves.RATE,
            MnistNetwork.BATCH,
            BoostingCurves.EPOCHS,
            train.numExamples(),
            Wording.count(runs, "run"),
            BoostingCurves.UNITS,
            BoostingCurves.GRADIENT_RATE);
    MemberCurve.Setting setting =
        new MemberCurve.Setting(
            data, "784-" + BoostingCurves.UNITS + "-10", test.getLabels(), rounds);
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("round", "method"), " rounds", rounds);
    runner.run(
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
            runner.log().complete(NAMES, runs));
    report.show(context.folder());
  }
}
