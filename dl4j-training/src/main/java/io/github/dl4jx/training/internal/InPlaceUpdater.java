package io.github.dl4jx.training.internal;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Updates a network's own gradient with the views that were made once.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 takes every gradient for another network's, because its gradient is
 * a new view of the same memory each time, and then makes views of all parameters in each step. Of
 * a small network's step that is a tenth and more. The numbers are the same.
 */
public final class InPlaceUpdater extends MultiLayerUpdater {

  private InPlaceUpdater(MultiLayerNetwork network) {
    super(network);
  }

  /** Gives one to a network that has no updater yet, and is of layers; any other stays as it is. */
  public static void give(Model model) {
    if (model.getClass() == MultiLayerNetwork.class) {
      MultiLayerNetwork network = (MultiLayerNetwork) model;
      if (network.getUpdater(false) == null) {
        network.setUpdater(new InPlaceUpdater(network));
      }
    }
  }

  @Override
  public synchronized void update(
      Gradient gradient, int iteration, int epoch, int batchSize, LayerWorkspaceMgr workspaceMgr) {
    Gradient own = new Own(getFlattenedGradientsView());
    own.gradientForVariable().putAll(gradient.gradientForVariable());
    super.update(own, iteration, epoch, batchSize, workspaceMgr);
  }

  @Override
  @SuppressWarnings("MissingSuperCall") // it belongs to one network
  public Updater clone() {
    return new InPlaceUpdater(getNetwork());
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
