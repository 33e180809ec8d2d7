package io.github.dl4jx.ensembles.stacked.internal;

import io.github.dl4jx.updaters.AdEMAMix;
import io.github.dl4jx.updaters.AdaBelief;
import io.github.dl4jx.updaters.Adan;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Which updaters treat parameters one by one. Of a class that is not known here nobody can say; one
 * that looks at a whole block, by its norm for instance, would see all members' at once.
 */
final class StackableUpdaters {

  private static final Set<Class<?>> PARAMETERS_APART =
      Set.of(
          Sgd.class,
          Adam.class,
          AdaMax.class,
          AdaDelta.class,
          AdaGrad.class,
          AMSGrad.class,
          Nadam.class,
          Nesterovs.class,
          NoOp.class,
          RmsProp.class,
          AdEMAMix.class,
          AdaBelief.class,
          Adan.class,
          Lion.class,
          Sghmc.class,
          Sgld.class,
          SignSgd.class,
          SignGradient.class,
          Signum.class,
          GradientNoise.class,
          GradientClipping.class,
          Lookahead.class,
          Vectorized.class);

  private StackableUpdaters() {}

  /** {@return what of an updater looks at several parameters at once, empty if nothing does} */
  static Optional<String> whyNot(@Nullable IUpdater updater) {
    if (updater == null) {
      return Optional.empty();
    }
    if (!PARAMETERS_APART.contains(updater.getClass())) {
      return Optional.of("the updater " + updater.getClass().getSimpleName());
    }
    if (updater instanceof GradientClipping
        && ((GradientClipping) updater).kind() == GradientClipping.Kind.NORM) {
      return Optional.of("the updater GradientClipping by norm");
    }
    return updater instanceof UpdaterWrapper
        ? whyNot(((UpdaterWrapper) updater).inner())
        : Optional.empty();
  }
}
