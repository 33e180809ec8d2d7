package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Transfer learning: a network that knows the digits 0 to 4 learns 5 to 9 from few examples, with
 * its first layers frozen by Deeplearning4j's {@code TransferLearning}, and dropout and a moving
 * average in the part that learns.
 */
public final class TransferLearningDigits {

  private TransferLearningDigits() {}

  /**
   * Compares it with a network that begins anew.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    Result result = run(10_000, 25, 60, 5_000);
    System.out.printf("25 examples, begun anew:       %.1f %% right%n", 100 * result.anew);
    System.out.printf("transfer learning:             %.1f %%%n", 100 * result.transfer);
    System.out.printf("with dropout and an average:   %.1f %%%n", 100 * result.improved);
    System.out.println("frozen layers are as they were: " + result.frozen);
  }

  static Result run(int knownExamples, int newExamples, int epochs, int testExamples)
      throws IOException {
    List<DataSet> known = digits(knownExamples, true, 0);
    List<DataSet> few = digits(newExamples * 3, true, 5).subList(0, newExamples);
    ListDataSetIterator<DataSet> train = new ListDataSetIterator<>(few, 5);
    ListDataSetIterator<DataSet> test =
        new ListDataSetIterator<>(digits(testExamples, false, 5), 250);
    Result result = new Result();

    MultiLayerNetwork anew = network();
    anew.fit(train, epochs);
    result.anew = anew.evaluate(test).accuracy();

    MultiLayerNetwork knowing = network();
    knowing.fit(new ListDataSetIterator<>(known, 64), 3);
    FineTuneConfiguration fineTune =
        new FineTuneConfiguration.Builder().seed(2).updater(new Adam(1e-3)).build();
    MultiLayerNetwork transfer =
        new TransferLearning.Builder(knowing)
            .fineTuneConfiguration(fineTune)
            .setFeatureExtractor(3) // convolutions stay
            .nOutReplace(5, 5, WeightInit.XAVIER)
            .build();
    transfer.fit(train, epochs);
    result.transfer = transfer.evaluate(test).accuracy();

    MultiLayerNetwork improved =
        new TransferLearning.Builder(knowing)
            .fineTuneConfiguration(fineTune)
            .setFeatureExtractor(3) // convolutions stay
            .removeOutputLayer()
            .addLayer(
                new OutputLayer.Builder()
                    .nIn(64)
                    .nOut(5)
                    .activation(Activation.SOFTMAX)
                    .dropOut(new InvertedDropout(0.5))
                    .build())
            .build();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.98).build();
    improved.setListeners(ema);
    improved.fit(train, epochs);
    result.improved = ema.averagedNetwork(improved).evaluate(test).accuracy();
    result.frozen = improved.getLayer(2).params().equals(knowing.getLayer(2).params());
    return result;
  }

  private static MultiLayerNetwork network() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-3))
            .activation(Activation.RELU)
            .weightInit(WeightInit.RELU)
            .list()
            .layer(new ConvolutionLayer.Builder(5, 5).nOut(8).build())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
            .layer(new ConvolutionLayer.Builder(5, 5).nOut(16).build())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
            .layer(new DenseLayer.Builder().nOut(64).build())
            .layer(
                new OutputLayer.Builder()
                    .nOut(5)
                    .activation(Activation.SOFTMAX)
                    .weightInit(WeightInit.XAVIER)
                    .build())
            .setInputType(InputType.convolutionalFlat(28, 28, 1))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /**
   * Those of the first so many examples that show one of the five digits from {@code lowest} on.
   */
  private static List<DataSet> digits(int examples, boolean train, int lowest) throws IOException {
    DataSet all = new MnistDataSetIterator(examples, examples, false, train, false, 1).next();
    INDArray classes = Nd4j.argMax(all.getLabels(), 1);
    List<DataSet> chosen = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      int digit = classes.getInt(i);
      if (digit >= lowest && digit < lowest + 5) {
        INDArray five =
            all.getLabels()
                .get(NDArrayIndex.interval(i, i + 1), NDArrayIndex.interval(lowest, lowest + 5));
        INDArray image = all.getFeatures().get(NDArrayIndex.interval(i, i + 1));
        chosen.add(new DataSet(image.dup(), five.dup()));
      }
    }
    return chosen;
  }

  /** Accuracies on the digits 5 to 9. */
  static final class Result {
    double anew;
    double transfer;
    double improved;
    boolean frozen;
  }
}
