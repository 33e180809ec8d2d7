package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.Convolution1DUtils;
import org.deeplearning4j.util.ConvolutionUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step of a {@link StochasticNetwork}: a layer, a vertex, or an input. */
abstract class StochasticStep {

  final String name;

  /** The indices of the steps that are its inputs; none for an input of the network. */
  final int[] inputs;

  /** Applied to the last input before the layer or vertex. */
  final @Nullable IDropout dropout;

  /** Whether the layer itself applies dropout, in training mode. */
  final boolean training;

  /** Whether the layer, in training mode, has applied a dropout. */
  private final AtomicBoolean applied;

  private StochasticStep(
      String name, @Nullable IDropout dropout, boolean training, AtomicBoolean applied, int... in) {
    this.name = name;
    this.inputs = in;
    this.dropout = dropout;
    this.training = training;
    this.applied = applied;
  }

  /** {@return whether it has a dropout} */
  final boolean hasDropout() {
    return dropout != null || training;
  }

  /** {@return whether it applies a dropout; known after it has run once} */
  final boolean drops() {
    return dropout != null || (training && applied.get());
  }

  /**
   * Runs it.
   *
   * @param in its inputs, which it may change
   * @param minibatch the number of examples
   */
  final INDArray run(INDArray[] in, int minibatch, LayerWorkspaceMgr workspaces) {
    try (MemoryWorkspace working = workspaces.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
      return activate(in, minibatch, workspaces);
    }
  }

  abstract INDArray activate(INDArray[] in, int minibatch, LayerWorkspaceMgr workspaces);

  /**
   * {@return whether it keeps the rows of examples apart}
   *
   * @param whole whether its input has one row for each example
   * @param masked whether there are masks
   */
  abstract boolean keepsRows(boolean whole, boolean masked);

  /** Sets the counts of the trained network, for schedules. */
  abstract void setCounts(int iteration, int epoch);

  /**
   * Clears activations and masks.
   *
   * @param masked whether there were masks of features
   */
  void clear(boolean masked) {
    if (dropout != null) {
      dropout.clear();
    }
  }

  final INDArray drop(INDArray x, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    if (dropout == null) {
      return x;
    }
    INDArray dropped =
        workspaces.createUninitialized(ArrayType.INPUT, x.dataType(), x.shape(), x.ordering());
    return dropout.applyDropout(x, dropped, iteration, epoch, workspaces);
  }

  /** An input of the network. */
  static final class Input extends StochasticStep {

    /** Its index. */
    final int number;

    Input(String name, int number) {
      super(name, null, false, new AtomicBoolean());
      this.number = number;
    }

    @Override
    INDArray activate(INDArray[] in, int minibatch, LayerWorkspaceMgr workspaces) {
      throw new IllegalStateException("an input is not run");
    }

    @Override
    boolean keepsRows(boolean whole, boolean masked) {
      return true;
    }

    @Override
    void setCounts(int iteration, int epoch) {
      // none
    }
  }

  /** A layer, with its preprocessor. */
  static final class OfLayer extends StochasticStep {

    private final Layer layer;
    private final org.deeplearning4j.nn.conf.layers.Layer configuration;
    private final Layer trained;
    private final @Nullable InputPreProcessor preProcessor;

    /** The permutation of the activations of a layer with another data format. */
    private final int @Nullable [] permutation;

    /** Whether the permutation comes before the preprocessor, as in graphs. */
    private final boolean permutedFirst;

    /**
     * A layer.
     *
     * @param layer the view's layer
     * @param configuration its configuration, which cannot be read from the layer of a wrapper
     * @param trained the network's layer
     * @param before the layer that Deeplearning4j treats as the previous one; null if there is none
     * @param inGraph whether it is in a graph
     */
    OfLayer(
        String name,
        Layer layer,
        org.deeplearning4j.nn.conf.layers.Layer configuration,
        Layer trained,
        @Nullable InputPreProcessor preProcessor,
        @Nullable Layer before,
        boolean inGraph,
        boolean training,
        AtomicBoolean applied,
        int... inputs) {
      super(
          name,
          training ? null : dropout(layer, configuration),
          training && !isFrozen(layer),
          applied,
          inputs);
      this.layer = layer;
      this.configuration = configuration;
      this.trained = trained;
      this.preProcessor = preProcessor;
      this.permutation = before == null ? null : permutation(before, layer);
      this.permutedFirst = inGraph;
      layer.allowInputModification(false); // copies of the minibatch share inputs
    }

