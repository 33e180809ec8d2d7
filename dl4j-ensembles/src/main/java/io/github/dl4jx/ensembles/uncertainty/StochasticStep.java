package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.KeyedDropout;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step of a {@link StochasticNetwork}: a layer, a vertex, or the input. */
final class StochasticStep {

  final int[] inputs;
  final @Nullable IDropout dropout;
  private final @Nullable Layer layer;
  private final @Nullable InputPreProcessor preProcessor;
  private final @Nullable GraphVertex vertex;

  StochasticStep() {
    this(null, null, null, null, new int[0]);
  }

  StochasticStep(GraphVertex vertex, @Nullable IDropout ofLastInput, int... inputs) {
    this(vertex, null, null, ofLastInput, inputs);
  }

  StochasticStep(Layer layer, @Nullable InputPreProcessor preProcessor, int... inputs) {
    this(null, layer, preProcessor, dropout(layer), inputs);
  }

  private StochasticStep(
      @Nullable GraphVertex vertex,
      @Nullable Layer layer,
      @Nullable InputPreProcessor preProcessor,
      @Nullable IDropout dropout,
      int[] inputs) {
    this.vertex = vertex;
    this.layer = layer;
    this.preProcessor = preProcessor;
    this.dropout = dropout;
    this.inputs = inputs;
  }

  private static @Nullable IDropout dropout(Layer layer) {
    if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
      return null; // is in test mode in training, too
    }
    return ConcreteDropout.dropoutOf(layer).orElseGet(() -> dropout(layer.conf().getLayer()));
  }

  private static @Nullable IDropout dropout(org.deeplearning4j.nn.conf.layers.Layer configuration) {
    if (configuration instanceof InvertedDropoutLayer) {
      return ((InvertedDropoutLayer) configuration).dropout().unseeded();
    }
    if (configuration instanceof VanillaDropoutLayer) { // scales by p at test time, itself
      return new InvertedDropout(((VanillaDropoutLayer) configuration).retainProbability());
    }
    if (configuration instanceof BaseWrapperLayer) { // has the input of what it wraps
      return dropout(((BaseWrapperLayer) configuration).getUnderlying());
    }
    if (configuration instanceof Bidirectional) {
      Preconditions.checkArgument(
          ((Bidirectional) configuration).getFwd().getIDropout() == null,
          "layer %s: dropout in a Bidirectional, with a mask for each direction, is not"
              + " supported: put a dropout layer before it",
          configuration.getLayerName());
    }
    IDropout dropout = configuration.getIDropout();
    if (dropout instanceof KeyedDropout) { // with a seed, each chunk would get the same masks
      return ((KeyedDropout) dropout).unseeded();
    }
    if (dropout instanceof Dropout) { // the same in distribution, and several times as fast
      Dropout theirs = (Dropout) dropout;
      return theirs.getPSchedule() == null
          ? new InvertedDropout(theirs.getP())
          : new InvertedDropout(theirs.getPSchedule());
    }
    return dropout;
  }

  INDArray run(INDArray x, INDArray[] in, LayerWorkspaceMgr workspaces) {
    try (MemoryWorkspace working = workspaces.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
      if (vertex != null) {
        int last = in.length - 1;
        for (int i = 0; i <= last; i++) {
          vertex.setInput(i, i == last ? drop(in[i], 0, 0, workspaces) : in[i], workspaces);
        }
        return vertex.doForward(false, workspaces);
      }
      if (layer == null) {
        return x;
      }
      INDArray input = in[0];
      if (preProcessor != null) {
        input = preProcessor.preProcess(input, (int) input.size(0), workspaces);
      }
      input = drop(input, layer.getIterationCount(), layer.getEpochCount(), workspaces);
      return layer.activate(input, false, workspaces);
    }
  }

  private INDArray drop(INDArray x, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    if (dropout == null) {
      return x;
    }
    INDArray dropped =
        workspaces.createUninitialized(ArrayType.INPUT, x.dataType(), x.shape(), x.ordering());
    return dropout.applyDropout(x, dropped, iteration, epoch, workspaces);
  }

  void clear() {
    if (dropout != null) {
      dropout.clear();
    }
    if (layer != null) {
      layer.clear();
    }
    if (vertex != null) {
      vertex.clear();
    }
  }
}
