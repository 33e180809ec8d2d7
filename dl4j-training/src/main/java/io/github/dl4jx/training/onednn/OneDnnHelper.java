package io.github.dl4jx.training.onednn;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's helper, without a mistake of the layer that has one: it forgets to throw a
 * step's noisy weights away, and the next step computes with them, in memory that is no longer
 * theirs.
 */
final class OneDnnHelper extends MKLDNNConvHelper {

  private final Layer layer;

  OneDnnHelper(Layer layer) {
    super(DataType.FLOAT); // not used
    this.layer = layer;
    OneDnn.warnOnceIfMissing();
  }

  /**
   * On a CPU oneDNN has single precision alone, the op throws at dilation, and with channels last
   * it answers and trains with memory that nobody has written to.
   */
  static boolean canCompute(Layer layer, DataType type) {
    ConvolutionLayer settings = (ConvolutionLayer) layer.conf().getLayer();
    return Nd4j.getEnvironment().isCPU()
        && type == DataType.FLOAT
        && settings.getCnn2dDataFormat() == CNN2DFormat.NCHW
        && Arrays.stream(settings.getDilation()).allMatch(apart -> apart == 1);
  }

  @Override
  public @Nullable Pair<Gradient, INDArray> backpropGradient(
      INDArray input,
      INDArray weights,
      @Nullable INDArray bias,
      INDArray delta,
      int[] kernel,
      int[] strides,
      int[] pad,
      @Nullable INDArray biasGradView,
      INDArray weightGradView,
      IActivation afn,
      AlgoMode mode,
      BwdFilterAlgo bwdFilterAlgo,
      BwdDataAlgo bwdDataAlgo,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaceMgr) {
    Pair<Gradient, INDArray> result =
        super.backpropGradient(
            input,
            weights,
            bias,
            delta,
            kernel,
            strides,
            pad,
            biasGradView,
            weightGradView,
            afn,
            mode,
            bwdFilterAlgo,
            bwdDataAlgo,
            convolutionMode,
            dilation,
            format,
            workspaceMgr);
    if (result != null) {
      layer.clearNoiseWeightParams();
    }
    return result;
  }
}
