package io.github.dl4jx.examples;

import io.github.dl4jx.training.guard.BroadcastGuard;
import java.io.IOException;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Plain Deeplearning4j, its own example LeNetMNIST: what {@link LeNetMnistImproved} is compared
 * with. Of the training examples it takes few, as those have who label their own.
 */
public final class LeNetMnist {

  private LeNetMnist() {}

  /**
   * Trains and prints the accuracy.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    double accuracy = run(1_000, 15, 10_000);
    System.out.printf("LeNet, plain: %.2f %% of the test digits are right%n", 100 * accuracy);
  }

  static double run(int examples, int epochs, int testExamples) throws IOException {
    BroadcastGuard.install(); // or ND4J may crash; what follows is Deeplearning4j alone
    int batchSize = 64;
    DataSetIterator mnistTrain =
        new MnistDataSetIterator(batchSize, examples, false, true, true, 12345);
    DataSetIterator mnistTest =
        new MnistDataSetIterator(batchSize, testExamples, false, false, false, 12345);

    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(123)
            .l2(0.0005)
            .weightInit(WeightInit.XAVIER)
            .updater(new Adam(1e-3))
            .list()
            .layer(
                new ConvolutionLayer.Builder(5, 5)
                    .nIn(1)
                    .stride(1, 1)
                    .nOut(20)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build())
            .layer(
                new ConvolutionLayer.Builder(5, 5)
                    .stride(1, 1)
                    .nOut(50)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build())
            .layer(new DenseLayer.Builder().activation(Activation.RELU).nOut(500).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutionalFlat(28, 28, 1))
            .build();

    MultiLayerNetwork model = new MultiLayerNetwork(conf);
    model.init();
    model.setListeners(new ScoreIterationListener(100));
    model.fit(mnistTrain, epochs);

    Evaluation evaluation = model.evaluate(mnistTest);
    return evaluation.accuracy();
  }
}
