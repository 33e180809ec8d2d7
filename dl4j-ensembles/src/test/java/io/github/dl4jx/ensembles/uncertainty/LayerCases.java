package io.github.dl4jx.ensembles.uncertainty;

import java.util.List;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.Activation;

/** Networks of layers, each about a preprocessor or a layer that wraps another one. */
final class LayerCases {

  private static final long[] VECTOR = {4};
  private static final long[] SEQUENCE = {4, 5};
  private static final long[] IMAGE = {2, 5, 5};

  private LayerCases() {}

  private static DenseLayer dense(int in, int out, Dropout dropout) {
    return new DenseLayer.Builder().nIn(in).nOut(out).dropOut(dropout).build();
  }

  private static LSTM lstm(int in, Dropout dropout) {
    return new LSTM.Builder().nIn(in).nOut(4).dropOut(dropout).build();
  }

  private static ConvolutionLayer convolution(int in, int out, Dropout dropout) {
    return new ConvolutionLayer.Builder(2, 2).nIn(in).nOut(out).dropOut(dropout).build();
  }

  private static Layer softmax(int in, Dropout dropout) {
    return new OutputLayer.Builder()
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .dropOut(dropout)
        .build();
  }

  private static Layer rnnSoftmax(int in, Dropout dropout) {
    return new RnnOutputLayer.Builder()
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .dropOut(dropout)
        .build();
  }