    private static boolean isFrozen(Layer layer) {
      return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
    }

    private static @Nullable IDropout dropout(
        Layer layer, org.deeplearning4j.nn.conf.layers.Layer configuration) {
      if (isFrozen(layer)) {
        return null; // in test mode in training, too
      }
      return ConcreteDropout.dropoutOf(layer)
          .orElseGet(() -> LayerDropout.ofDropoutLayer(configuration));
    }

    /** The permutation by {@code output(..)} between layers of different data formats. */
    private static int @Nullable [] permutation(Layer before, Layer layer) {
      org.deeplearning4j.nn.conf.layers.Layer from = before.conf().getLayer();
      org.deeplearning4j.nn.conf.layers.Layer to = layer.conf().getLayer();
      if (ConvolutionUtils.layerHasConvolutionLayout(from)
          && ConvolutionUtils.layerHasConvolutionLayout(to)) {
        CNN2DFormat format = ConvolutionUtils.getFormatForLayer(from);
        if (format == ConvolutionUtils.getFormatForLayer(to)) {
          return null;
        }
        return format == CNN2DFormat.NCHW ? new int[] {0, 3, 1, 2} : new int[] {0, 2, 3, 1};
      }
      if (Convolution1DUtils.hasRnnDataFormat(from) && Convolution1DUtils.hasRnnDataFormat(to)) {
        RNNFormat format = Convolution1DUtils.getRnnFormatFromLayer(from);
        return format == Convolution1DUtils.getRnnFormatFromLayer(to) ? null : new int[] {0, 2, 1};
      }
      return null;
    }

    @Override
    INDArray activate(INDArray[] in, int minibatch, LayerWorkspaceMgr workspaces) {
      INDArray input = in[0];
      if (permutation != null && permutedFirst) {
        input = input.permute(permutation);
      }
      if (preProcessor != null) {
        input = preProcessor.preProcess(input, minibatch, workspaces);
      }
      if (permutation != null && !permutedFirst) {
        input = input.permute(permutation);
      }
      input = drop(input, layer.getIterationCount(), layer.getEpochCount(), workspaces);
      return layer.activate(input, training, workspaces);
    }

    @Override
    boolean keepsRows(boolean whole, boolean masked) {
      return RowOrder.isKeptBy(preProcessor, whole) && RowOrder.isKeptBy(configuration);
    }

    @Override
    void setCounts(int iteration, int epoch) {
      if (hasDropout()) {
        layer.setIterationCount(trained.getIterationCount());
        layer.setEpochCount(trained.getEpochCount());
      }
    }

    @Override
    void clear(boolean masked) {
      super.clear(masked);
      layer.clear();
    }
  }

  /** A vertex without a layer. */
  static final class OfVertex extends StochasticStep {

    private final GraphVertex vertex;
    private final org.deeplearning4j.nn.conf.graph.GraphVertex configuration;
    private int iteration;
    private int epoch;

    OfVertex(
        GraphVertex vertex,
        org.deeplearning4j.nn.conf.graph.GraphVertex configuration,
        @Nullable IDropout ofLastInput,
        boolean training,
        AtomicBoolean applied,
        int... inputs) {
      super(vertex.getVertexName(), ofLastInput, training, applied, inputs);
      this.vertex = vertex;
      this.configuration = configuration;
    }

    @Override
    INDArray activate(INDArray[] in, int minibatch, LayerWorkspaceMgr workspaces) {
      int last = in.length - 1;
      for (int i = 0; i <= last; i++) {
        INDArray input = i == last ? drop(in[i], iteration, epoch, workspaces) : in[i];
        vertex.setInput(i, input, workspaces);
      }
      return vertex.doForward(training, workspaces);
    }

    @Override
    boolean keepsRows(boolean whole, boolean masked) {
      return RowOrder.isKeptBy(configuration, whole, masked);
    }

    @Override
    void setCounts(int iteration, int epoch) {
      this.iteration = iteration;
      this.epoch = epoch;
    }

    @Override
    void clear(boolean masked) {
      super.clear(masked);
      vertex.clear();
      if (masked && RowOrder.unwrapped(configuration) instanceof SameDiffVertex) { // keeps masks
        vertex.feedForwardMaskArrays(null, null, 0);
      }
    }
  }
}
