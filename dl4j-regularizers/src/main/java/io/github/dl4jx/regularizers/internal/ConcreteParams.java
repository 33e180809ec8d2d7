package io.github.dl4jx.regularizers.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of concrete dropout: those of the wrapped layer, then the logit of the probability
 * of retaining.
 */
public final class ConcreteParams implements ParamInitializer {

  /** Name of the logit. */
  public static final String RETAIN_LOGIT = "retainLogit";

  private final double initialLogit;

  /**
   * An initializer.
   *
   * @param initialLogit first value of the logit
   */
  public ConcreteParams(double initialLogit) {
    this.initialLogit = initialLogit;
  }

  /**
   * The part of a view of parameters, or of gradients, that belongs to the wrapped layer.
   *
   * @param view of all parameters of the wrapping layer
   * @return all but the last
   */
  public static INDArray ofInner(INDArray view) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(0, view.length() - 1));
  }

  /**
   * The part that is the logit.
   *
   * @param view of all parameters of the wrapping layer
   * @return the last: one number
   */
  public static INDArray ofLogit(INDArray view) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(view.length() - 1, view.length()));
  }

  /**
   * The configuration of the wrapped layer.
   *
   * @param conf the wrapping layer's
   * @return a copy of it with the wrapped layer in its place
   */
  public static NeuralNetConfiguration within(NeuralNetConfiguration conf) {
    NeuralNetConfiguration within = conf.clone();
    within.setLayer(inner(conf.getLayer()));
    return within;
  }

  private static Layer inner(Layer layer) {
    return ((BaseWrapperLayer) layer).getUnderlying();
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return inner(layer).initializer().numParams(inner(layer)) + 1;
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    List<String> keys = new ArrayList<>(inner(layer).initializer().paramKeys(inner(layer)));
    keys.add(RETAIN_LOGIT);
    return keys;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return inner(layer).initializer().weightKeys(inner(layer));
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return inner(layer).initializer().biasKeys(inner(layer));
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return inner(layer).initializer().isWeightParam(inner(layer), key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return inner(layer).initializer().isBiasParam(inner(layer), key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    Map<String, INDArray> params =
        inner(conf.getLayer())
            .initializer()
            .init(within(conf), ofInner(paramsView), initializeParams);
    INDArray logit = ofLogit(paramsView);
    if (initializeParams) {
      logit.assign(initialLogit);
    }
    params.put(RETAIN_LOGIT, logit);
    return params;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    Map<String, INDArray> gradients =
        inner(conf.getLayer())
            .initializer()
            .getGradientsFromFlattened(within(conf), ofInner(gradientView));
    gradients.put(RETAIN_LOGIT, ofLogit(gradientView));
    return gradients;
  }
}
