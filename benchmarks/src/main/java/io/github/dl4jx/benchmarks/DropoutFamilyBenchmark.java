package io.github.dl4jx.benchmarks;

import io.github.dl4jx.regularizers.dropout.DropBlock;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import io.github.dl4jx.regularizers.weightnoise.DropConnectGradient;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One training step with each kind of dropout, and with Deeplearning4j's nearest: dense networks
 * 784-512-512-10 at batch 128, two convolutions of 16 channels on 28x28 at batch 32, an LSTM of 64
 * units over 30 steps at batch 32.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DropoutFamilyBenchmark {

  /** The kind; after the colon Deeplearning4j's class. */
  @Param({
    "inverted:Dropout",
    "vanilla:DropoutLayer",
    "locked:Dropout",
    "dropBlock:SpatialDropout",
    "dropConnect:DropConnect",
    "concrete:Dropout",
    "stochasticDepth:ElementWiseVertex"
  })
  public String kind = "";

  private Model dl4j = network(hidden(), hidden());
  private Model ours = dl4j;
  private DataSet data = new DataSet();

  /** Makes the networks. */
  @Setup
  public void make() {
    data = flat();
    switch (kind.substring(0, kind.indexOf(':'))) {
      case "inverted" -> {
        dl4j = network(hidden(), hidden().dropOut(new Dropout(0.5)));
        ours = network(hidden(), hidden().dropOut(new InvertedDropout(0.5)));
      }
      case "vanilla" -> {
        dl4j = network(hidden().build(), new DropoutLayer(0.5), hidden().build());
        ours = network(hidden().build(), new VanillaDropoutLayer(0.5), hidden().build());
      }
      case "locked" -> {
        data = sequences();
        dl4j = recurrent(new LSTM.Builder().nOut(64).dropOut(new Dropout(0.7)));
        ours = recurrent(new LSTM.Builder().nOut(64).dropOut(new LockedDropout(0.7)));
      }
      case "dropBlock" -> {
        data = images();
        dl4j = convolutional(convolution().dropOut(new SpatialDropout(0.9)));
        ours = convolutional(convolution().dropOut(new DropBlock(0.9)));
      }
      case "dropConnect" -> {
        dl4j = network(hidden(), hidden().weightNoise(new DropConnect(0.5)));
        ours =
            network(
                hidden(),
                hidden()
                    .weightNoise(new io.github.dl4jx.regularizers.weightnoise.DropConnect(0.5, 7)));
        ours.setListeners(new DropConnectGradient());
      }
      case "concrete" -> {
        dl4j = network(hidden(), hidden().dropOut(new Dropout(0.9)));
        ours = network(hidden().build(), new ConcreteDropout(hidden().build()));
      }
      default -> {
        dl4j = graph(new ElementWiseVertex(ElementWiseVertex.Op.Add));
        ours = graph(new StochasticDepth(0.8));
      }
    }
  }

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nOut(512).activation(Activation.RELU);
  }

  private static ConvolutionLayer.Builder convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(16).activation(Activation.RELU);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build();
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(1e-3));
  }

  private static Model network(DenseLayer.Builder first, DenseLayer.Builder second) {
    return network(first.build(), second.build());
  }

  private static Model network(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return started(list.layer(output()).setInputType(InputType.feedForward(784)));
  }

  private static Model recurrent(LSTM.Builder lstm) {
    return started(
        base()
            .list()
            .layer(lstm.build())
            .layer(new RnnOutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.recurrent(32)));
  }

  private static Model convolutional(ConvolutionLayer.Builder second) {
    return started(
        base()
            .list()
            .layer(convolution().build())
            .layer(second.build())
            .layer(output())
            .setInputType(InputType.convolutional(28, 28, 1)));
  }

  private static Model started(NeuralNetConfiguration.ListBuilder list) {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static Model graph(GraphVertex sum) {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", hidden().build(), "in")
                .addLayer("branch", hidden().build(), "first")
                .addVertex("sum", sum, "first", "branch")
                .addLayer("out", output(), "sum")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(784))
                .build());
    graph.init();
    return graph;
  }

  private static DataSet flat() {
    return new DataSet(Nd4j.rand(DataType.FLOAT, 128, 784), oneHot(128));
  }

  private static DataSet images() {
    return new DataSet(Nd4j.rand(DataType.FLOAT, 32, 1, 28, 28), oneHot(32));
  }

  private static DataSet sequences() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 32, 10, 30);
    for (int i = 0; i < 32; i++) {
      for (int t = 0; t < 30; t++) {
        labels.putScalar(i, (i + t) % 10, t, 1);
      }
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, 32, 32, 30), labels);
  }

  private static INDArray oneHot(int rows) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, 10);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    return labels;
  }

  private double step(Model network) {
    if (network instanceof MultiLayerNetwork net) {
      net.fit(data);
    } else {
      ((ComputationGraph) network).fit(data);
    }
    return network.score();
  }

  /** Deeplearning4j's nearest. */
  @Benchmark
  public double dl4j() {
    return step(dl4j);
  }

  /** This project's. */
  @Benchmark
  public double ours() {
    return step(ours);
  }
}
