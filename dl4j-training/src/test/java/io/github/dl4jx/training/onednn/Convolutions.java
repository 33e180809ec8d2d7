package io.github.dl4jx.training.onednn;

import java.util.function.Function;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Small networks with two convolutions, of Deeplearning4j's kind or ours. */
final class Convolutions {

  static final int SIZE = 11;
  static final int CHANNELS = 2;

  static final Function<ConvolutionLayer.Builder, Layer> PLAIN = ConvolutionLayer.Builder::build;
  static final Function<ConvolutionLayer.Builder, Layer> OURS = OneDnnConvolution::new;

  private Convolutions() {}

  static ConvolutionLayer.Builder padded() {
    return new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4);
  }

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .activation(Activation.RELU)
        .updater(new Sgd(0.1));
  }

  private static OutputLayer classes() {
    return new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build();
  }

  static MultiLayerConfiguration configuration(
      ConvolutionLayer.Builder first,
      Function<ConvolutionLayer.Builder, Layer> kind,
      DataType type,
      CNN2DFormat format) {
    return base(type)
        .list()
        .layer(kind.apply(first))
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(1, 1).build())
        .layer(kind.apply(new ConvolutionLayer.Builder(2, 2).nOut(3)))
        .layer(classes())
        .setInputType(InputType.convolutional(SIZE, SIZE, CHANNELS, format))
        .build();
  }

  static MultiLayerConfiguration configuration(Function<ConvolutionLayer.Builder, Layer> kind) {
    return configuration(padded(), kind, DataType.FLOAT, CNN2DFormat.NCHW);
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  static MultiLayerNetwork network(Function<ConvolutionLayer.Builder, Layer> kind) {
    return network(configuration(kind));
  }

  static ComputationGraph graph(Function<ConvolutionLayer.Builder, Layer> kind) {
    ComputationGraphConfiguration configuration =
        base(DataType.FLOAT)
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", kind.apply(padded()), "in")
            .addLayer("second", kind.apply(padded()), "first")
            .addLayer("out", classes(), "second")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(SIZE, SIZE, CHANNELS))
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  static DataSet batch(DataType type, CNN2DFormat format, int examples) {
    Nd4j.getRandom().setSeed(7);
    INDArray features =
        format == CNN2DFormat.NCHW
            ? Nd4j.randn(type, examples, CHANNELS, SIZE, SIZE)
            : Nd4j.randn(type, examples, SIZE, SIZE, CHANNELS);
    INDArray labels = Nd4j.zeros(type, examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(features, labels);
  }

  static DataSet batch(int examples) {
    return batch(DataType.FLOAT, CNN2DFormat.NCHW, examples);
  }
}
