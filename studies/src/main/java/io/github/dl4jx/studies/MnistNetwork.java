package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.Technique.Trained;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the studies train on MNIST: a 784-256-10 network (ReLU, softmax), in batches of 128. */
final class MnistNetwork {

  static final int BATCH = 128;

  static final int SCORING_BATCH = 1000;

  private MnistNetwork() {}

  static Trained trained(MultiLayerNetwork net) {
    return new Trained(net::output, net::close);
  }

  static MultiLayerConfiguration configuration(
      long seed, IUpdater updater, @Nullable InvertedDropout dropout) {
    return configuration(
        seed,
        updater,
        0,
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .dropOut(dropout));
  }

  /** The same network with an L2 penalty on its weights, which are small then. */
  static MultiLayerConfiguration penalized(long seed, IUpdater updater, double l2) {
    return configuration(
        seed,
        updater,
        l2,
        new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX));
  }

  /** The same network, whose outputs are any numbers. */
  static MultiLayerConfiguration regression(long seed, IUpdater updater) {
    return configuration(
        seed,
        updater,
        0,
        new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY));
  }

  private static MultiLayerConfiguration configuration(
      long seed, IUpdater updater, double l2, OutputLayer.Builder output) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .weightInit(WeightInit.XAVIER)
        .updater(updater)
        .l2(l2)
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(256).activation(Activation.RELU).build())
        .layer(output.nIn(256).nOut(10).build())
        .build();
  }

  /**
   * A network of any hidden layers, with Adam.
   *
   * @param scores whether the outputs are any numbers, for the squared error, instead of classes
   */
  static MultiLayerConfiguration layers(
      boolean scores, Activation activation, double rate, int... hidden) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(0)
            .weightInit(WeightInit.XAVIER)
            .activation(activation)
            .updater(new Adam(rate))
            .list();
    int inputs = 784;
    for (int units : hidden) {
      list.layer(new DenseLayer.Builder().nIn(inputs).nOut(units).build());
      inputs = units;
    }
    return list.layer(
            new OutputLayer.Builder(scores ? LossFunction.MSE : LossFunction.MCXENT)
                .activation(scores ? Activation.IDENTITY : Activation.SOFTMAX)
                .nIn(inputs)
                .nOut(10)
                .build())
        .build();
  }

  static MultiLayerNetwork network(long seed, IUpdater updater, @Nullable InvertedDropout dropout) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration(seed, updater, dropout));
    net.init();
    return net;
  }

  static ResumableIterator iterator(DataSet data, long seed) {
    return new ResumableIterator(data, BATCH, seed).reusingBatches();
  }

  static DataSet load(int examples, boolean train) throws IOException {
    MnistDataSetIterator iterator =
        new MnistDataSetIterator(1000, examples, false, train, false, 0);
    List<DataSet> batches = new ArrayList<>();
    while (iterator.hasNext()) {
      batches.add(iterator.next());
    }
    return DataSet.merge(batches);
  }

  /** Scores on test data, in batches that do not take much memory. */
  static ClassificationScores scores(MultiLayerNetwork net, DataSet test) {
    List<INDArray> outputs = new ArrayList<>();
    for (int from = 0; from < test.numExamples(); from += SCORING_BATCH) {
      int to = Math.min(test.numExamples(), from + SCORING_BATCH);
      outputs.add(net.output(test.getFeatures().get(NDArrayIndex.interval(from, to))));
    }
    return ClassificationScores.of(
        test.getLabels(), Nd4j.concat(0, outputs.toArray(INDArray[]::new)));
  }
}
