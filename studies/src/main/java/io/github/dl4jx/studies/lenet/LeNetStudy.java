package io.github.dl4jx.studies.lenet;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyData;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.log.RunLog;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A deep ensemble of LeNet-5 by the number of members: one network, the first two, and so on.
 *
 * <p>{@code -Dstudy.runs=N} trains N members; the default is 10. {@code -Dstudy.quick} trains 3 for
 * 2 epochs on 5,000 examples. Finished members are kept in the folder until they are deleted. On
 * MNIST there is dropout before the last two layers, on Fashion-MNIST none, as in the published
 * figures.
 */
public final class LeNetStudy implements Study {

  private static final long SEED = 42;

  @Override
  public boolean hasRuns() {
    return false;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int members = context.runs(quick ? 3 : 10);
    int epochs = quick ? 2 : 15;
    String label = context.label();
    DataSet train = context.train(quick ? 5_000 : 60_000);
    DataSet test = context.test();
    boolean dropout = context.kind() == StudyData.MNIST;
    String settings =
        String.format(
            "LeNet-5 (5x5x6, 5x5x16, 5x5x120, 84, 10; ReLU, maximum pooling), %s, Adam from %s to 0"
                + " by half a cosine, batch %d, %d epochs, %,d training examples. One network: mean"
                + " over the members. Published for networks without dropout"
                + " (google/uncertainty-baselines), ten and one: %s.",
            dropout
                ? "InvertedDropout(" + LeNet.RETAIN + ") before the last two layers"
                : "no dropout",
            LeNet.RATE,
            MnistNetwork.BATCH,
            epochs,
            train.numExamples(),
            dropout
                ? "accuracy 99.4 and 99.1 %, NLL 0.016 and 0.037, ECE of ten 0.005"
                : "accuracy 93.2 and 91.0 %");
    int iterations = MnistNetwork.batches(train) * epochs;
    String membersFolder = "members-" + members + (quick ? "-quick" : "");
    RunLog log = RunLog.open(context.folder(), settings + members, label);
    List<String> names = new ArrayList<>();
    try (Progress progress = Progress.of("Training", members, " members", 1);
        Ensemble ensemble =
            DeepEnsemble.of(LeNet.configuration(iterations, dropout))
                .members(members)
                .seed(SEED)
                .parallelism(Runtime.getRuntime().availableProcessors())
                .resumeIn(context.folder().resolve(membersFolder).toFile())
                .progress((member, finished, of, network) -> progress.accept(finished))
                .build()
                .fit(TrainingData.of(train, MnistNetwork.BATCH), epochs)) {
      List<INDArray> outputs = LeNet.outputs(ensemble, test);
      for (int n = 1; n <= members; n++) {
        String name = n == 1 ? "one network" : n + " networks";
        names.add(name);
        if (n == 1) {
          for (int m = 0; m < members; m++) {
            add(log, label, name, m + 1, test, outputs.get(m));
          }
        } else {
          add(log, label, name, 1, test, ensemble.rule().combine(outputs.subList(0, n)));
        }
      }
    }
    Report report =
        new Report(
            "A deep ensemble of LeNet-5 on " + label,
            settings,
            names,
            log.complete(names),
            Report.SCORES);
    report.show(context.folder());
  }

  private static void add(
      RunLog log, String label, String name, long seed, DataSet test, INDArray probabilities) {
    if (!log.contains(name, seed)) {
      double none = Double.NaN; // not timed
      log.add(Run.of(label, name, seed, test.getLabels(), probabilities, none, none));
    }
  }
}
