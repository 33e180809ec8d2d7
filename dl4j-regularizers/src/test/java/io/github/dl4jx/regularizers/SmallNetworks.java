package io.github.dl4jx.regularizers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** Networks and data of a few numbers, in double precision, for the tests of regularizers. */
public final class SmallNetworks {

  private SmallNetworks() {}

  /** A network of the layers that learns nothing: for gradient checks. */
  public static MultiLayerNetwork network(InputType input, Layer... layers) {
    return network(new NoOp(), input, layers);
  }

  /** A network of the layers. */
  public static MultiLayerNetwork network(IUpdater updater, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = configuration(updater).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  /** The layers as a graph, one after another. */
  public static ComputationGraph graph(IUpdater updater, InputType input, Layer... layers) {
    ComputationGraphConfiguration.GraphBuilder builder =
        configuration(updater).graphBuilder().addInputs("0").setInputTypes(input);
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer("" + (i + 1), layers[i], "" + i);
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("" + layers.length).build());
    graph.init();
    return graph;
  }

  private static NeuralNetConfiguration.Builder configuration(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(updater);
  }

  public static Layer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  public static Layer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
  }

  public static Layer output() {
    return new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build();
  }

  public static Layer sequenceOutput() {
    return new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build();
  }

  /** Random features of the given shape, and one of three classes for each example. */
  public static DataSet data(long... features) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, features[0], 3);
    for (int i = 0; i < features[0]; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.rand(DataType.DOUBLE, features), labels);
  }

  /** Four sequences of six features and five steps, a class for every step. */
  public static DataSet sequences() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, 3, 5);
    for (int i = 0; i < 20; i++) {
      labels.putScalar(new long[] {i / 5, i % 3, i % 5}, 1);
    }
    return new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 6, 5), labels);
  }

  /** The same with masks: two of the sequences are shorter. */
  public static DataSet maskedSequences() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 4, 5);
    mask.putScalar(0, 4, 0).putScalar(2, 3, 0).putScalar(2, 4, 0);
    DataSet data = sequences();
    data.setFeaturesMaskArray(mask);
    data.setLabelsMaskArray(mask.dup());
    return data;
  }

  /** Whether backpropagation agrees with numeric differentiation, the random masks being fixed. */
  public static boolean gradientsAgree(MultiLayerNetwork network, DataSet data) {
    return GradientCheckUtil.checkGradients(
        new GradientCheckUtil.MLNConfig()
            .net(network)
            .input(data.getFeatures())
            .labels(data.getLabels())
            .callEachIter(net -> Nd4j.getRandom().setSeed(12345))
            .inputMask(data.getFeaturesMaskArray())
            .labelMask(data.getLabelsMaskArray())
            .epsilon(1e-6)
            .maxRelError(1e-5)
            .minAbsoluteError(1e-9));
  }

  /** A copy by Java serialization. */
  public static Object serialized(Object object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
