package io.github.dl4jx.studies.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.run.Technique.Trained;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.io.FileUtils;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
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
public final class MnistNetwork {

  /** Number of examples in a batch. */
  public static final int BATCH = 128;

  /** Number of examples in a batch that is only scored. */
  public static final int SCORING_BATCH = 1000;

  private MnistNetwork() {}

  /** What such a network leaves behind. */
  public static Trained trained(MultiLayerNetwork net) {
    return new Trained(net::output, net::close);
  }

  /** The network with dropout on its hidden units, if any. */
  public static MultiLayerConfiguration configuration(
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
  public static MultiLayerConfiguration penalized(long seed, IUpdater updater, double l2) {
    return configuration(
        seed,
        updater,
        l2,
        new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX));
  }

  /** The same network, whose outputs are any numbers. */
  public static MultiLayerConfiguration regression(long seed, IUpdater updater) {
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
  public static MultiLayerConfiguration layers(
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

  /** The network, ready to be trained. */
  public static MultiLayerNetwork network(
      long seed, IUpdater updater, @Nullable InvertedDropout dropout) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration(seed, updater, dropout));
    net.init();
    return net;
  }

  /** Its batches, in an order that the seed decides. */
  public static ResumableIterator iterator(DataSet data, long seed) {
    return new ResumableIterator(data, BATCH, seed).reusingBatches();
  }

  /** Number of batches in an epoch on the data. */
  public static int batches(DataSet data) {
    return (data.numExamples() - 1) / BATCH + 1;
  }

  /**
   * The training of one network.
   *
   * @param updater made anew for each training, for its data
   * @param dropout on the hidden units, if any
   */
  public static Technique training(
      Function<DataSet, IUpdater> updater, @Nullable InvertedDropout dropout, int epochs) {
    return (seed, data) -> {
      MultiLayerNetwork net = network(seed, updater.apply(data), dropout);
      net.fit(iterator(data, seed), epochs);
      return trained(net);
    };
  }

  /** A vote of the last epochs of one training. */
  public static Ensemble checkpointVote(
      long seed, IUpdater updater, DataSet data, int epochs, int votes) throws IOException {
    File folder = Files.createTempDirectory("checkpoints").toFile();
    MultiLayerNetwork net = network(seed, updater, null);
    try {
      net.setListeners(
          new CheckpointListener.Builder(folder)
              .keepLast(votes)
              .saveEveryEpoch()
              .logSaving(false)
              .build());
      net.fit(iterator(data, seed), epochs);
      return CheckpointVoting.last(folder, votes);
    } finally {
      net.close();
      FileUtils.deleteDirectory(folder);
    }
  }

  /** Outputs for features, in batches that do not take much memory. */
  public static INDArray outputs(UnaryOperator<INDArray> output, INDArray features) {
    List<INDArray> outputs = new ArrayList<>();
    for (long from = 0; from < features.size(0); from += SCORING_BATCH) {
      long to = Math.min(features.size(0), from + SCORING_BATCH);
      outputs.add(output.apply(features.get(NDArrayIndex.interval(from, to))));
    }
    return Nd4j.concat(0, outputs.toArray(INDArray[]::new));
  }

  /** Scores on test data. */
  public static ClassificationScores scores(MultiLayerNetwork net, DataSet test) {
    return ClassificationScores.of(test.getLabels(), outputs(net::output, test.getFeatures()));
  }
}
