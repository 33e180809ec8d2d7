package io.github.dl4jx.studies.ensembles;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What the number of members is worth: accuracy against it, for bagging, deep ensembles, and the
 * checkpoints and snapshots of one run of the same length, with few and with many examples.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} makes 3
 * members of 1,000 examples.
 */
public final class BaggingStudy implements Study {

  private static final int UNITS = 256;
  private static final double RATE = 1e-3;
  private static final double SNAPSHOT_RATE = 0.5;

  private static final List<String> METHODS =
      List.of("bagging", "deep ensemble", "checkpoint vote", "snapshot ensemble", "one network");

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int members = quick ? 3 : 20;
    int runs = context.runs(1);
    String data = context.label();
    DataSet test = context.test();
    String settings =
        String.format(
            "784-%d-10 network (ReLU, softmax), Adam 0.001 (snapshots: Sgd, cosines from %s), batch"
                + " %d, 2 epochs a member of 60,000 examples, 10 of 5,000, 50 of 1,000; %s.",
            UNITS, SNAPSHOT_RATE, MnistNetwork.BATCH, Wording.count(runs, "run"));
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings + members, CurvePoint.form("members", "method"), " members", members);
    List<String> names = new ArrayList<>();
    List<Integer> sizes = quick ? List.of(1_000) : List.of(60_000, 5_000, 1_000);
    sizes.forEach(size -> METHODS.forEach(method -> names.add(size + " examples, " + method)));
    runner.run(
        names,
        runs,
        (name, seed, memberDone) -> {
          int examples = Integer.parseInt(name.substring(0, name.indexOf(' ')));
          int comma = name.indexOf(", ");
          MemberCurve.Setting setting =
              new MemberCurve.Setting(data, name.substring(0, comma), test.getLabels(), members);
          DataSet train = context.train(examples);
          List<CurvePoint> points = curve(setting, name.substring(comma + 2), seed, train, test);
          for (int m = 0; m < members; m++) {
            memberDone.run();
          }
          return points;
        });
    CurveReport report =
        new CurveReport(
            "Ensembles by their number of members on " + data,
            settings,
            "members",
            "n members cost as much as one network that is trained n times as long, and as n"
                + " checkpoints or snapshots of one run.",
            runner.log().complete(names, runs));
    report.show(context.folder());
  }

  private static int epochs(int examples) {
    return examples >= 60_000 ? 2 : 50_000 / examples; // about 400 steps and more
  }

  private static List<CurvePoint> curve(
      MemberCurve.Setting setting, String method, long seed, DataSet data, DataSet test) {
    int epochs = epochs(data.numExamples());
    int members = setting.members();
    TrainingData train = TrainingData.of(data, MnistNetwork.BATCH);
    MultiLayerConfiguration conf = MnistNetwork.layers(false, Activation.RELU, RATE, UNITS);
    Ensemble ensemble;
    if (method.equals("bagging")) {
      ensemble = Bagging.of(conf).members(members).seed(seed).build().fit(train, epochs);
    } else if (method.equals("deep ensemble")) {
      ensemble = DeepEnsemble.of(conf).members(members).seed(seed).build().fit(train, epochs);
    } else if (method.equals("snapshot ensemble")) {
      ensemble =
          SnapshotEnsemble.of(MnistNetwork.configuration(seed, new Sgd(SNAPSHOT_RATE), null))
              .cycles(members)
              .learningRate(SNAPSHOT_RATE)
              .seed(seed)
              .build()
              .fit(train, members * epochs);
    } else {
      List<INDArray> outputs = OneNetwork.checkpoints(conf, seed, members, epochs, data, test);
      return method.equals("checkpoint vote")
          ? MemberCurve.of(setting, method, seed, outputs, new SoftVote())
          : OneNetwork.points(setting, method, seed, outputs);
    }
    try (ensemble) {
      List<INDArray> outputs = ensemble.memberOutputs(test.getFeatures(), null);
      return MemberCurve.of(setting, method, seed, outputs, new SoftVote());
    }
  }
}
