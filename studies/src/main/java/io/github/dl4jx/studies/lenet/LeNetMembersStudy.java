package io.github.dl4jx.studies.lenet;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyData;
import io.github.dl4jx.studies.ensembles.MemberCurve;
import io.github.dl4jx.studies.ensembles.OneNetwork;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What members of LeNet-5 are worth by their number, and beside one network that is trained as long
 * as all of them: a deep ensemble, bagging, and the snapshots and checkpoints of one training.
 *
 * <p>{@code -Dstudy.runs=N} takes N seeds; the default is 1. {@code -Dstudy.quick} makes 3 members
 * of 1 epoch on 2,000 examples. A run that is interrupted goes on in the middle.
 */
public final class LeNetMembersStudy implements Study {

  private static final String NETWORK = "LeNet-5";
  private static final String DEEP_ENSEMBLE = "deep ensemble";
  private static final String BAGGING = "bagging";
  private static final String SNAPSHOTS = "snapshot ensemble";
  private static final String CHECKPOINTS = "checkpoint vote";
  private static final String ONE = "one network";

  /** One training, two curves. */
  private static final String ONE_TRAINING = "one training";

  @Override
  public String name() {
    return "lenet-members";
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int members = quick ? 3 : 10;
    int epochs = context.epochs(quick ? 1 : 10);
    int runs = context.runs(1);
    boolean dropout = context.kind() == StudyData.MNIST;
    DataSet train = context.train(quick ? 2_000 : 60_000);
    DataSet test = context.test();
    String settings =
        String.format(
            "LeNet-5 (%s), Adam from %s to 0 by half a cosine, batch %d, %d epochs a member, %,d"
                + " training examples; snapshots: a cosine for each; one network and checkpoints: one"
                + " cosine over all %d epochs; %s.",
            dropout
                ? "InvertedDropout(" + LeNet.RETAIN + ") before the last two layers"
                : "no dropout",
            LeNet.RATE,
            MnistNetwork.BATCH,
            epochs,
            train.numExamples(),
            members * epochs,
            Wording.count(runs, "run"));
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("members", "method"), " members", members);
    int batches = MnistNetwork.batches(train);
    MultiLayerConfiguration member = LeNet.configuration(batches * epochs, dropout);
    MemberCurve.Setting setting =
        new MemberCurve.Setting(context.label(), NETWORK, test.getLabels(), members);
    List<String> methods = List.of(DEEP_ENSEMBLE, BAGGING, SNAPSHOTS, ONE_TRAINING);
    runner.run(
        methods,
        runs,
        (method, seed, memberDone) -> {
          File folder = runner.log().checkpoints(method, seed).toFile();
          if (method.equals(ONE_TRAINING)) {
            MultiLayerConfiguration whole =
                LeNet.configuration(batches * epochs * members, dropout);
            EpochOutputs outputs = new EpochOutputs(test, epochs, memberDone);
            train(whole, seed, train, outputs, epochs * members, folder);
            return points(setting, seed, outputs.all());
          }
          EnsembleListener listener = (index, finished, of, network) -> memberDone.run();
          boolean snapshots = method.equals(SNAPSHOTS);
          try (Ensemble ensemble =
              trainer(method, member, members, seed, folder, listener)
                  .fit(
                      TrainingData.of(train, MnistNetwork.BATCH),
                      snapshots ? epochs * members : epochs)) {
            return MemberCurve.of(
                setting, method, seed, LeNet.outputs(ensemble, test), new SoftVote());
          }
        });
    CurveReport report =
        new CurveReport(
            NETWORK + " by the number of members on " + context.label(),
            settings,
            "members",
            "n members cost as much training as n snapshots, and as one network that is trained n"
                + " times as long. A vote of checkpoints costs all of one training, whose last n"
                + " checkpoints it has, one every "
                + epochs
                + " epochs.",
            runner.log().complete(methods, runs));
    report.show(context.folder());
  }

  private static EnsembleTrainer trainer(
      String method,
      MultiLayerConfiguration member,
      int members,
      long seed,
      File folder,
      EnsembleListener listener) {
    return switch (method) {
      case DEEP_ENSEMBLE ->
          DeepEnsemble.of(member)
              .members(members)
              .seed(seed)
              .resumeIn(folder)
              .progress(listener)
              .build();
      case BAGGING ->
          Bagging.of(member)
              .members(members)
              .seed(seed)
              .resumeIn(folder)
              .progress(listener)
              .build();
      default ->
          SnapshotEnsemble.of(member)
              .cycles(members)
              .learningRate(LeNet.RATE)
              .seed(seed)
              .resumeIn(folder)
              .progress(listener)
              .build();
    };
  }

  private static void train(
      MultiLayerConfiguration configuration,
      long seed,
      DataSet train,
      EpochOutputs outputs,
      int epochs,
      File folder) {
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    net.setListeners(outputs);
    try {
      Training.fit(net, MnistNetwork.iterator(train, seed), epochs, folder);
    } finally {
      Network.of(net).release();
    }
  }

  /** The network as its training goes on, and the vote of its last checkpoints. */
  private static List<CurvePoint> points(
      MemberCurve.Setting setting, long seed, List<INDArray> outputs) {
    List<INDArray> latestFirst = new ArrayList<>(outputs);
    Collections.reverse(latestFirst);
    List<CurvePoint> points =
        new ArrayList<>(MemberCurve.of(setting, CHECKPOINTS, seed, latestFirst, new SoftVote()));
    points.addAll(OneNetwork.points(setting, ONE, seed, outputs));
    return points;
  }
}
