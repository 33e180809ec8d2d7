package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.random.KeyedRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce3.Dot;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Concrete dropout in a network: drops its input and hands it to the wrapped layer.
 *
 * <pre>{@code
 * y = x * s;  dL/dx = dL/dy * s;  dL/dl = sum of (dL/dy * y) / s * ds/dl
 * }</pre>
 */
public final class ConcreteDropout extends BaseWrapperLayer {

  private final transient ConcreteSettings settings;
  private final transient org.deeplearning4j.nn.conf.layers.Layer within;
  private final transient ConcreteRegularization regularization;
  private final transient INDArray logit;
  private transient INDArray params;
  private transient @Nullable INDArray gradients;
  private transient @Nullable INDArray input;

  /** s of the last forward pass; null if it was not in training mode. */
  private transient @Nullable INDArray mask;

  /**
   * A running layer.
   *
   * @param conf configuration of the wrapping layer
   * @param settings its settings
   * @param inner the running wrapped layer
   * @param params view of the parameters: the wrapped layer's, then the logit
   */
  public ConcreteDropout(
      org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer conf,
      ConcreteSettings settings,
      Layer inner,
      INDArray params) {
    super(inner);
    this.settings = settings;
    this.within = conf.getUnderlying();
    this.params = params;
    this.logit = ConcreteParams.ofLogit(params);
    INDArray weights = inner.getParam(DefaultParamInitializer.WEIGHT_KEY);
    this.regularization = new ConcreteRegularization(conf, settings, weights, logit);
  }

  /**
   * The probability of retaining.
   *
   * @return what has been learned so far
   */
  public double retainProbability() {
    return ConcreteMask.sigmoid(logit.getDouble(0));
  }

