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
 * -Dstudy.epochs=N} trains for N epochs on all; the default is 80. On 5,000 examples it is always
 * 120. {@code -Dstudy.known=FILE} takes over the runs of an earlier results.csv that are as long.
 * {@code -Dstudy.choose} compares learning rates instead, on 50,000 training examples and scored on
 * the other 10,000, for 40 epochs. {@code -Dstudy.quick} trains 2 epochs on 2,000 examples. A run
 * that is interrupted goes on in the middle. One pass against the mean over masks is in {@link
 * MonteCarloStudy}.
 */
public final class DropoutStudy implements Study {

  private static final int ALL = 60_000;
  private static final int EPOCHS = 80;
  private static final int FEW = 5_000;
  private static final int FEW_EPOCHS = 120;
  private static final int FEW_RUNS = 5;
  private static final int CHOOSING = 50_000;
  private static final int CHOOSING_EPOCHS = 40;

  /** The paper's errors, all on 60,000 examples, in percent; NaN where it has none. */
  public static Map<String, Double> published() {
    Map<String, Double> errors = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(
        row -> errors.put(CurveReport.published(network(ALL), row.label()), row.error()));
    return errors;
  }

  @Override
  public void run(Context context) throws IOException {
    if (context.choose()) {
      choose(context);
      return;
    }
    boolean quick = context.quick();
    int epochs = context.epochs(quick ? 2 : EPOCHS);
    int all = quick ? 2_000 : ALL;
    int runs = context.runs(1);
    int few = quick ? 1_000 : FEW;
    int fewRuns = quick ? 1 : FEW_RUNS;
    int fewEpochs = quick ? 2 : FEW_EPOCHS;
    String settings = settings(epochs, few, fewEpochs);
    CurveLog<CurvePoint> log =
        CurveLog.open(
            context.folder(), context.label() + "; " + settings, CurvePoint.form("epoch", "kind"));
    if (context.known().isPresent()) {
      Map<String, Integer> lengths = Map.of(network(few), fewEpochs, network(all), epochs);
      log.takeOver(
          context.known().get(),
          point -> name(point.curve(), point.network()),
          CurvePoint::seed,
          run -> lengths.getOrDefault(run.get(0).network(), 0) == run.size());
    }
    Map<String, Integer> seeds = new LinkedHashMap<>();
    DataSet test = context.test();
    train(context, log, fewTable(), context.train(few), test, fewEpochs, fewRuns)
        .forEach(name -> seeds.put(name, fewRuns));
    train(context, log, table(), context.train(all), test, epochs, runs)
        .forEach(name -> seeds.put(name, runs));
    CurveReport report =
        new CurveReport(
            "Dropout on " + context.label(),
            settings,
            "epoch",
            "Dashed: the paper's error, in the colour of the network. One pass against the mean over"
                + " masks: the study montecarlo.",
            log.complete(seeds),
            context.kind() == StudyData.MNIST ? published() : Map.of());
    report.show(context.folder());
  }

  /** Compares rates, one run each, for the networks of the table. */
  private static void choose(Context context) throws IOException {
    int epochs = context.epochs(CHOOSING_EPOCHS);
    DataSet all = context.train(ALL);
    DataSet train = (DataSet) all.getRange(0, CHOOSING);
    DataSet rest = (DataSet) all.getRange(CHOOSING, ALL);
    Map<String, DropoutRow> rows = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(
        row ->
            DropoutRow.RATES.forEach(
                rate -> rows.put(row.label() + ", rate " + rate, row.withRate(rate))));
    String settings = "To choose rates: " + epochs + " epochs, scored on other training examples";
    CurveLog<CurvePoint> log =
        CurveLog.open(
            context.folder(), context.label() + "; " + settings, CurvePoint.form("epoch", "kind"));
    List<String> names =
        List.copyOf(train(context, log, rows, train, rest, epochs, context.runs(1)));
    List<CurvePoint> points = log.complete(names, context.runs(1));
    new CurveReport("Dropout on " + context.label(), settings, "epoch", "No results.", points)
        .show(context.folder());
  }

  private static Map<String, DropoutRow> table() {
    Map<String, DropoutRow> rows = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(row -> rows.put(row.label(), row));
    return rows;
  }

  private static Map<String, DropoutRow> fewTable() {
    Map<String, DropoutRow> rows = table();
    rows.replaceAll((label, row) -> row.withRate(DropoutRow.FEW_RATE));
    return rows;
  }

  private static String network(int examples) {
    return String.format(Locale.ROOT, "%,d examples", examples);
  }

  /** Of a run in the log. */
  private static String name(String row, String network) {
    return row + ", " + network;
  }

  /** The networks on some training examples; their names in the log. */
  private static Collection<String> train(
      Context context,
      CurveLog<CurvePoint> log,
      Map<String, DropoutRow> table,
      DataSet train,
      DataSet test,
      int epochs,
      int runs)
      throws IOException {
    CurveRunner<CurvePoint> runner = new CurveRunner<>(context, log, "Training", " epochs", epochs);
    String data = context.label();
    String network = network(train.numExamples());
    Map<String, String> labels = new LinkedHashMap<>();
    table.keySet().forEach(label -> labels.put(name(label, network), label));
    List<String> slowestFirst = new ArrayList<>(labels.keySet());
    Collections.reverse(slowestFirst); // or one processor waits for the other at the end
    runner.run(
        slowestFirst,
        runs,
        (name, seed, epochDone) -> {
          String label = Objects.requireNonNull(labels.get(name));
          DropoutRow row = Objects.requireNonNull(table.get(label));
          EpochScores scores = new EpochScores(test, epochDone);
          File checkpoints = log.checkpoints(name, seed).toFile();
          train(row, seed, train, scores, epochs, checkpoints);
          return scores.points(data, network, seed, label);
        });
    return labels.keySet();
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

  private static String settings(int epochs, int few, int fewEpochs) {
    return String.format(
        Locale.ROOT,
        "Networks of ReLU in table 2 of Srivastava et al. 2014, and the same without dropout, which"
            + " it lacks; 10,000 test examples. The paper's: dropout retains %s of the inputs and %s"
            + " of the hidden units, final momentum %s, norm of a unit's incoming weights at most"
            + " %s. The paper leaves open, and here is: %d epochs (%d on %,d examples), batch %d, Nesterov momentum that"
            + " is constant, also without dropout; learning rate from %s,"
            + " from %s on %,d examples, to 0 by half a cosine, chosen on training examples; initial weights of He et al.; maximum norm in the last"
            + " layer, too; the error is the last epoch's.",
        DropoutRow.INPUT_RETAIN,
        DropoutRow.HIDDEN_RETAIN,
        DropoutRow.MOMENTUM,
        DropoutRow.MAX_NORM,
        epochs,
        fewEpochs,
        few,
        MnistNetwork.BATCH,
        DropoutRow.TABLE.stream()
            .map(row -> row.rate() + " (" + row.label() + ")")
            .collect(Collectors.joining(", ")),
        DropoutRow.FEW_RATE,
        few);
  }
}
