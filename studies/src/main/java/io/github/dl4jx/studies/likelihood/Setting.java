package io.github.dl4jx.studies.likelihood;

import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A sampler on a landscape.
 *
 * @param landscape the likelihood
 * @param momentum whether the sampler is {@link Sghmc}, or else {@link Sgld}
 * @param step its step size
 * @param friction of {@code Sghmc}; 1 has no momentum left
 * @param temperature of the samples
 */
record Setting(
    Landscape landscape, boolean momentum, double step, double friction, double temperature) {

  static final double STEP = 0.01;
  static final double COARSE_STEP = 0.03;
  static final List<Double> TEMPERATURES = List.of(0.25, 1.0, 4.0);
  static final List<Double> FRICTIONS = List.of(1.0, 0.1, 0.01);

  static Setting sgld(Landscape landscape, double temperature) {
    return new Setting(landscape, false, STEP, 1, temperature);
  }

  static Setting sghmc(Landscape landscape, double step, double friction) {
    return new Setting(landscape, true, step, friction, 1);
  }

  static List<Setting> all() {
    List<Setting> all = new ArrayList<>();
    for (Landscape landscape : Landscape.values()) {
      TEMPERATURES.forEach(t -> all.add(sgld(landscape, t)));
      for (double step : List.of(STEP, COARSE_STEP)) {
        FRICTIONS.forEach(f -> all.add(sghmc(landscape, step, f)));
      }
    }
    return all;
  }

  String label() {
    return landscape.label
        + (momentum
            ? ", Sghmc " + step + ", friction " + friction
            : ", Sgld " + step + ", temperature " + temperature);
  }

  /** One example, whose loss is the energy. */
  IUpdater updater(long seed) {
    return momentum
        ? Sghmc.of(step, 1).friction(friction).temperature(temperature).seed(seed).build()
        : Sgld.of(step, 1).temperature(temperature).seed(seed).build();
  }
}