  @Override
  public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
    this.input = workspaceMgr.leverageTo(ArrayType.INPUT, input);
  }

  @Override
  public @Nullable INDArray input() {
    return input;
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    return activate(training, workspaceMgr);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    INDArray x = input;
    if (x == null) {
      throw new IllegalStateException(
          "the input of ConcreteDropout around " + within + " is not set");
    }
    mask = null;
    if (!training) {
      return underlying.activate(x, false, workspaceMgr);
    }
    INDArray dropped =
        workspaceMgr.createUninitialized(
            ArrayType.INPUT, logit.dataType(), x.shape(), x.ordering());
    Long seed = settings.seed;
    KeyedRandom random = seed == null ? unseeded() : KeyedRandom.of(seed, getIterationCount());
    mask = drop(random, x, dropped, workspaceMgr);
    return underlying.activate(dropped, true, workspaceMgr);
  }

  private static KeyedRandom unseeded() {
    return KeyedRandom.of(Nd4j.getRandom().nextLong(), 0);
  }

  /** {@code out = in * s}; returns s. */
  private INDArray drop(
      KeyedRandom random, INDArray in, INDArray out, LayerWorkspaceMgr workspaceMgr) {
    INDArray scaled =
        workspaceMgr.createUninitialized(
            ArrayType.INPUT, out.dataType(), ConcreteMask.shape(within, in.shape()), 'c');
    ConcreteMask.draw(random, logit.getDouble(0), settings.temperature, scaled);
    Nd4j.exec(new MulOp(in.castTo(out.dataType()), scaled, out));
    return scaled;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Pair<Gradient, INDArray> result = underlying.backpropGradient(epsilon, workspaceMgr);
    INDArray toLogit = ConcreteParams.ofLogit(Objects.requireNonNull(gradients));
    INDArray drawn = mask;
    regularization.frozen(drawn == null); // nothing else is trained on a test-time forward pass
    if (drawn == null) {
      toLogit.assign(0);
    } else {
      INDArray toDropped = result.getSecond();
      INDArray products = products(toDropped, underlying.input(), drawn, workspaceMgr);
      toLogit.assign(
          ConcreteMask.derivative(
              products, drawn.reshape(products.shape()), logit.getDouble(0), settings.temperature));
      Nd4j.exec(new MulOp(toDropped, drawn, toDropped));
    }
    result.getFirst().setGradientFor(ConcreteParams.RETAIN_LOGIT, toLogit);
    return result;
  }

  /** The products of two arrays, summed over the elements that share a number of the mask. */
  private INDArray products(
      INDArray a, INDArray b, INDArray drawn, LayerWorkspaceMgr workspaceMgr) {
    int[] shared = ConcreteMask.sharedDimensions(within);
    if (shared.length == 0) {
      INDArray products =
          workspaceMgr.createUninitialized(ArrayType.BP_WORKING_MEM, a.dataType(), a.shape(), 'c');
      return Nd4j.exec(new MulOp(a, b, products))[0];
    }
    INDArray products =
        workspaceMgr.createUninitialized(
            ArrayType.BP_WORKING_MEM,
            a.dataType(),
            new long[] {drawn.size(0), drawn.length() / drawn.size(0)},
            'c');
    return Nd4j.exec(new Dot(a, b, products, shared));
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return underlying.calcRegularizationScore(backpropParamsOnly) + regularization.score();
  }

  /** The wrapped layer gets its own configuration: {@code TransferLearning} sets the outer one. */
  @Override
  public void setConf(NeuralNetConfiguration conf) {
    boolean outer =
        conf.getLayer() instanceof org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
    super.setConf(outer ? ConcreteParams.within(conf) : conf);
  }

  @Override
  public TrainingConfig getConfig() {
    return regularization;
  }

  @Override
  public INDArray params() {
    return params;
  }

  @Override
  public long numParams() {
    return params.length();
  }

  @Override
  public long numParams(boolean backwards) {
    return params.length();
  }

  @Override
  public void setParams(INDArray params) {
    this.params.assign(params.reshape(this.params.shape()));
  }

  @Override
  public void setParamsViewArray(INDArray params) {
    this.params = params;
    underlying.setParamsViewArray(ConcreteParams.ofInner(params));
  }

  @Override
  public INDArray getParam(String param) {
    return param.equals(ConcreteParams.RETAIN_LOGIT) ? logit : underlying.getParam(param);
  }

  @Override
  public void setParam(String key, INDArray val) {
    getParam(key).assign(val);
  }

  @Override
  public Map<String, INDArray> paramTable() {
    return paramTable(false);
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
    Map<String, INDArray> table = new LinkedHashMap<>(underlying.paramTable(backpropParamsOnly));
    table.put(ConcreteParams.RETAIN_LOGIT, logit);
    return table;
  }

  @Override
  public void setParamTable(Map<String, INDArray> paramTable) {
    paramTable.forEach(this::setParam);
  }

  @Override
  public @Nullable INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    this.gradients = gradients;
    underlying.setBackpropGradientsViewArray(ConcreteParams.ofInner(gradients));
  }

  @Override
  public void clear() {
    super.clear();
    input = null;
    mask = null;
  }

  /**
   * What the layer applies to its input in training, for predictions.
   *
   * @return a dropout without a seed, through which nothing can be propagated
   */
  public IDropout dropout() {
    return new Dropout();
  }

  /** Drops like the layer in training, with a key from ND4J's generator. */
  private final class Dropout implements IDropout {

    @Override
    public INDArray applyDropout(
        INDArray inputActivations,
        INDArray resultArray,
        int iteration,
        int epoch,
        LayerWorkspaceMgr workspaceMgr) {
      drop(unseeded(), inputActivations, resultArray, workspaceMgr);
      return resultArray;
    }

    @Override
    public INDArray backprop(
        INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
      throw new UnsupportedOperationException(
          "this dropout has no backward pass, it is for prediction only: train the ConcreteDropout layer itself");
    }

    @Override
    public void clear() {
      // the mask is not kept
    }

    @Override
    public IDropout clone() {
      return new Dropout();
    }
  }
}
