package io.github.dl4jx.regularizers.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of {@link ConcreteDropout}: those of the layer within, then the logit of the
 * probability of retaining.
 */
final class ConcreteParams implements ParamInitializer {

  /** Name of the logit. */
  static final String RETAIN_LOGIT = "retainLogit";

  static final ConcreteParams INSTANCE = new ConcreteParams();

  private ConcreteParams() {}

  /** The part of a view of parameters, or of gradients, that is the inner layer's. */
  static INDArray ofInner(INDArray view) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(0, view.length() - 1));
  }

  /** The part that is the logit's: one number. */
  static INDArray ofLogit(INDArray view) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(view.length() - 1, view.length()));
  }

  private static Layer inner(Layer layer) {
    return ((ConcreteDropout) layer).getUnderlying();
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
    ConcreteDropout layer = (ConcreteDropout) conf.getLayer();
    NeuralNetConfiguration within = layer.within(conf);
    Map<String, INDArray> params =
        layer.getUnderlying().initializer().init(within, ofInner(paramsView), initializeParams);
    INDArray logit = ofLogit(paramsView);
    if (initializeParams) {
      logit.assign(layer.initialLogit());
    }
    params.put(RETAIN_LOGIT, logit);
    return params;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    ConcreteDropout layer = (ConcreteDropout) conf.getLayer();
    NeuralNetConfiguration within = layer.within(conf);
    Map<String, INDArray> gradients =
        layer
            .getUnderlying()
            .initializer()
            .getGradientsFromFlattened(within, ofInner(gradientView));
    gradients.put(RETAIN_LOGIT, ofLogit(gradientView));
    return gradients;
  }
}
