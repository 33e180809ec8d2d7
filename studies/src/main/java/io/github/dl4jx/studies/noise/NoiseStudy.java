package io.github.dl4jx.studies.noise;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.chart.Picture;
import io.github.dl4jx.training.listener.GlobalNormClipping;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Table 1 of A. Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep
 * Networks", arXiv 1511.06807: a network of 20 hidden layers on MNIST, with and without noise.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs for each row, learning rate, and with and without noise;
 * the paper made 20. {@code -Dstudy.known=FILE} takes over the runs of an earlier results.csv.
 * {@code -Dstudy.quick} makes one run each, of 2 epochs on 5,000 examples.
 */
public final class NoiseStudy implements Study {

  static final int BATCH = 50;

  /** Half of a cell's runs at each. */
  private static final List<Double> LEARNING_RATES = List.of(0.1, 0.01);

  private static final double ETA = 0.01;
  private static final double GAMMA = 0.55;

  /** Of one kind of run, of which every seed makes one. */
  private record Kind(NoiseRow row, boolean noise, double rate) {

    String label() {
      return NoiseRun.kind(row.label(), noise, rate);
    }

    NoiseRun train(long seed, int epochs, DataSet train, DataSet test) {
      IUpdater sgd = new Sgd(rate);
      IUpdater updater =
          noise ? GradientNoise.around(sgd).eta(ETA).gamma(GAMMA).seed(seed).build() : sgd;
      MultiLayerNetwork net = row.network(seed, updater);
      try {
        if (Double.isFinite(row.clip())) {
          net.setListeners(new GlobalNormClipping(row.clip()));
        }
        ResumableIterator iterator = new ResumableIterator(train, BATCH, seed).reusingBatches();
        double best = 0;
        double accuracy = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
          net.fit(iterator);
          accuracy = MnistNetwork.scores(net, test).accuracy();
          best = Math.max(best, accuracy);
        }
        return new NoiseRun(row.label(), noise, rate, seed, epochs, best, accuracy);
      } finally {
        Network.of(net).release();
      }
    }
  }

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (double rate : LEARNING_RATES) {
      for (NoiseRow row : NoiseRow.TABLE) {
        List<Boolean> noises = row.dropout() ? List.of(false) : List.of(false, true);
        for (boolean noise : noises) {
          Kind kind = new Kind(row, noise, rate);
          kinds.put(kind.label(), kind);
        }
      }
    }
    return kinds;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int runs = context.runs(quick ? 1 : 2);
    String data = context.label();
    DataSet train = context.train(quick ? 5_000 : 60_000);
    DataSet test = context.test();
    Map<String, Kind> kinds = kinds();
    List<String> labels = new ArrayList<>(kinds.keySet());
    String key =
        data + ", " + train.numExamples() + " training examples" + (quick ? ", quick" : "");
    CurveLog<NoiseRun> finished = CurveLog.open(context.folder(), key, NoiseRun.FORM);
    if (context.known().isPresent()) {
      finished.takeOver(context.known().get(), NoiseRun::kind, NoiseRun::seed, run -> true);
    }
    new CurveRunner<>(context, finished, "Training", " runs", 1)
        .run(
            labels,
            runs,
            (label, seed, runDone) -> {
              Kind kind = Objects.requireNonNull(kinds.get(label));
              NoiseRun run = kind.train(seed, quick ? 2 : kind.row().epochs(), train, test);
              runDone.run();
              return List.of(run);
            });
    NoiseReport report =
        new NoiseReport(
            "Gradient noise on " + data,
            settings(runs) + (data.equals("MNIST") ? "" : " The paper's figures are of MNIST."),
            finished.complete(labels, runs));
    report.show(context.folder());
  }

  /** The charts of a file of runs. */
  public static Picture charts(Path runs) throws IOException {
    return new NoiseReport("Gradient noise", "", CurveLog.read(runs, NoiseRun.FORM)).charts();
  }

  private static String settings(int runs) {
    return String.format(
        Locale.ROOT,
        "Table 1 of Neelakantan et al. 2015: %d hidden layers of %d ReLU units, Sgd at %s, %s"
            + " at each rate (the paper: 20), noise eta %s and gamma %s. The paper leaves open, and"
            + " here is: batch %d; 10 epochs, 30 from zero weights; clipping of the whole gradient's"
            + " norm, before the noise; biases 0; N(0, 0.1) as a deviation of 0.1; dropout of half of"
            + " the hidden units; accuracy on the 10,000 test digits after a run's best epoch (the"
            + " last epoch's is in the CSV).",
        NoiseRow.HIDDEN_LAYERS,
        NoiseRow.UNITS,
        LEARNING_RATES.stream().map(String::valueOf).collect(Collectors.joining(" and ")),
        Wording.count(runs, "run"),
        ETA,
        GAMMA,
        BATCH);
  }
}
