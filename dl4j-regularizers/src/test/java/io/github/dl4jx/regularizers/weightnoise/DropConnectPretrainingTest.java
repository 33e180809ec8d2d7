package io.github.dl4jx.regularizers.weightnoise;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.regularizers.SmallNetworks;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Layers that are pretrained, each by itself. */
class DropConnectPretrainingTest {

  private static final int STEPS = 3;
  private static final INDArray X = SmallNetworks.data(5, 6).getFeatures();

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static MultiLayerNetwork autoEncoder(DropConnect noise) {
    AutoEncoder.Builder layer = new AutoEncoder.Builder().nOut(4).corruptionLevel(0);
    if (noise != null) {
      layer.weightNoise(noise);
    }
    return SmallNetworks.network(
        new Sgd(0.1), InputType.feedForward(6), layer.build(), SmallNetworks.output());
  }

  /** What is left of the gradient, and the weights that it was computed at. */
  private static final class Seen extends BaseTrainingListener {

    private final List<INDArray> gradients = new ArrayList<>();
    private final List<INDArray> weights = new ArrayList<>();

    @Override
    public void onGradientCalculation(Model model) {
      gradients.add(model.gradient().getGradientFor("W").dup());
      weights.add(((Layer) model).getParam("W").dup());
    }
  }

  @Test
  void pretrain_autoEncoder_gradientIsThatOfANetworkWithTheMaskedWeights() {
    DropConnect noise = new DropConnect(0.5, 7);
    MultiLayerNetwork net = autoEncoder(noise);
    Seen seen = new Seen();
    net.setListeners(new DropConnectGradient(), seen);
    List<INDArray> parameters = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      parameters.add(net.getLayer(0).params().dup());
      net.pretrainLayer(0, X);
    }
    List<INDArray> masks = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      MultiLayerNetwork ones = autoEncoder(null);
      ones.getLayer(0).setParam("W", Nd4j.ones(DataType.DOUBLE, 6, 4));
      INDArray mask = // 0 or 1 / p
          noise.getParameter(ones.getLayer(0), "W", t, 0, true, LayerWorkspaceMgr.noWorkspaces());
      masks.add(mask);

      MultiLayerNetwork masked = autoEncoder(null);
      masked.getLayer(0).setParams(parameters.get(t));
      masked.getLayer(0).setParam("W", seen.weights.get(t).mul(mask));
      Seen expected = new Seen();
      masked.setListeners(expected);
      masked.pretrainLayer(0, X);

      assertThat(seen.gradients.get(t).equalsWithEps(expected.gradients.get(0).mul(mask), 1e-10))
          .as("step %s", t)
          .isTrue();
    }
    assertThat(masks.get(1)).isNotEqualTo(masks.get(0));
  }
}
