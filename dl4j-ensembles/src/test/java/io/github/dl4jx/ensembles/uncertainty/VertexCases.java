package io.github.dl4jx.ensembles.uncertainty;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;

/** Graphs, each about a vertex. */
public final class VertexCases {

  private static final long[] VECTOR = {4};
  private static final long[] SEQUENCE = {4, 5};

  private VertexCases() {}

  private static GraphBuilder builder(String... inputs) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .trainingWorkspaceMode(WorkspaceMode.NONE) // else output(true, ..) of a graph throws
        .graphBuilder()
        .addInputs(inputs);
  }

  private static DenseLayer dense(int in, int out, Dropout dropout) {
    return new DenseLayer.Builder().nIn(in).nOut(out).dropOut(dropout).build();
  }

  private static LSTM lstm(int in, Dropout dropout) {
    return new LSTM.Builder().nIn(in).nOut(4).dropOut(dropout).build();
  }

  private static OutputLayer softmax(int in, Dropout dropout) {
    return new OutputLayer.Builder()
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .dropOut(dropout)
        .build();
  }

  private static RnnOutputLayer rnnSoftmax(Dropout dropout) {
    return new RnnOutputLayer.Builder()
        .nIn(4)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .dropOut(dropout)
        .build();
  }

  private static ComputationGraph graph(GraphBuilder builder, String... outputs) {
    return new ComputationGraph(builder.setOutputs(outputs).build());
  }

  /** Two dense layers, the vertex on one or both, and an output layer. */
  private static NetworkCase dense(String name, GraphVertex vertex, int size, boolean both) {
    return NetworkCase.of(
        name,
        (before, after) -> {
          GraphBuilder builder = builder("in").addLayer("a", dense(4, 4, before), "in");
          if (both) {
            builder.addLayer("b", dense(4, 4, null), "in").addVertex("v", vertex.clone(), "a", "b");
          } else {
            builder.addVertex("v", vertex.clone(), "a");
          }
          return graph(builder.addLayer("out", softmax(size, after), "v"), "out");
        },
        VECTOR);
  }

  /** A recurrent layer, the vertex, another one, and an output layer. */
  private static NetworkCase sequence(String name, GraphVertex vertex) {
    return NetworkCase.of(
        name,
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("a", lstm(4, before), "in")
                    .addVertex("v", vertex, "a")
                    .addLayer("b", lstm(4, after), "v")
                    .addLayer("out", rnnSoftmax(null), "b"),
                "out"),
        SEQUENCE);
  }

  private static NetworkCase siamese(String name, int first, int second) {
    return NetworkCase.of(
        name,
        (before, after) ->
            graph(
                builder("in", "in2")
                    .addVertex("stack", new StackVertex(), "in", "in2")
                    .addLayer("both", dense(4, 4, before), "stack")
                    .addVertex("u0", new UnstackVertex(first, 2), "both")
                    .addVertex("u1", new UnstackVertex(second, 2), "both")
                    .addVertex("distance", new L2Vertex(), "u0", "u1")
                    .addVertex("merged", new MergeVertex(), "u0", "distance")
                    .addLayer("out", softmax(5, after), "merged"),
                "out"),
        VECTOR,
        VECTOR);
  }

  private static NetworkCase encoderDecoder() {
    return NetworkCase.of(
        "DuplicateToTimeSeries",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("encoder", lstm(4, null), "in")
                    .addVertex("last", new LastTimeStepVertex("in"), "encoder")
                    .addLayer("code", dense(4, 4, before), "last")
                    .addVertex("repeated", new DuplicateToTimeSeriesVertex("in"), "code")
                    .addVertex("joined", new MergeVertex(), "repeated", "in")
                    .addLayer("decoder", lstm(8, after), "joined")
                    .addLayer("out", rnnSoftmax(null), "decoder"),
                "out"),
        SEQUENCE);
  }

  private static NetworkCase attention() {
    return NetworkCase.of(
        "Attention",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("a", lstm(4, before), "in")
                    .addVertex(
                        "v",
                        new AttentionVertex.Builder()
                            .nInKeys(4)
                            .nInQueries(4)
                            .nInValues(4)
                            .nOut(4)
                            .nHeads(2)
                            .projectInput(true)
                            .build(),
                        "a",
                        "a",
                        "a")
                    .addLayer("out", rnnSoftmax(after), "v"),
                "out"),
        SEQUENCE);
  }

  private static NetworkCase preprocessorVertex(boolean frozen) {
    GraphVertex back = new PreprocessorVertex(new FeedForwardToRnnPreProcessor());
    return NetworkCase.of(
        frozen ? "Preprocessor, frozen" : "Preprocessor",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("a", lstm(4, before), "in")
                    .addVertex(
                        "ff", new PreprocessorVertex(new RnnToFeedForwardPreProcessor()), "a")
                    .addLayer("b", dense(4, 4, after), "ff")
                    .addVertex("rnn", frozen ? new FrozenVertex(back) : back, "b")
                    .addLayer("out", rnnSoftmax(null), "rnn"),
                "out"),
        SEQUENCE);
  }

  private static NetworkCase poolHelper() {
    return NetworkCase.of(
        "PoolHelper",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer(
                        "a",
                        new ConvolutionLayer.Builder(2, 2).nIn(2).nOut(3).dropOut(before).build(),
                        "in")
                    .addVertex("v", new PoolHelperVertex(), "a")
                    .addLayer(
                        "out", softmax(27, after), new CnnToFeedForwardPreProcessor(3, 3, 3), "v"),
                "out"),
        new long[] {2, 5, 5});
  }

  private static NetworkCase reshape() {
    return NetworkCase.of(
        "Reshape",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("a", dense(4, 8, before), "in")
                    .addVertex("v", new ReshapeVertex(-1, 4, 2), "a")
                    .addLayer("b", lstm(4, after), "v")
                    .addLayer("out", rnnSoftmax(null), "b"),
                "out"),
        VECTOR);
  }

  /** Rows of one example side by side, and of a fixed number of examples. */
  private static NetworkCase reshapeOfRows() {
    return NetworkCase.of(
            "Reshape of rows",
            (before, after) ->
                graph(
                    builder("in")
                        .addLayer("a", dense(4, 4, before), "in")
                        .addVertex("v", new ReshapeVertex(2 * NetworkCase.EXAMPLES, 2), "a")
                        .addLayer("b", dense(2, 2, after), "v")
                        .addVertex("back", new ReshapeVertex(NetworkCase.EXAMPLES, 4), "b")
                        .addLayer("out", softmax(4, null), "back"),
                    "out"),
            VECTOR)
        .ofThisBatchOnly();
  }

  /** The stack is the output: two rows for each example. */
  private static NetworkCase stackedOutput() {
    return NetworkCase.of(
            "Stack as output",
            (before, after) ->
                graph(
                    builder("in", "in2")
                        .addLayer("a", dense(4, 4, before), "in")
                        .addVertex("stack", new StackVertex(), "a", "in2")
                        .addLayer("out", softmax(4, after), "stack"),
                    "out"),
            VECTOR,
            VECTOR)
        .ofThisBatchOnly();
  }

  /** The user's minibatch is a stack. */
  private static NetworkCase unstackedExamples() {
    return NetworkCase.of(
            "Unstack of examples",
            (before, after) ->
                graph(
                    builder("in")
                        .addLayer("a", dense(4, 4, before), "in")
                        .addVertex("u0", new UnstackVertex(0, NetworkCase.EXAMPLES), "a")
                        .addVertex("u2", new UnstackVertex(2, NetworkCase.EXAMPLES), "a")
                        .addVertex("joined", new MergeVertex(), "u0", "u2")
                        .addLayer("out", softmax(8, after), "joined"),
                    "out"),
            VECTOR)
        .ofThisBatchOnly();
  }

  /** A pre-activation block: the shortcut uses what a layer writes into. */
  private static NetworkCase preActivation() {
    return NetworkCase.of(
        "ActivationLayer beside a shortcut",
        (before, after) ->
            graph(
                builder("in")
                    .addLayer("a", dense(4, 4, before), "in")
                    .addLayer("relu", new ActivationLayer(Activation.RELU), "a")
                    .addLayer("b", dense(4, 4, after), "relu")
                    .addVertex("v", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                    .addLayer("out", softmax(4, null), "v"),
                "out"),
        VECTOR);
  }

  private static NetworkCase severalOutputs() {
    return NetworkCase.of(
        "several inputs and outputs",
        (before, after) ->
            graph(
                builder("in", "in2")
                    .addLayer("a", lstm(4, before), "in")
                    .addVertex("last", new LastTimeStepVertex("in"), "a")
                    .addLayer("b", dense(4, 4, null), "in2")
                    .addVertex("joined", new MergeVertex(), "last", "b")
                    .addLayer("steps", rnnSoftmax(null), "a")
                    .addLayer("out", softmax(8, after), "joined"),
                "steps",
                "out"),
        SEQUENCE,
        VECTOR);
  }

  /** A vertex that nobody knows: the examples less their mean. */
  public static final class Centered extends SameDiffLambdaVertex {

    @Override
    public SDVariable defineVertex(SameDiff sameDiff, VertexInputs inputs) {
      SDVariable x = inputs.getInput(0);
      return x.sub(x.mean(true, 0));
    }
  }

  static List<NetworkCase> all() {
    return List.of(
        dense("ElementWise", new ElementWiseVertex(ElementWiseVertex.Op.Add), 4, true),
        dense("ElementWise max", new ElementWiseVertex(ElementWiseVertex.Op.Max), 4, true),
        dense("ElementWise product", new ElementWiseVertex(ElementWiseVertex.Op.Product), 4, true),
        dense("Frozen", new FrozenVertex(new ScaleVertex(2)), 4, false),
        dense("L2Normalize", new L2NormalizeVertex(), 4, false),
        dense("L2", new L2Vertex(), 1, true),
        dense("Merge", new MergeVertex(), 8, true),
        dense("Scale", new ScaleVertex(3), 4, false),
        dense("Shift", new ShiftVertex(1), 4, false),
        dense("Subset", new SubsetVertex(1, 2), 2, false),
        dense("SameDiffLambda", new Centered(), 4, false).ofThisBatchOnly(),
        siamese("Stack, Unstack", 0, 1),
        siamese("Stack, Unstack, the other way", 1, 0),
        stackedOutput(),
        unstackedExamples(),
        sequence("ReverseTimeSeries", new ReverseTimeSeriesVertex("in")),
        sequence("ReverseTimeSeries", new ReverseTimeSeriesVertex("in")).masked(),
        sequence("L2Normalize of sequences", new L2NormalizeVertex()),
        encoderDecoder(),
        encoderDecoder().masked(),
        attention(),
        attention().masked(),
        preprocessorVertex(false),
        preprocessorVertex(true),
        preprocessorVertex(false).masked(),
        poolHelper(),
        reshape(),
        reshapeOfRows(),
        preActivation(),
        severalOutputs(),
        severalOutputs().masked());
  }
}
