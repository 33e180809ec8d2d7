package io.github.dl4jx.regularizers.contract;

import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static io.github.dl4jx.regularizers.SmallNetworks.sequenceOutput;
import static io.github.dl4jx.regularizers.SmallNetworks.sequences;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A layer, what drops, and an output, for the input that a dropout takes; or what drops, alone. */
final class DropoutNetwork {

  private final InputType input;

  /** A layer, or a vertex with two inputs. */
  private final Object part;

  DropoutNetwork(InputType input, Object part) {
    this.input = input;
    this.part = part;
  }

  private static NeuralNetConfiguration.Builder configuration(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(type)
        .activation(Activation.TANH)
        .updater(new Adam(0.02));
  }

  /** The whole as a graph. */
  ComputationGraph graph() {
    GraphBuilder builder =
        configuration(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(input)
            .addLayer("first", first(), "in");
    if (part instanceof Layer layer) {
      builder.addLayer("dropped", layer, "first");
    } else {
      builder
          .addLayer("branch", first(), "first")
          .addVertex("dropped", (GraphVertex) part, "first", "branch");
    }
    ComputationGraph graph =
        new ComputationGraph(builder.addLayer("out", last(), "dropped").setOutputs("out").build());
    graph.init();
    return graph;
  }

  /** The whole as a network of layers. */
  MultiLayerNetwork layers() {
    MultiLayerConfiguration conf =
        configuration(DataType.DOUBLE)
            .list()
            .layer(first())
            .layer((Layer) part)
            .layer(last())
            .setInputType(input)
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /** What drops, alone. */
  RunningDropout alone(DataType type) {
    GraphBuilder builder = configuration(type).graphBuilder();
    if (part instanceof Layer layer) {
      builder.addInputs("in").setInputTypes(input).addLayer("dropped", layer, "in");
    } else {
      builder
          .addInputs("shortcut", "branch")
          .setInputTypes(input, input)
          .addVertex("dropped", (GraphVertex) part, "shortcut", "branch");
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("dropped").build());
    graph.init();
    return new RunningDropout(graph, type);
  }

  private Layer first() {
    if (input instanceof InputType.InputTypeRecurrent) {
      return new SimpleRnn.Builder().nOut(6).build();
    }
    if (input instanceof InputType.InputTypeConvolutional images) {
      return new ConvolutionLayer.Builder(3, 3)
          .nOut(2)
          .convolutionMode(ConvolutionMode.Same)
          .dataFormat(images.getFormat())
          .build();
    }
    return new DenseLayer.Builder().nOut(6).build();
  }

  private Layer last() {
    return input instanceof InputType.InputTypeRecurrent ? sequenceOutput() : output();
  }

  /** A batch for the whole. */
  static DataSet batch(InputType input) {
    Nd4j.getRandom().setSeed(11);
    return input instanceof InputType.InputTypeRecurrent ? sequences() : data(shape(input, 9));
  }

  /** The shape of a minibatch. */
  static long[] shape(InputType input, long examples) {
    if (input instanceof InputType.InputTypeConvolutional image) {
      long h = image.getHeight();
      long w = image.getWidth();
      long c = image.getChannels();
      return image.getFormat() == CNN2DFormat.NHWC
          ? new long[] {examples, h, w, c}
          : new long[] {examples, c, h, w};
    }
    return input instanceof InputType.InputTypeRecurrent
        ? new long[] {examples, 6, 5}
        : new long[] {examples, 6};
  }

  /** Steps, before each of which ND4J's generator gets a seed. */
  static void fit(ComputationGraph graph, DataSet batch, int from, int to) {
    for (int step = from; step < to; step++) {
      Nd4j.getRandom().setSeed(step);
      graph.fit(batch);
    }
  }

  static INDArray random(DataType type, long... shape) {
    return Nd4j.rand(DataType.DOUBLE, shape).addi(0.5).castTo(type);
  }
}
