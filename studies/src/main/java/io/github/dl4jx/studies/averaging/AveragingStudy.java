package io.github.dl4jx.studies.averaging;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.report.CurveReport;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.studies.run.MnistNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Averages of weights against the weights they are averages of, epoch by epoch: on a dense network
 * at three learning rates, and on a convolutional one with batch normalization, there also with
 * refreshed statistics.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 3. {@code -Dstudy.quick} trains 4
 * epochs on 5,000 examples, once.
 */
public final class AveragingStudy implements Study {

  private static final List<Double> DENSE_RATES = List.of(0.1, 0.5, 1.0);
  private static final double CONVOLUTIONAL_RATE = 0.01;

  private static final String NOTES =
      "The averages of a network are all taken in the same runs. Refreshed: the mean and variance of"
          + " batch normalization are computed anew for the weights, in one pass over the training"
          + " data; otherwise they are averaged like the weights.";

  // Labels in the CSV.
  private static final String DENSE = "dense, rate ";
  private static final String CONVOLUTIONAL = "convolutional";

  private static MultiLayerNetwork network(String label, long seed) {
    return label.startsWith(DENSE)
        ? MnistNetwork.network(
            seed, new Sgd(Double.parseDouble(label.substring(DENSE.length()))), null)
        : convolutional(seed);
  }

  private static MultiLayerNetwork convolutional(long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.RELU)
                .updater(new Adam(CONVOLUTIONAL_RATE))
                .list()
                .layer(convolution(5, 3, 8))
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(convolution(3, 2, 16))
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new DenseLayer.Builder().nOut(64).activation(Activation.RELU).build())
                .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
    net.init();
    return net;
  }

  private static ConvolutionLayer convolution(int size, int stride, int channels) {
    return new ConvolutionLayer.Builder(size, size)
        .stride(stride, stride)
        .nOut(channels)
        .hasBias(false) // batch normalization has its own
        .activation(Activation.IDENTITY)
        .build();
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int examples = quick ? 5_000 : 15_000;
    int epochs = quick ? 4 : 8;
    int seeds = context.runs(quick ? 1 : 3);
    String data = context.label();
    AveragedTraining training =
        new AveragedTraining(context.train(examples), context.test(), epochs);
    String settings = settings(training, seeds);
    CurveRunner<CurvePoint> runner =
        CurveRunner.training(
            context, settings, CurvePoint.form("epoch", "weights"), " epochs", epochs);
    List<String> networks = new ArrayList<>();
    DENSE_RATES.forEach(rate -> networks.add(DENSE + rate));
    networks.add(CONVOLUTIONAL);
    List<String> slowestFirst = new ArrayList<>(networks);
    Collections.reverse(slowestFirst); // short runs at the end keep both processors busy
    runner.run(
        slowestFirst,
        seeds,
        (network, seed, epochDone) ->
            training.run(data, network, seed, network(network, seed), epochDone));
    List<CurvePoint> points = runner.log().complete(networks, seeds);
    CurveReport report =
        new CurveReport("Averages of weights on " + data, settings, "epoch", NOTES, points);
    report.show(context.folder());
  }

  private static String settings(AveragedTraining training, int seeds) {
    return String.format(
        "%,d training examples (a part of them, to be done in minutes), %,d test examples, batch %d,"
            + " %d epochs, %s. Dense: 784-256-10 (ReLU, softmax), Sgd %s. Convolutional: 5x5x8"
            + " stride 3, 3x3x16 stride 2, each with batch normalization and ReLU, dense 64, Adam %s."
            + " Learning rates are constant. swa and polyakRuppert leave out the first %d epochs.",
        training.train().numExamples(),
        training.test().numExamples(),
        MnistNetwork.BATCH,
        training.epochs(),
        Wording.count(seeds, "seed"),
        DENSE_RATES.stream().map(String::valueOf).collect(Collectors.joining(", ")),
        CONVOLUTIONAL_RATE,
        training.skippedEpochs());
  }
}