  private static NeuralNetConfiguration.ListBuilder list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .activation(Activation.TANH)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list;
  }

  /** Layers with preprocessors in front of the second one, the third one, and so on. */
  private static MultiLayerNetwork network(Layer[] layers, InputPreProcessor... preProcessors) {
    TreeMap<Integer, InputPreProcessor> all = new TreeMap<>();
    for (int i = 0; i < preProcessors.length; i++) {
      if (preProcessors[i] != null) {
        all.put(i + 1, preProcessors[i]);
      }
    }
    return new MultiLayerNetwork(list(layers).inputPreProcessors(all).build());
  }

  private static Layer[] layers(Layer... layers) {
    return layers;
  }

  private static NetworkCase imagesOfSteps() {
    return NetworkCase.of(
        "RnnToCnn, CnnToRnn",
        (before, after) ->
            network(
                layers(
                    new LSTM.Builder().nIn(4).nOut(9).dropOut(before).build(),
                    convolution(1, 2, after),
                    lstm(8, null),
                    rnnSoftmax(4, null)),
                new RnnToCnnPreProcessor(3, 3, 1),
                new CnnToRnnPreProcessor(2, 2, 2)),
        SEQUENCE);
  }

  private static NetworkCase perStep() {
    return NetworkCase.of(
        "RnnToFeedForward, FeedForwardToRnn",
        (before, after) ->
            network(
                layers(
                    lstm(4, null),
                    dense(4, 4, before),
                    new SimpleRnn.Builder().nIn(4).nOut(4).dropOut(after).build(),
                    rnnSoftmax(4, null)),
                new RnnToFeedForwardPreProcessor(),
                new FeedForwardToRnnPreProcessor()),
        SEQUENCE);
  }

  private static NetworkCase composed() {
    return NetworkCase.of(
        "Composable of the rows' number",
        (before, after) ->
            network(
                layers(lstm(4, before), lstm(4, after), rnnSoftmax(4, null)),
                new ComposableInputPreProcessor(
                    new RnnToFeedForwardPreProcessor(), new FeedForwardToRnnPreProcessor())),
        SEQUENCE);
  }

  /** A recurrent layer whose sequences become one row for each example. */
  private static NetworkCase flattened(String name, InputPreProcessor preProcessor) {
    return NetworkCase.of(
        name,
        (before, after) ->
            network(
                layers(lstm(4, before), dense(20, 4, after), softmax(4, null)),
                preProcessor.clone()),
        SEQUENCE);
  }

  private static NetworkCase permuted() {
    return NetworkCase.of(
        "Permute",
        (before, after) ->
            new MultiLayerNetwork(
                list(lstm(4, before), lstm(5, after), rnnSoftmax(4, null))
                    .inputPreProcessor(1, new PermutePreprocessor(2, 1))
                    .setInputType(InputType.recurrent(4, 5))
                    .build()),
        SEQUENCE);
  }

  private static NetworkCase around(String name, LayerOf wrapped, int size) {
    return NetworkCase.of(
        name,
        (before, after) ->
            network(layers(lstm(4, before), wrapped.layer(after), rnnSoftmax(size, null))),
        SEQUENCE);
  }

  private interface LayerOf {
    Layer layer(Dropout dropout);
  }

  private static NetworkCase last(String name, LayerOf wrapped, int size) {
    return NetworkCase.of(
        name,
        (before, after) ->
            network(layers(lstm(4, before), wrapped.layer(after), softmax(size, null))),
        SEQUENCE);
  }

  private static Layer bidirectional(Bidirectional.Mode mode, Dropout dropout) {
    return new Bidirectional(mode, lstm(4, dropout));
  }

  static List<NetworkCase> all() {
    return List.of(
        NetworkCase.of(
            "CnnToFeedForward",
            (before, after) ->
                network(
                    layers(convolution(2, 3, before), softmax(48, after)),
                    new CnnToFeedForwardPreProcessor(4, 4, 3)),
            IMAGE),
        NetworkCase.of(
            "FeedForwardToCnn",
            (before, after) ->
                network(
                    layers(dense(4, 9, before), convolution(1, 2, after), softmax(8, null)),
                    new FeedForwardToCnnPreProcessor(3, 3, 1),
                    new CnnToFeedForwardPreProcessor(2, 2, 2)),
            VECTOR),
        NetworkCase.of(
            "FeedForwardToCnn3D, Cnn3DToFeedForward",
            (before, after) ->
                network(
                    layers(
                        dense(4, 8, before),
                        new Convolution3D.Builder(2, 2, 2).nIn(1).nOut(3).dropOut(after).build(),
                        softmax(3, null)),
                    new FeedForwardToCnn3DPreProcessor(2, 2, 2, 1, true),
                    new Cnn3DToFeedForwardPreProcessor(1, 1, 1, 3, true)),
            VECTOR),
        imagesOfSteps(),
        perStep(),
        perStep().masked(),
        composed(),
        composed().masked(),
        NetworkCase.of(
            "Composable",
            (before, after) ->
                network(
                    layers(dense(4, 9, before), dense(9, 4, after), softmax(4, null)),
                    new ComposableInputPreProcessor(
                        new FeedForwardToCnnPreProcessor(3, 3, 1),
                        new CnnToFeedForwardPreProcessor(3, 3, 1))),
            VECTOR),
        flattened("KerasFlattenRnn", new KerasFlattenRnnPreprocessor(4, 5)),
        permuted(),
        flattened("Reshape", new ReshapePreprocessor(new long[] {4, 5}, new long[] {20}, false)),
        NetworkCase.of(
                "Reshape of rows that are not one for each example",
                (before, after) ->
                    network(
                        layers(lstm(4, null), dense(4, 4, before), softmax(20, after)),
                        new RnnToFeedForwardPreProcessor(),
                        new ReshapePreprocessor(new long[] {4}, new long[] {20}, false)),
                SEQUENCE)
            .ofThisBatchOnly(),
        NetworkCase.of(
                "rows of steps as output",
                (before, after) ->
                    network(
                        layers(lstm(4, before), softmax(4, after)),
                        new RnnToFeedForwardPreProcessor()),
                SEQUENCE)
            .ofThisBatchOnly(),
        around("Bidirectional", d -> bidirectional(Bidirectional.Mode.CONCAT, d), 8),
        around("Bidirectional", d -> bidirectional(Bidirectional.Mode.CONCAT, d), 8).masked(),
        around("Bidirectional sum", d -> bidirectional(Bidirectional.Mode.ADD, d), 4).masked(),
        last(
                "last step of a Bidirectional",
                d -> new LastTimeStep(bidirectional(Bidirectional.Mode.MUL, d)),
                4)
            .masked(),
        last("LastTimeStep", d -> new LastTimeStep(lstm(4, d)), 4).masked(),
        around("TimeDistributed", d -> new TimeDistributed(dense(4, 4, d)), 4),
        pooled().masked(),
        maskZero(),
        dropOutOfAllLayers());
  }

  private static NetworkCase pooled() {
    return NetworkCase.of(
        "GlobalPooling",
        (before, after) ->
            network(
                layers(
                    lstm(4, before),
                    new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
                    softmax(4, after))),
        SEQUENCE);
  }

  /** Takes for padding what is zero before the dropout, not after it. */
  private static NetworkCase maskZero() {
    return NetworkCase.of(
        "MaskZero",
        (before, after) ->
            network(
                layers(
                    new MaskZeroLayer(new LSTM.Builder().nIn(2).nOut(4).dropOut(before).build(), 0),
                    rnnSoftmax(4, after))),
        new long[] {2, 5});
  }

  /** A {@code dropOut(..)} for the network is in its pooling layer, too, which ignores it. */
  private static NetworkCase dropOutOfAllLayers() {
    return NetworkCase.of(
        "dropOut(..) of the network",
        (before, after) ->
            new MultiLayerNetwork(
                new NeuralNetConfiguration.Builder()
                    .seed(3)
                    .activation(Activation.TANH)
                    .dropOut(after)
                    .list()
                    .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                    .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).build())
                    .layer(softmax(12, after))
                    .setInputType(InputType.convolutional(5, 5, 2))
                    .build()),
        IMAGE);
  }
}
