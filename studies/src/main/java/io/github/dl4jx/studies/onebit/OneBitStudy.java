package io.github.dl4jx.studies.onebit;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.LearningCurve;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One-bit gradients epoch by epoch, after F. Seide et al., "1-Bit Stochastic Gradient Descent",
 * Interspeech 2014: exact gradients, one bit with and without error feedback, short and long
 * columns, and a first epoch with exact gradients.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} trains 2
 * epochs on 5,000 examples.
 */
public final class OneBitStudy implements Study {

  private static final double RATE = 0.1;
  private static final int UNITS = 512;
  private static final String NETWORK = "784-512-512-10";

  private static final int SHORT_COLUMN = 32;
  private static final int LONG_COLUMN = 1 << 16;

  /** How updaters are made, by the curve's name. */
  private static Map<String, IUpdater> updaters(int epochIterations) {
    Map<String, IUpdater> updaters = new LinkedHashMap<>();
    updaters.put("exact gradients", new Sgd(RATE));
    updaters.put("one bit", oneBit().build());
    updaters.put("one bit, first epoch exact", oneBit().exactIterations(epochIterations).build());
    updaters.put("one bit, columns of 32", oneBit().columnLength(SHORT_COLUMN).build());
    updaters.put("one bit, columns of 65536", oneBit().columnLength(LONG_COLUMN).build());
    updaters.put("one bit, no error feedback", oneBit().errorFeedback(false).build());
    return updaters;
  }

  private static OneBitGradient.Builder oneBit() {
    return OneBitGradient.around(new Sgd(RATE));
  }

  private static MultiLayerNetwork network(long seed, IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.RELU)
                .activation(Activation.RELU)
                .updater(updater.clone()) // runs are side by side
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(UNITS).build())
                .layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(UNITS)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int epochs = quick ? 2 : 10;
    int runs = context.runs(1);
    String data = context.label();
    DataSet train = context.train(quick ? 5_000 : 60_000);
    DataSet test = context.test();
    Map<String, IUpdater> updaters = updaters(MnistNetwork.batches(train));
    List<String> names = List.copyOf(updaters.keySet());
    String settings =
        String.format(
            "Sgd %s, batch %d, %,d training examples, %d epochs, %s. Columns of 512 unless"
                + " another length is named.",
            RATE, MnistNetwork.BATCH, train.numExamples(), epochs, Wording.count(runs, "run"));
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("epoch", "gradients"), " epochs", epochs);
    LearningCurve curve = new LearningCurve(data, NETWORK, train, test, epochs);
    runner.run(
        names,
        runs,
        (name, seed, epochDone) -> {
          IUpdater updater = Objects.requireNonNull(updaters.get(name));
          return curve.run(name, seed, network(seed, updater), epochDone);
        });
    CurveReport report =
        new CurveReport(
            "One-bit gradients on " + data,
            settings,
            "epoch",
            "In Seide et al. 2014, on speech, one bit with error feedback loses next to nothing, and"
                + " without it training diverges.",
            runner.log().complete(names, runs));
    report.show(context.folder());
  }
}
