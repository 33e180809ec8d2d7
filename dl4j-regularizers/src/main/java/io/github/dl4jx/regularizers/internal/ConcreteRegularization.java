package io.github.dl4jx.regularizers.internal;

import io.github.dl4jx.random.Reductions;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * How {@link ConcreteDropout} is trained: like the wrapped layer, with two more terms of the loss.
 *
 * <pre>{@code
 * r = sigmoid(l),  S = sum of W^2,  n units or channels
 * R = w S / r + d n (r ln r + (1 - r) ln(1 - r))
 * dR/dW = 2 w W / r
 * dR/dl = -w S (1 - r) / r + d n l r (1 - r)
 * }</pre>
 *
 * <p>As {@link Regularization}s of the running layer, which knows l and W, they are applied like
 * L2: to the gradient of the mean loss, after gradient normalization, before the updater.
 */
final class ConcreteRegularization implements TrainingConfig {

  private final BaseWrapperLayer conf;
  private final ConcreteSettings settings;
  private final long units;
  private final INDArray weights;
  private final INDArray logit;
  private final Regularization weightTerm = new WeightTerm();
  private final List<Regularization> ofLogit = List.of(new DropoutTerm());

  /** Whether the latest backward pass was through a frozen layer. */
  private boolean frozen;

  ConcreteRegularization(
      BaseWrapperLayer conf, ConcreteSettings settings, INDArray weights, INDArray logit) {
    this.conf = conf;
    this.settings = settings;
    this.units = ((FeedForwardLayer) conf.getUnderlying()).getNIn();
    this.weights = weights;
    this.logit = logit;
  }

  /** Frozen layers, which get gradients of zero, are not moved by the terms either. */
  void frozen(boolean isFrozen) {
    frozen = isFrozen;
  }

  /** R. */
  double score() {
    return weightTerm.score(weights, 0, 0) + ofLogit.get(0).score(logit, 0, 0);
  }

  private double retain() {
    return ConcreteMask.sigmoid(logit.getDouble(0));
  }

  private double squares() {
    double norm = Reductions.norm2(weights);
    return norm * norm;
  }

  @Override
  public @Nullable List<Regularization> getRegularizationByParam(String paramName) {
    switch (paramName) {
      case ConcreteParams.RETAIN_LOGIT:
        return ofLogit;
      case DefaultParamInitializer.WEIGHT_KEY:
        return ofWeights();
      default:
        return conf.getRegularizationByParam(paramName);
    }
  }

  /** The wrapped layer's current ones, and the term. */
  private List<Regularization> ofWeights() {
    List<Regularization> all = new ArrayList<>();
    List<Regularization> own = conf.getRegularizationByParam(DefaultParamInitializer.WEIGHT_KEY);
    if (own != null) {
      all.addAll(own);
    }
    all.add(weightTerm);
    return all;
  }

  @Override
  public String getLayerName() {
    return conf.getLayerName();
  }

  @Override
  public boolean isPretrainParam(String paramName) {
    return false;
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return conf.getUpdaterByParam(paramName);
  }

  @Override
  public GradientNormalization getGradientNormalization() {
    return conf.getGradientNormalization();
  }

  @Override
  public double getGradientNormalizationThreshold() {
    return conf.getGradientNormalizationThreshold();
  }

  @Override
  public void setDataType(DataType dataType) {
    conf.setDataType(dataType);
  }

  /** {@code w S / r}, as seen by the weights. */
  private final class WeightTerm implements Regularization {

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.BEFORE_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray gradView, double lr, int iteration, int epoch) {
      if (frozen) {
        return;
      }
      double factor = 2 * settings.weightRegularizer / retain();
      Nd4j.exec(new Axpy(param, gradView, gradView, factor)); // factor * param + gradient
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      return settings.weightRegularizer * squares() / retain();
    }

    @Override
    public Regularization clone() {
      return new WeightTerm();
    }
  }

  /** The derivative of both terms by l; the score is the second term only. */
  private final class DropoutTerm implements Regularization {

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.BEFORE_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray gradView, double lr, int iteration, int epoch) {
      if (frozen) {
        return;
      }
      double l = logit.getDouble(0);
      double r = ConcreteMask.sigmoid(l);
      double dropped = ConcreteMask.sigmoid(-l);
      gradView.addi(
          settings.dropoutRegularizer * units * l * r * dropped
              - settings.weightRegularizer * squares() * dropped / r);
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      double l = logit.getDouble(0);
      double minusEntropy =
          -ConcreteMask.sigmoid(l) * softplus(-l) - ConcreteMask.sigmoid(-l) * softplus(l);
      return settings.dropoutRegularizer * units * minusEntropy;
    }

    /** {@code ln(1 + e^x) = -ln sigmoid(-x)}. */
    private double softplus(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public Regularization clone() {
      return new DropoutTerm();
    }
  }
}
