package io.github.dl4jx.studies.dropout;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyData;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.montecarlo.MonteCarloStudy;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.LearningCurve;
import io.github.dl4jx.studies.run.MnistNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.dataset.DataSet;

/**
 * MNIST with and without dropout, epoch by epoch, beside table 2 of N. Srivastava et al., "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each network; the default is 1. {@code
 * -Dstudy.epochs=N} trains for N epochs. {@code -Dstudy.quick} trains 2 epochs on 2,000 examples.
 * One pass against the mean over masks is in {@link MonteCarloStudy}.
 */
public final class DropoutStudy implements Study {

  /** The paper's errors by label, in percent; NaN where it has none. */
  public static Map<String, Double> published() {
    Map<String, Double> errors = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(row -> errors.put(row.label(), row.error()));
    return errors;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int epochs = context.epochs(quick ? 2 : 20);
    int runs = context.runs(1);
    String data = context.label();
    DataSet train = context.train(quick ? 2_000 : 60_000);
    DataSet test = context.test();
    int steps = epochs * MnistNetwork.batches(train);
    Map<String, DropoutRow> rows = new LinkedHashMap<>();
    DropoutRow.TABLE.forEach(row -> rows.put(row.label(), row));
    List<String> names = List.copyOf(rows.keySet());
    List<String> slowestFirst = new ArrayList<>(names);
    Collections.reverse(slowestFirst); // or one processor waits for the other at the end
    String settings = settings(train.numExamples(), epochs);
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("epoch", "kind"), " epochs", epochs);
    LearningCurve curve = new LearningCurve(data, "fully connected", train, test, epochs);
    runner.run(
        slowestFirst,
        runs,
        (name, seed, epochDone) -> {
          DropoutRow row = Objects.requireNonNull(rows.get(name));
          return curve.run(name, seed, row.network(seed, steps), epochDone);
        });
    CurveReport report =
        new CurveReport(
            "Dropout on " + data,
            settings,
            "epoch",
            "Dashed: the paper's error, in the colour of the network. One pass against the mean over"
                + " masks: the study montecarlo.",
            runner.log().complete(names, runs),
            StudyData.ofProperty() == StudyData.MNIST ? published() : Map.of());
    report.show(context.folder());
  }

  private static String settings(int examples, int epochs) {
    return String.format(
        Locale.ROOT,
        "Networks of table 2 of Srivastava et al. 2014, and ReLU without dropout, which it lacks."
            + " %,d training examples, 10,000 test examples. The paper's: dropout retains %s of the"
            + " inputs and %s of the hidden units, final momentum %s, norm of a unit's incoming"
            + " weights at most %s. The paper leaves open, and here is: %d epochs (the paper trained"
            + " much longer), batch %d, Nesterov momentum that is constant, also without dropout;"
            + " learning rate from 0.05 (2 x 800: 0.2) to 0 by half a cosine, chosen on training"
            + " examples; initial weights of He et al. for ReLU, of Glorot & Bengio for logistic"
            + " units; maximum norm in the last layer, too; the error is the last epoch's.",
        examples,
        DropoutRow.INPUT_RETAIN,
        DropoutRow.HIDDEN_RETAIN,
        DropoutRow.MOMENTUM,
        DropoutRow.MAX_NORM,
        epochs,
        MnistNetwork.BATCH);
  }
}
