package io.github.dl4jx.training.averaging;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.internal.OwnInput;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastSubOp;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Recomputes the mean and variance that batch normalization uses at test time, by one pass over
 * data.
 *
 * <p>Averaged weights need statistics of their own: the averaged mean and variance belong to the
 * weights that were averaged. For each channel, over all rows (and locations) x of the pass:
 *
 * <pre>{@code
 * mean = sum(x) / n        M2 = sum((x - mean)^2)        variance = M2 / n
 *
 * two batches a and b are merged in double precision, with d = mean_b - mean_a and n = n_a + n_b:
 * mean = mean_a + d * n_b / n        M2 = M2_a + M2_b + d^2 * n_a * n_b / n
 *
 * mean        <- mean
 * log10stdev  <- log10(sqrt(max(variance, 1e-20)))    with useLogStd, the default
 * var         <- variance                             without
 * }</pre>
 *
 * <p>As in Deeplearning4j's training, the layer's {@code eps} is not part of what is stored: it is
 * added at test time, to normalize with {@code variance + eps}. The floor of 1e-20 keeps a constant
 * channel finite; it is far below any sensible {@code eps}, and is a normal number in float.
 *
 * <p>In the pass batch normalization layers normalize with the batch's own statistics, as in
 * training. Everything else is in test mode, without dropout and weight noise: under dropout the
 * variance of activations is not that of test time (Li et al.). PyTorch's {@code update_bn} leaves
 * dropout on, gives every batch the same weight however many rows it has, and averages the
 * variances within batches, without the part between them. Masked time steps count, as they do in
 * training. A layer in a {@link FrozenLayer} keeps its statistics, as in training.
 *
 * <p><b>When to refresh.</b> {@link WeightAveragingListener} averages the statistics along with the
 * weights (with {@code useLogStd} the mean of log10 standard deviations, which is a geometric
 * mean). That costs nothing, and is mostly good for an exponential moving average, whose weights
 * lie close together. Refresh after averages of weights far apart: stochastic weight averaging with
 * a high learning rate, greedy averages of several runs. It can also make things worse, for example
 * with tiny batches, or data augmented otherwise than in training; compare on held-out data. The
 * author of timm finds it needless for an EMA, and saw it make averages of late checkpoints worse
 * (github.com/huggingface/pytorch-image-models, issues 106 and 224).
 *
 * <p>Nothing but these statistics is changed, and those only at the end of the pass: an exception
 * leaves the network as it was. The network must not be trained meanwhile. Input of rank 2 {@code
 * [rows, channels]} or 4 (NCHW or NHWC), float or double.
 *
 * <pre>{@code
 * MultiLayerNetwork averaged = average.averagedNetwork(net);
 * BatchNormStatistics.refresh(averaged, train);
 * averaged.evaluate(test);
 * }</pre>
 *
 * <p>References: S. Ioffe, C. Szegedy, "Batch Normalization", 2015, arXiv 1502.03167; P. Izmailov
 * et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018, arXiv
 * 1803.05407, for the pass after averaging; T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
 * Computing the Sample Variance: Analysis and Recommendations", The American Statistician 37(3),
 * 1983, for the merging; X. Li et al., "Understanding the Disharmony between Dropout and Batch
 * Normalization by Variance Shift", 2018, arXiv 1801.05134.
 */
public final class BatchNormStatistics {

  private static final double VARIANCE_FLOOR = 1e-20;

  private final List<Recorder> recorders = new ArrayList<>();

  private BatchNormStatistics() {}

