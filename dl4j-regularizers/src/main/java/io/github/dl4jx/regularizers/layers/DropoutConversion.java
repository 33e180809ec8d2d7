package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Turns a network with vanilla dropout into one with inverted dropout that computes the same, and
 * back.
 *
 * <pre>{@code
 * vanilla   training: z = (x * m) W + b           test: z = (p x) W + b
 * inverted  training: z = (x * m / p) W' + b      test: z = x W' + b
 * the same, for every mask m, with  W' = p W
 * }</pre>
 *
 * <p>So the weights that multiply the dropped activations, those of the layer that follows, are
 * scaled by p, or by 1/p on the way back; biases and recurrent weights are not. Each {@link
 * VanillaDropoutLayer} becomes an {@link InvertedDropoutLayer} with the same p and seed, hence the
 * same masks, or the other way round. Up to rounding, output at test time, activations in training
 * from the next layer on, and the gradient of the loss with respect to every other parameter are
 * those of the given network.
 *
 * <p>What is <em>not</em> the same is further training: the gradient with respect to {@code W' = p
 * W} is 1/p of that with respect to W, so a step of the same learning rate moves the output
 * 1/p<sup>2</sup> times as far through these weights with SGD and 1/p times with Adam. L1, L2,
 * weight decay and max-norm constraints see smaller weights, too. The updater state is therefore
 * not kept; iteration and epoch are.
 *
 * <p>The layer that follows must be a {@code DenseLayer}, {@code OutputLayer}, {@code
 * RnnOutputLayer}, {@code ConvolutionLayer}, {@code Convolution1DLayer}, {@code Convolution3D},
 * {@code Deconvolution2D}, {@code LSTM} or {@code SimpleRnn}, without a {@code dropOut(..)} and
 * weight noise of its own, and follow directly: a layer in between, even an activation or a pooling
 * layer, is an error. Preprocessors that reshape may be in between. A {@code dropOut(..)} of any
 * other layer is not changed.
 *
 * <pre>{@code
 * MultiLayerNetwork inverted = DropoutConversion.toInverted(trainedWithVanillaDropout);
 * }</pre>
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, section 10.
 */
public final class DropoutConversion {

  /** Layers whose input enters through the weights "W" only, and linearly. */
  private static final Set<Class<? extends Layer>> LINEAR =
      Set.of(
          DenseLayer.class,
          OutputLayer.class,
          RnnOutputLayer.class,
          ConvolutionLayer.class,
          Convolution1DLayer.class,
          Convolution3D.class,
          Deconvolution2D.class,
          LSTM.class,
          SimpleRnn.class);

  private static final Set<Class<? extends InputPreProcessor>> RESHAPING =
      Set.of(
          Cnn3DToFeedForwardPreProcessor.class,
          CnnToFeedForwardPreProcessor.class,
          CnnToRnnPreProcessor.class,
          FeedForwardToCnn3DPreProcessor.class,
          FeedForwardToCnnPreProcessor.class,
          FeedForwardToRnnPreProcessor.class,
          RnnToCnnPreProcessor.class,
          RnnToFeedForwardPreProcessor.class);

  private DropoutConversion() {}

  /**
   * The network with inverted dropout that computes the same.
   *
   * @param network an initialized network with at least one {@link VanillaDropoutLayer}; not
   *     changed
   * @return a new network, with a fresh updater
   * @throws IllegalArgumentException if there is no such layer, or one is not followed directly by
   *     a layer as described
   */
  public static MultiLayerNetwork toInverted(MultiLayerNetwork network) {
    return convert(network, true);
  }

  /**
   * The network with vanilla dropout that computes the same.
   *
   * @param network an initialized network with at least one {@link InvertedDropoutLayer}, all of
   *     fixed p; not changed
   * @return a new network, with a fresh updater
   * @throws IllegalArgumentException if there is no such layer, or one has a schedule of p or is
   *     not followed directly by a layer as described
   */
  public static MultiLayerNetwork toVanilla(MultiLayerNetwork network) {
    return convert(network, false);
  }

  private static MultiLayerNetwork convert(MultiLayerNetwork network, boolean toInverted) {
    Preconditions.checkArgument(network != null, "network must not be null");
    Preconditions.checkArgument(network.isInitCalled(), "network must be initialized: call init()");
    // a clone would share the updaters, and with them the learning rate
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
    int layers = conf.getConfs().size();
    double[] factors = new double[layers];
    int found = 0;
    for (int i = 0; i < layers; i++) {
      NeuralNetConfiguration place = conf.getConf(i);
      Layer old = place.getLayer();
      VanillaDropoutLayer vanilla =
          toInverted && old instanceof VanillaDropoutLayer
              ? (VanillaDropoutLayer) old
              : !toInverted && old instanceof InvertedDropoutLayer
                  ? vanilla((InvertedDropoutLayer) old, i)
                  : null;
      if (vanilla == null) {
        continue;
      }
      Layer converted = toInverted ? new InvertedDropoutLayer(vanilla.inverted()) : vanilla;
      converted.setLayerName(old.getLayerName());
      place.setLayer(converted);
      checkFollower(conf, i);
      double p = vanilla.retainProbability();
      factors[i + 1] = toInverted ? p : 1 / p;
      found++;
    }
    Preconditions.checkArgument(
        found > 0,
        "network must have at least one %s, got none",
        toInverted ? "VanillaDropoutLayer" : "InvertedDropoutLayer");
    MultiLayerNetwork result = new MultiLayerNetwork(conf);
    result.init(network.params(), true);
    for (int i = 0; i < layers; i++) {
      if (factors[i] != 0) {
        result.getLayer(i).getParam(DefaultParamInitializer.WEIGHT_KEY).muli(factors[i]);
      }
    }
    return result;
  }

  private static VanillaDropoutLayer vanilla(InvertedDropoutLayer layer, int index) {
    InvertedDropout dropout = layer.dropout();
    Preconditions.checkArgument(
        dropout.schedule().isEmpty(),
        "layer %s (\"%s\"): p must be fixed, got %s: vanilla dropout needs one factor for test time",
        index,
        layer.getLayerName(),
        layer);
    return new VanillaDropoutLayer(dropout.retainProbability(0, 0), dropout.seed().orElse(null));
  }

  private static void checkFollower(MultiLayerConfiguration conf, int i) {
    int next = i + 1;
    String name = conf.getConf(i).getLayer().getLayerName();
    Preconditions.checkArgument(
        next < conf.getConfs().size(),
        "layer %s (\"%s\"): dropout must be followed by a layer with weights, but is the last layer",
        i,
        name);
    Layer follower = conf.getConf(next).getLayer();
    Preconditions.checkArgument(
        LINEAR.contains(follower.getClass()),
        "layer %s (\"%s\"): dropout must be followed directly by a layer whose weights multiply its"
            + " output, got %s",
        i,
        name,
        follower.getClass().getSimpleName());
    Preconditions.checkArgument(
        follower.getIDropout() == null && ((BaseLayer) follower).getWeightNoise() == null,
        "layer %s (\"%s\"): the layer after dropout must not have a dropOut(..) or weight noise of"
            + " its own, got %s and %s",
        i,
        name,
        follower.getIDropout(),
        ((BaseLayer) follower).getWeightNoise());
    @Nullable InputPreProcessor between = conf.getInputPreProcess(next);
    Preconditions.checkArgument(
        between == null || RESHAPING.contains(between.getClass()),
        "layer %s (\"%s\"): between dropout and the next layer there may be a preprocessor that"
            + " reshapes only, got %s",
        i,
        name,
        between);
  }
}
