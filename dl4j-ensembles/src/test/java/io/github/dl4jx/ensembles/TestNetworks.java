package io.github.dl4jx.ensembles;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks and a small problem: three classes that lie on rings. */
public final class TestNetworks {

  private TestNetworks() {}

  private static NeuralNetConfiguration.Builder base(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.TANH)
        .updater(new Adam(0.02));
  }

  private static DenseLayer hidden(int units) {
    return new DenseLayer.Builder().nIn(2).nOut(units).build();
  }

  private static OutputLayer classes(int units) {
    return new OutputLayer.Builder().nIn(units).nOut(3).activation(Activation.SOFTMAX).build();
  }

  public static MultiLayerConfiguration configuration(long seed) {
    return configuration(seed, 12);
  }

  public static MultiLayerConfiguration configuration(long seed, int units) {
    return base(seed).list().layer(hidden(units)).layer(classes(units)).build();
  }

  public static MultiLayerConfiguration regression(long seed) {
    return base(seed)
        .list()
        .layer(hidden(12))
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(12)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }

  public static ComputationGraphConfiguration graphConfiguration(long seed) {
    return base(seed)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden(12), "in")
        .addLayer("out", classes(12), "hidden")
        .setOutputs("out")
        .build();
  }

  public static MultiLayerNetwork network(long seed) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration(seed));
    net.init();
    return net;
  }

  public static ComputationGraph graph(long seed) {
    ComputationGraph graph = new ComputationGraph(graphConfiguration(seed));
    graph.init();
    return graph;
  }

  public static DataSet rings(int n, long seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.zeros(DataType.FLOAT, n, 2);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, n, 3);
    for (int i = 0; i < n; i++) {
      int ring = i % 3;
      double radius = 0.5 + ring + 0.3 * random.nextGaussian();
      double angle = 2 * Math.PI * random.nextDouble();
      features.putScalar(i, 0, radius * Math.cos(angle));
      features.putScalar(i, 1, radius * Math.sin(angle));
      labels.putScalar(i, ring, 1);
    }
    return new DataSet(features, labels);
  }
}