  /**
   * Recomputes the statistics of a network's batch normalization layers.
   *
   * @param network the initialized network
   * @param data what to compute them from, usually the training data; it is reset before, if it can
   *     be, and left at its end
   * @throws IllegalArgumentException if the network is not initialized or has no batch
   *     normalization to refresh, if there is no batch in the data, or if a layer's input is not
   *     finite or has another rank than 2 or 4
   */
  public static void refresh(MultiLayerNetwork network, DataSetIterator data) {
    Network.initialized("network", network);
    Arguments.notNull("data", data);
    // a second network over the same parameters, so that nothing of the first one is touched
    MultiLayerNetwork copy = (MultiLayerNetwork) Network.of(network).view(network.params()).model();
    copy.getLayerWiseConfigurations().setInferenceWorkspaceMode(WorkspaceMode.NONE);

    BatchNormStatistics statistics = new BatchNormStatistics();
    Layer[] layers = copy.getLayers();
    boolean writes = OwnInput.isNeeded(layers);
    Arrays.setAll(layers, i -> statistics.watch(layers[i]));
    statistics.pass(
        data,
        batch -> copy.output(features(batch, writes), false, batch.getFeaturesMaskArray(), null));
  }

  /**
   * Recomputes the statistics of a graph's batch normalization layers.
   *
   * @param graph the initialized graph, of one input
   * @param data what to compute them from, usually the training data; it is reset before, if it can
   *     be, and left at its end
   * @throws IllegalArgumentException if the graph is not initialized, has several inputs or no
   *     batch normalization to refresh, if there is no batch in the data, or if a layer's input is
   *     not finite or has another rank than 2 or 4
   */
  public static void refresh(ComputationGraph graph, DataSetIterator data) {
    Network.initialized("graph", graph);
    Arguments.notNull("data", data);
    int inputs = graph.getNumInputArrays();
    Preconditions.checkArgument(
        inputs == 1,
        "the graph must have one input, as a DataSetIterator feeds one, got %s",
        inputs);
    ComputationGraph copy = (ComputationGraph) Network.of(graph).view(graph.params()).model();
    copy.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);

