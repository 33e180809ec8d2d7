package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.Reductions;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** What MultiLayerNetwork and ComputationGraph have in common while they train. */
abstract class TrainedNetwork {

  private static final Pattern ITERATIONS = Pattern.compile("\"iterationCount\"\\s*:\\s*\\d+");
  private static final Pattern EPOCHS = Pattern.compile("\"epochCount\"\\s*:\\s*\\d+");

  static boolean isNetwork(@Nullable Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  static TrainedNetwork of(@Nullable Model model) {
    if (model instanceof MultiLayerNetwork) {
      return new OfLayers((MultiLayerNetwork) model);
    }
    if (model instanceof ComputationGraph) {
      return new OfGraph((ComputationGraph) model);
    }
    throw new IllegalArgumentException(
        "the network must be a MultiLayerNetwork or a ComputationGraph, got "
            + (model == null ? null : model.getClass().getName()));
  }

  abstract Model model();

  /** Name of the kind of network, as it is written to files. */
  abstract String kind();

  abstract String json();

  abstract Layer[] layers();

  abstract int iteration();

  abstract int epoch();

  abstract void setConfigurationCounts(int iteration, int epoch);

  abstract void nextEpoch();

  abstract @Nullable INDArray updaterState();

  abstract Collection<TrainingListener> listeners();

  abstract void setListeners(Collection<TrainingListener> listeners);

  abstract boolean isTruncated();

  abstract long seed();

  abstract void fit(DataSetIterator data);

  INDArray parameters() {
    INDArray parameters = model().params();
    if (parameters == null || parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "the network must be initialized and have parameters: call init() first");
    }
    return parameters;
  }

  /** Refuses weights that are not finite. */
  void checkFinite(String when) {
    if (!Reductions.isFinite(parameters())) {
      throw new IllegalStateException(
          "the parameters are not finite any more, the training diverged, " + when);
    }
  }

  void setCounts(int iteration, int epoch) {
    setConfigurationCounts(iteration, epoch);
    for (Layer layer : layers()) {
      layer.setIterationCount(iteration);
      layer.setEpochCount(epoch);
    }
  }

  /** The configuration, with these counts in every place where Deeplearning4j keeps them. */
  String configuration(int iteration, int epoch) {
    return withCounts(json(), iteration, epoch);
  }

  static String withCounts(String json, int iteration, int epoch) {
    String counted =
        ITERATIONS
            .matcher(json)
            .replaceAll(Matcher.quoteReplacement("\"iterationCount\" : " + iteration));
    return EPOCHS
        .matcher(counted)
        .replaceAll(Matcher.quoteReplacement("\"epochCount\" : " + epoch));
  }

  private static final class OfLayers extends TrainedNetwork {

    private final MultiLayerNetwork net;

    OfLayers(MultiLayerNetwork net) {
      this.net = net;
    }

    @Override
    Model model() {
      return net;
    }

    @Override
    String kind() {
      return "MULTI_LAYER_NETWORK";
    }

    @Override
    String json() {
      return net.getLayerWiseConfigurations().toJson();
    }

    @Override
    Layer[] layers() {
      return net.getLayers();
    }

    @Override
    int iteration() {
      return net.getIterationCount();
    }

    @Override
    int epoch() {
      return net.getEpochCount();
    }

    @Override
    void setConfigurationCounts(int iteration, int epoch) {
      net.setIterationCount(iteration);
      net.setEpochCount(epoch);
    }

    @Override
    void nextEpoch() {
      net.incrementEpochCount();
    }

    @Override
    @Nullable INDArray updaterState() {
      return net.getUpdater().getStateViewArray();
    }

    @Override
    Collection<TrainingListener> listeners() {
      return List.copyOf(net.getListeners());
    }

    @Override
    void setListeners(Collection<TrainingListener> listeners) {
      net.setListeners(listeners);
    }

    @Override
    boolean isTruncated() {
      return net.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT;
    }

    @Override
    long seed() {
      return net.getDefaultConfiguration().getSeed();
    }

    @Override
    void fit(DataSetIterator data) {
      net.fit(data);
    }
  }

  private static final class OfGraph extends TrainedNetwork {

    private final ComputationGraph graph;

    OfGraph(ComputationGraph graph) {
      this.graph = graph;
    }

    @Override
    Model model() {
      return graph;
    }

    @Override
    String kind() {
      return "COMPUTATION_GRAPH";
    }

    @Override
    String json() {
      return graph.getConfiguration().toJson();
    }

    @Override
    Layer[] layers() {
      return graph.getLayers();
    }

    @Override
    int iteration() {
      return graph.getIterationCount();
    }

    @Override
    int epoch() {
      return graph.getEpochCount();
    }

    @Override
    void setConfigurationCounts(int iteration, int epoch) {
      graph.getConfiguration().setIterationCount(iteration);
      graph.getConfiguration().setEpochCount(epoch);
    }

    @Override
    void nextEpoch() {
      graph.incrementEpochCount();
    }

    @Override
    @Nullable INDArray updaterState() {
      return graph.getUpdater().getStateViewArray();
    }

    @Override
    Collection<TrainingListener> listeners() {
      return List.copyOf(graph.getListeners());
    }

    @Override
    void setListeners(Collection<TrainingListener> listeners) {
      graph.setListeners(listeners);
    }

    @Override
    boolean isTruncated() {
      return graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT;
    }

    @Override
    long seed() {
      return graph.getConfiguration().getDefaultConfiguration().getSeed();
    }

    @Override
    void fit(DataSetIterator data) {
      graph.fit(data);
    }
  }
}
