package io.github.dl4jx.training.onednn;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link ConvolutionLayer} of two dimensions that computes by ND4J's oneDNN, as Deeplearning4j's
 * own was meant to.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 asks a class that has moved whether there is oneDNN, takes the
 * exception for a no, and spends most of a training step in rearranging the input ({@code im2col}).
 * This layer is given the helper without being asked. Settings, parameters, their initial values
 * and their order are those of {@code ConvolutionLayer}: {@code setParams} of one network takes the
 * other's, and results are equal up to rounding.
 *
 * <pre>{@code
 * .layer(new OneDnnConvolution(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(16)))
 * }</pre>
 *
 * <p>It needs ND4J's oneDNN binaries, a dependency on {@code org.nd4j:nd4j-native:1.0.0-M2.1} with
 * the classifier {@code linux-x86_64-onednn-avx2} or {@code -onednn-avx512}. With others it is
 * right, too, and answers faster than Deeplearning4j's layer, but trains no faster; a warning says
 * so once. What oneDNN cannot do is computed by Deeplearning4j's own code, bit for bit: numbers of
 * double or half precision, dilation, channels that come last (NHWC), and everything on other
 * devices than CPUs.
 *
 * <p>The layer is part of the configuration: clones, the members of an ensemble, the trials of a
 * search, replicas of {@code ParallelWrapper} and what is loaded from a file have it as well. Such
 * a file needs this library. For a network that is there already, or whose files must stay plain
 * ones of Deeplearning4j, see {@link OneDnn#use}.
 */
public final class OneDnnConvolution extends ConvolutionLayer {

  private OneDnnConvolution() {
    // for JSON
  }

  /**
   * A layer with the settings of Deeplearning4j's builder.
   *
   * @param builder what {@code build()} would be called on otherwise; it keeps no tie to the layer
   * @throws IllegalArgumentException if builder is null
   * @throws RuntimeException Deeplearning4j's own, if {@code build()} would refuse the settings
   */
  public OneDnnConvolution(Builder builder) {
    super(checked(builder));
  }

  private static Builder checked(Builder builder) {
    Arguments.notNull("builder", builder).build(); // has the checks that the constructor lacks
    return builder;
  }

  /** {@inheritDoc} */
  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    LayerValidation.assertNInNOutSet(
        "OneDnnConvolution", getLayerName(), index, getNIn(), getNOut());
    Running layer = new Running(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  /** Deeplearning4j's layer of the same settings is not equal, in neither order. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OneDnnConvolution && super.equals(other);
  }

  /** {@inheritDoc} */
  @Override
  public int hashCode() {
    return 31 * super.hashCode() + 1;
  }

  /** {@inheritDoc} */
  @Override
  protected boolean canEqual(Object other) {
    return other instanceof OneDnnConvolution;
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {

    private static final long serialVersionUID = 1;

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
      if (OneDnnHelper.canCompute(this, type)) {
        helper = new OneDnnHelper(this);
      }
    }
  }
}
