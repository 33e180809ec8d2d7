package io.github.dl4jx.studies.montecarlo;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.chart.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Monte-Carlo dropout against weight scaling, by the number of masks, as in figure 11 of Srivastava
 * et al. 2014; and what its uncertainty is worth: on digits that are turned, and to tell digits
 * from letters and from noise.
 *
 * <p>{@code -Dstudy.runs=N} trains N networks; the default is 4. {@code -Dstudy.quick} trains one
 * for 3 epochs on 10,000 examples, with fewer masks and images.
 */
public final class MonteCarloStudy implements Study {

  private static final String NETWORK = "784-512-512-10";

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int runs = context.runs(quick ? 1 : 4);
    String data = context.label();
    DataSet test = context.test();
    MonteCarloTraining training =
        quick
            ? new MonteCarloTraining(
                data, context.train(10_000), every(2, test), every(40, test), 3, 2)
            : new MonteCarloTraining(data, context.train(60_000), test, every(10, test), 10, 3);
    String settings = settings(training);
    CurveLog<Measurement> finished =
        CurveLog.open(context.folder(), data + "; " + settings, Measurement.FORM);
    new CurveRunner<>(context, finished, "Training and predicting", " steps", training.steps())
        .run(List.of(NETWORK), runs, (network, seed, stepDone) -> training.run(seed, stepDone));
    List<Measurement> all = finished.complete(List.of(NETWORK), runs);
    String networks = Wording.count(runs, "network") + ". ";
    MonteCarloReport report =
        new MonteCarloReport(
            "Monte-Carlo dropout on " + data,
            networks + settings,
            all,
            training.some().getFeatures());
    report.show(context.folder());
  }

  /** The charts of a file of measurements, by what they are of. */
  public static Map<String, Picture> charts(Path measurements) throws IOException {
    MonteCarloCharts charts =
        new MonteCarloCharts(new Measurements(CurveLog.read(measurements, Measurement.FORM)));
    Map<String, Picture> all = new LinkedHashMap<>();
    all.put("montecarlo", charts.samplesChart());
    all.put("montecarlo-turned", charts.turnedChart());
    all.put("montecarlo-foreign", charts.foreignChart());
    return all;
  }

  /** Every nth example: MNIST's first test examples are easier than its last. */
  private static DataSet every(int n, DataSet data) {
    return new DataSet(every(n, data.getFeatures()), every(n, data.getLabels()));
  }

  private static INDArray every(int n, INDArray rows) {
    return rows.get(NDArrayIndex.interval(0, n, rows.size(0)), NDArrayIndex.all()).dup();
  }

  private static String settings(MonteCarloTraining training) {
    return String.format(
        Locale.ROOT,
        "%s (ReLU, softmax), InvertedDropout p = %s on the inputs and %s on the hidden units, Adam"
            + " with a rate from %s to 0 by half a cosine, batch %d, %d epochs on %,d training"
            + " examples. %,d test digits, predicted with %d x %d masks. Uncertainty: %,d of the"
            + " test digits, %d masks.",
        NETWORK,
        MonteCarloTraining.INPUT_RETAIN,
        MonteCarloTraining.HIDDEN_RETAIN,
        MonteCarloTraining.RATE,
        MnistNetwork.BATCH,
        training.epochs(),
        training.train().numExamples(),
        training.test().numExamples(),
        training.maskSeeds(),
        MonteCarloTraining.MOST_SAMPLES,
        training.some().numExamples(),
        MonteCarloTraining.UNCERTAINTY_SAMPLES);
  }
}