    boolean writes = OwnInput.isNeeded(copy.getLayers());
    BatchNormStatistics statistics = new BatchNormStatistics();
    for (GraphVertex vertex : copy.getVertices()) {
      if (vertex instanceof LayerVertex) {
        LayerVertex layer = (LayerVertex) vertex;
        layer.setLayer(statistics.watch(layer.getLayer()));
      }
    }
    statistics.pass(
        data,
        batch -> {
          INDArray mask = batch.getFeaturesMaskArray();
          INDArray[] masks = mask == null ? null : new INDArray[] {mask};
          copy.output(false, new INDArray[] {features(batch, writes)}, masks);
        });
  }

  private static INDArray features(DataSet batch, boolean writes) {
    return writes ? batch.getFeatures().dup() : batch.getFeatures();
  }

  /**
   * Recomputes the statistics of a network of either kind.
   *
   * @param network the initialized network, of one input
   * @param data what to compute them from
   * @throws IllegalArgumentException as for either kind
   */
  public static void refresh(Network network, DataSetIterator data) {
    Arguments.notNull("network", network)
        .with(layers -> refresh(layers, data), graph -> refresh(graph, data));
  }

  /**
   * {@return whether a network has batch normalization to refresh: not in a frozen layer}
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @throws IllegalArgumentException if it is null
   */
  public static boolean areIn(Network network) {
    Layer[] layers =
        Arguments.notNull("network", network)
            .either(MultiLayerNetwork::getLayers, ComputationGraph::getLayers);
    return Arrays.stream(layers).anyMatch(BatchNormStatistics::isWatched);
  }

  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  private static boolean isWatched(Layer layer) {
    return layer instanceof BatchNormalization
        || (layer instanceof BaseWrapperLayer
            && !isFrozen(layer)
            && isWatched(((BaseWrapperLayer) layer).getUnderlying()));
  }

  /** The layer itself, or a recorder around it if it is a batch normalization. */
  private Layer watch(Layer layer) {
    if (layer instanceof BatchNormalization) {
      Recorder recorder = new Recorder((BatchNormalization) layer);
      recorders.add(recorder);
      return recorder;
    }
    if (layer instanceof BaseWrapperLayer && !isFrozen(layer)) { // TimeDistributed, for one
      BaseWrapperLayer wrapper = (BaseWrapperLayer) layer;
      wrapper.setUnderlying(watch(wrapper.getUnderlying()));
    }
    return layer;
  }

  private void pass(DataSetIterator data, Consumer<DataSet> forward) {
    BroadcastGuard.install();
    Preconditions.checkArgument(
        !recorders.isEmpty(),
        "the network has no batch normalization layer to refresh (frozen ones keep their"
            + " statistics): leave the call out");
    if (data.resetSupported()) {
      data.reset();
    }
    Preconditions.checkArgument(data.hasNext(), "data must have at least one batch, got none");
    while (data.hasNext()) {
      DataSet batch = Arguments.batch("data", data.next());
      try {
        forward.accept(batch);
      } catch (DL4JException e) { // does not fit the network
        throw new IllegalArgumentException("data must fit the network: " + e.getMessage(), e);
      }
    }
    recorders.forEach(Recorder::checkFinite);
    recorders.forEach(Recorder::write);
  }

  /** Normalizes with the batch's statistics in test mode, too, and pools those of all batches. */
  private static final class Recorder extends BaseWrapperLayer {

    private final BatchNormalization layer;
    private final double[] mean;
    private final double[] m2;
    private long count;

    Recorder(BatchNormalization layer) {
      super(layer);
      this.layer = layer;
      int channels = (int) layer.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN).length();
      this.mean = new double[channels];
      this.m2 = new double[channels];
    }

    @Override
    public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
      setInput(input, workspaces);
      return activate(training, workspaces);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray input = layer.input();
      Preconditions.checkArgument(
          input.rank() == 2 || input.rank() == 4,
          "the input of batch normalization layer %s must have rank 2 or 4, got %s",
          layer.layerConf().getLayerName(),
          input.rank());
      INDArray output = layer.activate(true, workspaces); // checks the number of channels
      add(input);
      return output;
    }

    private void add(INDArray input) {
      boolean channelsLast = layer.layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
      int channel = input.rank() == 4 && channelsLast ? 3 : 1;
      int[] others = IntStream.range(0, input.rank()).filter(i -> i != channel).toArray();
      double[] batchMean;
      double[] batchM2;
      // a copy of c order: broadcasting is wrong for some strides
      try (INDArray x =
              Nd4j.createUninitialized(DataType.DOUBLE, input.shape(), 'c').assign(input);
          INDArray means = x.mean(others)) {
        Nd4j.getExecutioner().exec(new BroadcastSubOp(x, means, x, channel));
        x.muli(x);
        batchMean = means.toDoubleVector();
        batchM2 = x.sum(others).toDoubleVector();
      }
      long rows = input.length() / mean.length;
      long total = count + rows;
      for (int i = 0; i < mean.length; i++) {
        double d = batchMean[i] - mean[i];
        mean[i] += d * rows / total;
        m2[i] += batchM2[i] + d * d * count / total * rows;
      }
      count = total;
    }

    void checkFinite() {
      for (int i = 0; i < mean.length; i++) {
        Preconditions.checkArgument(
            Double.isFinite(mean[i]) && Double.isFinite(m2[i]),
            "the input of batch normalization layer %s must be finite, channel %s is not",
            layer.layerConf().getLayerName(),
            i);
      }
    }

    void write() {
      // the layer's parameters are views of the array that both networks share
      assign(layer.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN), mean);
      double[] variance = Arrays.stream(m2).map(m -> m / count).toArray();
      if (layer.layerConf().isUseLogStd()) {
        Arrays.setAll(variance, i -> 0.5 * Math.log10(Math.max(variance[i], VARIANCE_FLOOR)));
        assign(layer.getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD), variance);
      } else {
        assign(layer.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR), variance);
      }
    }

    private static void assign(INDArray parameter, double[] values) {
      parameter.assign(Nd4j.createFromArray(values).reshape(parameter.shape()));
    }
  }
}
