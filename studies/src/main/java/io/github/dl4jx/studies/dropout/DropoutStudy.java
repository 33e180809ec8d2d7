package io.github.dl4jx.studies.dropout;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyData;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.montecarlo.MonteCarloStudy;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * MNIST with and without dropout, epoch by epoch, beside table 2 of N. Srivastava et al., "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
 *
 * <p>On all training examples, and on 5,000, where five seeds are done in minutes. {@code
 * -Dstudy.runs=N} makes N runs of each network on all of them; the default is 1. {@code
 * -Dstudy.epochs=N} trains for N epochs; the default is 60. {@code -Dstudy.quick} trains 2 epochs
 * on 2,000 examples. A run that is interrupted goes on in the middle. One pass against the mean
 * over masks is in {@link MonteCarloStudy}.
 */
public final class DropoutStudy implements Study {

  private static final int EPOCHS = 60;
  private static final int FEW = 5_000;
  private static final int FEW_RUNS = 5;

  /** The paper's errors by label, in percent; NaN where it has none. */
  public static Map<String, Double> published() {
    Map<String, Double> errors = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(row -> errors.put(row.label(), row.error()));
    return errors;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int epochs = context.epochs(quick ? 2 : EPOCHS);
    int all = quick ? 2_000 : 60_000;
    int runs = context.runs(1);
    int few = quick ? 1_000 : FEW;
    int fewRuns = quick ? 1 : FEW_RUNS;
    String settings = settings(epochs);
    CurveLog<CurvePoint> log =
        CurveLog.open(
            context.folder(), context.label() + "; " + settings, CurvePoint.form("epoch", "kind"));
    CurveRunner<CurvePoint> runner = new CurveRunner<>(log, "Training", " epochs", epochs);
    Map<String, Integer> seeds = new LinkedHashMap<>();
    train(context, runner, few, fewRuns).forEach(name -> seeds.put(name, fewRuns));
    train(context, runner, all, runs).forEach(name -> seeds.put(name, runs));
    CurveReport report =
        new CurveReport(
            "Dropout on " + context.label(),
            settings,
            "epoch",
            "Dashed: the paper's error, in the colour of the network. One pass against the mean over"
                + " masks: the study montecarlo.",
            log.complete(seeds),
            StudyData.ofProperty() == StudyData.MNIST ? published() : Map.of());
    report.show(context.folder());
  }

  /** The networks on so many training examples; their names in the log. */
  private static Collection<String> train(
      Context context, CurveRunner<CurvePoint> runner, int examples, int runs) throws IOException {
    String data = context.label();
    DataSet train = context.train(examples);
    DataSet test = context.test();
    String network = String.format(Locale.ROOT, "%,d examples", examples);
    Map<String, DropoutRow> rows = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(row -> rows.put(row.label() + ", " + network, row));
    List<String> slowestFirst = new ArrayList<>(rows.keySet());
    Collections.reverse(slowestFirst); // or one processor waits for the other at the end
    runner.run(
        slowestFirst,
        runs,
        (name, seed, epochDone) -> {
          DropoutRow row = Objects.requireNonNull(rows.get(name));
          EpochScores scores = new EpochScores(test, epochDone);
          File checkpoints = runner.log().checkpoints(name, seed).toFile();
          train(row, seed, train, scores, runner.steps(), checkpoints);
          return scores.points(data, network, seed, row.label());
        });
    return rows.keySet();
  }

  private static void train(
      DropoutRow row, long seed, DataSet data, EpochScores scores, int epochs, File checkpoints) {
    MultiLayerNetwork net = row.network(seed, epochs * MnistNetwork.batches(data));
    net.setListeners(scores);
    try {
      Training.fit(net, MnistNetwork.iterator(data, seed), epochs, checkpoints);
    } finally {
      Network.of(net).release();
    }
  }

  private static String settings(int epochs) {
    return String.format(
        Locale.ROOT,
        "Networks of ReLU in table 2 of Srivastava et al. 2014, and the same without dropout, which"
            + " it lacks; 10,000 test examples. The paper's: dropout retains %s of the inputs and %s"
            + " of the hidden units, final momentum %s, norm of a unit's incoming weights at most"
            + " %s. The paper leaves open, and here is: %d epochs, batch %d, Nesterov momentum that"
            + " is constant, also without dropout; learning rate from %s to 0 by half a cosine,"
            + " chosen on training examples; initial weights of He et al.; maximum norm in the last"
            + " layer, too; the error is the last epoch's.",
        DropoutRow.INPUT_RETAIN,
        DropoutRow.HIDDEN_RETAIN,
        DropoutRow.MOMENTUM,
        DropoutRow.MAX_NORM,
        epochs,
        MnistNetwork.BATCH,
        DropoutRow.TABLE.stream()
            .map(row -> row.rate() + " (" + row.label() + ")")
            .collect(Collectors.joining(", ")));
  }
}
