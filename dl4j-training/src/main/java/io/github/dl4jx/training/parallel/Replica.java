package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.resume.NetworkTwin;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network of either kind, as a worker needs it. */
abstract class Replica {

  static Replica of(Model model) {
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

  /** Forward and backward pass; the gradient is the sum over the examples then. */
  abstract void computeGradient(Batch batch);

  /** Forgets the batch and what the layers know of it. */
  abstract void clear();

  abstract BaseMultiLayerUpdater<?> updater();

  abstract void setUpdater(ConvexOptimizer optimizer);

  /** Puts the updater of now back, should the network forget it, and takes an accumulator away. */
  abstract Runnable keptUpdater();

  abstract Collection<TrainingListener> listeners();

  abstract void nextEpoch();

  abstract boolean isTruncated();

  INDArray gradients() {
    return updater().getFlattenedGradientsView();
  }

  /** A replica with the same parameters, updater state and counts. */
  Replica twin() {
    INDArray params = model().params();
    INDArray copy =
        Nd4j.createUninitializedDetached(params.dataType(), params.length())
            .assign(params.reshape(params.length()));
    Replica twin = of(NetworkTwin.of(model(), copy));
    INDArray state = updater().getStateViewArray();
    if (state != null) {
      twin.updater().setStateViewArray(state);
    }
    return twin;
  }

  /** Releases a twin's memory. */
  void release() {
    close(model().params());
    close(gradients());
    close(updater().getStateViewArray());
  }

  private static void close(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  private static final class OfLayers extends Replica {

    private final MultiLayerNetwork net;

    OfLayers(MultiLayerNetwork net) {
      this.net = net;
    }

    @Override
    Model model() {
      return net;
    }

    @Override
    void computeGradient(Batch batch) {
      if (batch.features().length != 1 || batch.labels().length != 1) {
        throw new IllegalArgumentException(
            "a MultiLayerNetwork takes one array of features and one of labels, got "
                + batch.features().length
                + " and "
                + batch.labels().length);
      }
      @Nullable INDArray @Nullable [] featuresMasks = batch.featuresMasks();
      @Nullable INDArray @Nullable [] labelsMasks = batch.labelsMasks();
      if (featuresMasks != null || labelsMasks != null) {
        net.setLayerMaskArrays(
            featuresMasks == null ? null : featuresMasks[0],
            labelsMasks == null ? null : labelsMasks[0]);
      }
      net.setInput(batch.features()[0]);
      net.setLabels(batch.labels()[0]);
      net.computeGradientAndScore();
    }

    @Override
    void clear() {
      net.clearLayerMaskArrays();
      net.clearLayersStates();
      net.setInput(null);
      net.setLabels(null);
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      Updater updater = net.getUpdater();
      if (updater instanceof BaseMultiLayerUpdater) {
        return (BaseMultiLayerUpdater<?>) updater;
      }
      throw new IllegalArgumentException(
          "the network's updater must be a MultiLayerUpdater, got " + updater);
    }

    @Override
    void setUpdater(ConvexOptimizer optimizer) {
      optimizer.setUpdater(net.getUpdater());
    }

    @Override
    Runnable keptUpdater() {
      Updater kept = net.getUpdater();
      return () -> {
        net.setUpdater(kept);
        net.setGradientsAccumulator(null);
      };
    }

    @Override
    Collection<TrainingListener> listeners() {
      return List.copyOf(net.getListeners());
    }

    @Override
    void nextEpoch() {
      net.incrementEpochCount();
    }

    @Override
    boolean isTruncated() {
      return net.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT;
    }
  }

  private static final class OfGraph extends Replica {

    private final ComputationGraph graph;

    OfGraph(ComputationGraph graph) {
      this.graph = graph;
    }

    @Override
    Model model() {
      return graph;
    }

    @Override
    void computeGradient(Batch batch) {
      graph.setInputs(batch.features());
      graph.setLabels(batch.labels());
      graph.setLayerMaskArrays(batch.featuresMasks(), batch.labelsMasks());
      graph.computeGradientAndScore();
    }

    @Override
    void clear() {
      graph.clearLayerMaskArrays();
      graph.clearLayersStates();
      graph.setInputs((INDArray[]) null);
      graph.setLabels((INDArray[]) null);
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      return graph.getUpdater();
    }

    @Override
    void setUpdater(ConvexOptimizer optimizer) {
      optimizer.setUpdaterComputationGraph(graph.getUpdater());
    }

    @Override
    Runnable keptUpdater() {
      ComputationGraphUpdater kept = graph.getUpdater();
      return () -> {
        graph.setUpdater(kept);
        graph.setGradientsAccumulator(null);
      };
    }

    @Override
    Collection<TrainingListener> listeners() {
      return List.copyOf(graph.getListeners());
    }

    @Override
    void nextEpoch() {
      graph.incrementEpochCount();
    }

    @Override
    boolean isTruncated() {
      return graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT;
    }
  }
}
