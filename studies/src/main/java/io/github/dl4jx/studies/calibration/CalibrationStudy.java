package io.github.dl4jx.studies.calibration;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Calibration and conformal sets of a network, fitted to a random half of the test examples and
 * measured on the other one, over several halves.
 *
 * <p>{@code -Dstudy.runs=N} trains N networks; the default is 3. {@code -Dstudy.quick} trains one
 * on 2,000 examples for 2 epochs.
 */
public final class CalibrationStudy implements Study {

  private static final String NETWORK = "784-256-10";
  private static final double RATE = 1e-3;

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int runs = context.runs(quick ? 1 : 3);
    int epochs = context.epochs(quick ? 2 : 10);
    int splits = quick ? 3 : 50;
    String data = context.label();
    DataSet train = context.train(quick ? 2_000 : 60_000);
    DataSet test = context.test();
    String settings =
        String.format(
            Locale.ROOT,
            "%s (ReLU), Adam %s, batch %d, %d epochs on %,d examples; every method is fitted to 5,000"
                + " test examples and measured on the other 5,000, over %d random halves; conformal"
                + " sets are to cover %.0f %%.",
            NETWORK,
            RATE,
            MnistNetwork.BATCH,
            epochs,
            train.numExamples(),
            splits,
            100 * Split.COVERAGE);
    CurveLog<CalibrationLine> log =
        CurveLog.open(context.folder(), data + "; " + settings, CalibrationLine.FORM);
    new CurveRunner<>(context, log, "Training", " networks", 1)
        .run(
            List.of(NETWORK),
            runs,
            (network, seed, networkDone) -> {
              INDArray probabilities = trained(seed, train, epochs, test.getFeatures());
              networkDone.run();
              return lines(data, seed, test.getLabels(), probabilities, splits);
            });
    new CalibrationReport("Calibration on " + data, settings, log.complete(List.of(NETWORK), runs))
        .show(context.folder());
  }

  /** The class probabilities of a new network. */
  private static INDArray trained(long seed, DataSet train, int epochs, INDArray features) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(MnistNetwork.configuration(seed, new Adam(RATE), null));
    net.init();
    try {
      net.fit(new ResumableIterator(train, MnistNetwork.BATCH, seed), epochs);
      return net.output(features).detach();
    } finally {
      net.close();
    }
  }

  private static List<CalibrationLine> lines(
      String data, long seed, INDArray labels, INDArray probabilities, int splits) {
    Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
    for (int split = 0; split < splits; split++) {
      new Split(labels, probabilities, splits * seed + split)
          .measures()
          .forEach(
              (method, measures) ->
                  measures.forEach(
                      (measure, value) ->
                          all.computeIfAbsent(method, m -> new LinkedHashMap<>())
                              .computeIfAbsent(measure, m -> new ArrayList<>())
                              .add(value)));
    }
    List<CalibrationLine> lines = new ArrayList<>();
    all.forEach(
        (method, measures) ->
            measures.forEach(
                (measure, values) -> {
                  double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
                  double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
                  double deviation = Math.sqrt(squares / (values.size() - 1));
                  lines.add(new CalibrationLine(data, method, seed, measure, mean, deviation));
                }));
    return lines;
  }
}
