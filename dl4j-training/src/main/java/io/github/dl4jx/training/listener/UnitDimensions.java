package io.github.dl4jx.training.listener;

import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which dimensions of an array of weights count its units: an index into these is a unit, and what
 * is left are the weights into it.
 *
 * <pre>
 * dense, recurrent           [in, OUT]                convolution      [OUT, in, kH, kW]
 * Deconvolution2D            [in, OUT, kH, kW]        Deconvolution3D  [kD, kH, kW, OUT, in]
 * DepthwiseConvolution2D     [kH, kW, IN, MULTIPLIER]
 * SeparableConvolution2D     [MULTIPLIER, IN, kH, kW] and [OUT, in, 1, 1]
 * LocallyConnected1D and 2D  [POSITION, in, OUT]
 * PrimaryCapsules            [kH, kW, in, OUT]
 * CapsuleLayer               [1, capsule in, OUT, in, 1]
 * attention                  [HEAD, OUT, in]          learned queries  [1, in, OUT]
 * </pre>
 */
final class UnitDimensions {

  private static final String QUERIES = "Q";

  private UnitDimensions() {}

  static int[] of(Trainable layer, String key, INDArray weights) {
    if (weights.rank() == 2) {
      return new int[] {1};
    }
    TrainingConfig config = layer.getConfig();
    while (config instanceof BaseWrapperLayer) {
      config = ((BaseWrapperLayer) config).getUnderlying();
    }
    if (config instanceof DepthwiseConvolution2D) {
      return new int[] {2, 3};
    }
    if (config instanceof SeparableConvolution2D) {
      return key.equals(SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY)
          ? new int[] {0, 1}
          : new int[] {0};
    }
    if (config instanceof Deconvolution2D) {
      return new int[] {1};
    }
    if (config instanceof Deconvolution3D) {
      return new int[] {3};
    }
    if (config instanceof LocallyConnected2D || config instanceof LocallyConnected1D) {
      return new int[] {0, 2};
    }
    if (config instanceof PrimaryCapsules) {
      return new int[] {3};
    }
    if (config instanceof CapsuleLayer) {
      return new int[] {2};
    }
    if (config instanceof LearnedSelfAttentionLayer
        && weights.size(0) == 1
        && key.equals(QUERIES)) {
      return new int[] {2};
    }
    return weights.rank() == 3 ? new int[] {0, 1} : new int[] {0};
  }
}
