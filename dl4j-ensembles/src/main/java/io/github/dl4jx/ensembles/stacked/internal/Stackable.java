package io.github.dl4jx.ensembles.stacked.internal;

import io.github.dl4jx.regularizers.constraint.MaxNorm;
import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.BaseConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;

/**
 * Which members can be trained as one wide network: everything must treat examples row by row, and
 * parameters one by one or unit by unit. The rest is refused by name.
 */
public final class Stackable {

  private static final Set<Class<?>> DROPOUTS =
      Set.of(
          Dropout.class,
          AlphaDropout.class,
          GaussianDropout.class,
          GaussianNoise.class,
          InvertedDropout.class,
          DropPath.class);

  private static final Set<Class<?>> PENALTIES =
      Set.of(L1Regularization.class, L2Regularization.class, WeightDecay.class);

  private Stackable() {}

  /**
   * Refuses members that must be trained apart.
   *
   * @throws IllegalArgumentException with what it is, and in which layer
   */
  public static void checkTrainable(MultiLayerConfiguration member) {
    Optional<String> reason = Shape.whyNot(member);
    for (int i = 0; i < member.getConfs().size() && reason.isEmpty(); i++) {
      Layer layer = member.getConf(i).getLayer();
      String name = Shape.name(i, layer);
      OptimizationAlgorithm algorithm = member.getConf(i).getOptimizationAlgo();
      reason =
          (algorithm == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
                  ? whyNot(layer)
                  : Optional.of("the optimization algorithm " + algorithm))
              .map(why -> name + " has " + why);
    }
    if (reason.isPresent()) {
      throw refused(reason.get());
    }
  }

  /** {@return the exception that says why} */
  public static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "members cannot be stacked: " + why + ": train them without stacked()");
  }

  private static Optional<String> whyNot(Layer layer) {
    if (layer.getIDropout() != null && !DROPOUTS.contains(layer.getIDropout().getClass())) {
      return named("the dropout", layer.getIDropout());
    }
    if (layer.getIDropout() instanceof DropPath
        && ((DropPath) layer.getIDropout()).isPerMinibatch()) {
      return Optional.of("DropPath.perMinibatch(), which would draw once for all members");
    }
    if (!(layer instanceof BaseLayer)) {
      return Optional.empty();
    }
    BaseLayer base = (BaseLayer) layer;
    Optional<String> reason = whyNot(base.getGradientNormalization());
    if (base.getWeightNoise() != null) {
      reason = named("the weight noise", base.getWeightNoise());
    }
    if (base instanceof BaseOutputLayer
        && ((BaseOutputLayer) base).getLossFn() instanceof LossFMeasure) {
      reason = named("the loss of a whole batch", ((BaseOutputLayer) base).getLossFn());
    }
    return reason
        .or(() -> penalty(base.getRegularization()))
        .or(() -> penalty(base.getRegularizationBias()))
        .or(() -> constraint(base.getConstraints()))
        .or(() -> StackableUpdaters.whyNot(base.getIUpdater()))
        .or(() -> StackableUpdaters.whyNot(base.getBiasUpdater()));
  }

  private static Optional<String> whyNot(@Nullable GradientNormalization normalization) {
    return normalization == null
            || normalization == GradientNormalization.None
            || normalization == GradientNormalization.ClipElementWiseAbsoluteValue
        ? Optional.empty()
        : Optional.of("the gradient normalization " + normalization);
  }

  private static Optional<String> penalty(@Nullable List<Regularization> penalties) {
    return orEmpty(penalties).stream()
        .filter(penalty -> !PENALTIES.contains(penalty.getClass()))
        .findFirst()
        .flatMap(penalty -> named("the regularization", penalty));
  }

  private static Optional<String> constraint(@Nullable List<LayerConstraint> constraints) {
    return orEmpty(constraints).stream()
        .filter(constraint -> !isOfUnits(constraint))
        .findFirst()
        .flatMap(
            constraint ->
                named("a constraint that is not of one unit's weights, dimension 0,", constraint));
  }

  /** Whether it is one of a value, or of the weights that lead to a unit. */
  private static boolean isOfUnits(LayerConstraint constraint) {
    if (constraint.getClass() == NonNegativeConstraint.class) {
      return true;
    }
    if (constraint.getClass() == MaxNorm.class) {
      return Set.of(DefaultParamInitializer.WEIGHT_KEY).equals(constraint.getParams());
    }
    return constraint instanceof BaseConstraint
        && constraint.getClass().getName().startsWith("org.deeplearning4j.nn.conf.constraint.")
        && Arrays.equals(((BaseConstraint) constraint).getDimensions(), new int[] {0})
        && Set.of(DefaultParamInitializer.WEIGHT_KEY).equals(constraint.getParams());
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Optional<String> named(String what, Object object) {
    return Optional.of(what + " " + object.getClass().getSimpleName());
  }
}
