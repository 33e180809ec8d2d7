package io.github.dl4jx.training.internal;

import io.github.dl4jx.updaters.internal.VectorizedUpdater;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Updates a network's own gradient with the views that were made once, and by vector instructions.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 takes every gradient for another network's, because its gradient is
 * a new view of the same memory each time, and then makes views of all parameters in each step. Of
 * a small network's step that is a tenth and more. Of a larger one's, ND4J's updaters are: see
 * {@link VectorizedUpdater}. The numbers are the same, bit for bit, as those of ND4J's generic
 * binaries for x86-64.
 */
public final class InPlaceUpdater {

  private InPlaceUpdater() {}

  /**
   * Gives one to a network for good. It has the memory of the updater that the network has; one
   * that is not Deeplearning4j's stays.
   */
  public static void give(MultiLayerNetwork network) {
    if (network.getUpdater(false) instanceof OfLayers) {
      return;
    }
    try (MemoryWorkspace outside = outside()) {
      Updater updater = network.getUpdater();
      if (updater.getClass() == MultiLayerUpdater.class) {
        network.setUpdater(new OfLayers(network, updater.getStateViewArray()));
      }
    }
  }

  /** The same for a graph. */
  public static void give(ComputationGraph graph) {
    if (graph.getUpdater(false) instanceof OfGraph) {
      return;
    }
    try (MemoryWorkspace outside = outside()) {
      ComputationGraphUpdater updater = graph.getUpdater();
      if (updater.getClass() == ComputationGraphUpdater.class) {
        graph.setUpdater(new OfGraph(graph, updater.getStateViewArray()));
      }
    }
  }

  /** A state that is made on demand must outlive the caller's workspaces. */
  private static MemoryWorkspace outside() {
    return Nd4j.getMemoryManager().scopeOutOfWorkspaces();
  }

  /**
   * Takes it back: the network has an updater of Deeplearning4j's again, with the same memory.
   * Networks whose updaters are of two classes are not {@code equals}.
   */
  public static void takeBack(MultiLayerNetwork network) {
    Updater updater = network.getUpdater(false);
    if (updater instanceof OfLayers) {
      network.setUpdater(new MultiLayerUpdater(network, updater.getStateViewArray()));
    }
  }

  /** The same for a graph. */
  public static void takeBack(ComputationGraph graph) {
    ComputationGraphUpdater updater = graph.getUpdater(false);
    if (updater instanceof OfGraph) {
      graph.setUpdater(new ComputationGraphUpdater(graph, updater.getStateViewArray()));
    }
  }

  private static void vectorize(BaseMultiLayerUpdater<?> updater) {
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      block.setGradientUpdater(VectorizedUpdater.of(block.getGradientUpdater()));
    }
  }

  private static Gradient own(Gradient gradient, INDArray view) {
    Gradient own = new Own(view);
    own.gradientForVariable().putAll(gradient.gradientForVariable());
    return own;
  }

  private static final class OfLayers extends MultiLayerUpdater {

    OfLayers(MultiLayerNetwork network, @Nullable INDArray state) {
      super(network, state);
      vectorize(this);
    }

    @Override
    public synchronized void update(
        Gradient gradient, int iteration, int epoch, int batch, LayerWorkspaceMgr workspaces) {
      super.update(own(gradient, getFlattenedGradientsView()), iteration, epoch, batch, workspaces);
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // it belongs to one network
    public Updater clone() {
      return new OfLayers(getNetwork(), null);
    }
  }

  private static final class OfGraph extends ComputationGraphUpdater {

    OfGraph(ComputationGraph graph, @Nullable INDArray state) {
      super(graph, state);
      vectorize(this);
    }

    @Override
    public synchronized void update(
        Gradient gradient, int iteration, int epoch, int batch, LayerWorkspaceMgr workspaces) {
      super.update(own(gradient, getFlattenedGradientsView()), iteration, epoch, batch, workspaces);
    }
  }

  /** A gradient that is the very array which the updater has. */
  private static final class Own extends DefaultGradient {

    private static final long serialVersionUID = 1;

    private final transient INDArray view;

    Own(INDArray view) {
      super(view);
      this.view = view;
    }

    @Override
    public INDArray gradient() {
      return view;
    }
  }
}
