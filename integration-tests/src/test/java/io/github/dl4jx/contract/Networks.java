package io.github.dl4jx.contract;

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
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** A small network in both of Deeplearning4j's forms, and batches for it. */
final class Networks {

  private Networks() {}

  private static NeuralNetConfiguration.Builder base(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .activation(Activation.TANH)
        .l2(1e-4)
        .updater(updater);
  }

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nIn(6).nOut(8);
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX);
  }

  static MultiLayerConfiguration configuration(IUpdater updater, DataType type) {
    return base(updater, type).list().layer(hidden().build()).layer(output().build()).build();
  }

  static MultiLayerConfiguration frozenHiddenBias(IUpdater updater) {
    return base(updater, DataType.FLOAT)
        .list()
        .layer(hidden().biasUpdater(new NoOp()).build())
        .layer(output().build())
        .build();
  }

  static MultiLayerConfiguration layerByLayer(IUpdater hidden, IUpdater output) {
    return base(new NoOp(), DataType.FLOAT)
        .list()
        .layer(hidden().updater(hidden).build())
        .layer(output().updater(output).build())
        .build();
  }

  static ComputationGraphConfiguration graphConfiguration(IUpdater updater) {
    return base(updater, DataType.FLOAT)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden().build(), "in")
        .addLayer("out", output().build(), "hidden")
        .setOutputs("out")
        .build();
  }

  static MultiLayerNetwork network(IUpdater updater, DataType type) {
    return network(configuration(updater, type));
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  static ComputationGraph graph(IUpdater updater) {
    ComputationGraph graph = new ComputationGraph(graphConfiguration(updater));
    graph.init();
    return graph;
  }

  static DataSet batch(int step, DataType type) {
    Nd4j.getRandom().setSeed(100 + step);
    INDArray labels = Nd4j.zeros(type, 16, 3);
    for (int i = 0; i < 16; i++) {
      labels.putScalar(i, (i + step) % 3, 1);
    }
    return new DataSet(Nd4j.rand(DataType.DOUBLE, 16, 6).castTo(type), labels);
  }

  static void fit(MultiLayerNetwork net, int fromStep, int toStep) {
    for (int step = fromStep; step < toStep; step++) {
      net.fit(batch(step, net.params().dataType()));
    }
  }

  static void fit(ComputationGraph graph, int fromStep, int toStep) {
    for (int step = fromStep; step < toStep; step++) {
      graph.fit(batch(step, graph.params().dataType()));
    }
  }

  static float[] state(MultiLayerNetwork net) {
    INDArray state = net.getUpdater().getStateViewArray();
    return state == null ? new float[0] : state.toFloatVector();
  }
}
