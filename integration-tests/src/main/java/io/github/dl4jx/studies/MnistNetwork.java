package io.github.dl4jx.studies;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.Technique.Trained;
import io.github.dl4jx.updaters.resume.ResumableIterator;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** What the studies train on MNIST: a 784-256-10 network (ReLU, softmax), in batches of 128. */
final class MnistNetwork {

  static final int BATCH = 128;

  private MnistNetwork() {}

  static Trained trained(MultiLayerNetwork net) {
    return new Trained(net::output, net::close);
  }

  static MultiLayerConfiguration configuration(
      long seed, IUpdater updater, @Nullable InvertedDropout dropout) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .weightInit(WeightInit.XAVIER)
        .updater(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(256).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(256)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .dropOut(dropout)
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
}
