package io.github.dl4jx.studies.likelihood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainsTest {

  private static double last(Setting setting, String measure) {
    List<Measured> found = new Chains(setting, 9).run(List.of(10, 4_000), List.of());
    return found.stream()
        .filter(m -> m.steps() == 4_000 && m.measure().equals(measure))
        .mapToDouble(Measured::value)
        .findFirst()
        .orElseThrow();
  }

  /** A separate program of plain doubles has 0.07 there, and 1 at the start. */
  @Test
  void run_momentum_comesNearTheTarget() {
    Setting setting = Setting.sghmc(Landscape.ONE, Setting.STEP, 0.1);
    List<Measured> found = new Chains(setting, 9).run(List.of(1, 4_000), List.of());
    assertThat(found).extracting(Measured::steps).containsExactly(1, 1, 4_000, 4_000);
    assertThat(found.get(0).value()).isGreaterThan(0.9);
    assertThat(found.get(2).value()).isLessThan(0.15);
  }

  /** A separate program has 0.28 and 0.7. */
  @Test
  void run_largeStep_losesDetailWithoutMomentum() {
    double without = last(Setting.sghmc(Landscape.ONE, Setting.COARSE_STEP, 1), Measured.DETAIL);
    double with = last(Setting.sghmc(Landscape.ONE, Setting.COARSE_STEP, 0.1), Measured.DETAIL);
    assertThat(without).isBetween(0.15, 0.45);
    assertThat(with).isBetween(0.55, 0.85);
  }

  @Test
  void run_shown_keepsTheDensity() {
    List<Measured> one =
        new Chains(Setting.sgld(Landscape.ONE, 1), 1).run(List.of(400), List.of(400));
    double mass =
        one.stream()
            .filter(m -> m.measure().equals(Measured.DENSITY))
            .mapToDouble(m -> m.value() * 0.1)
            .sum();
    assertThat(mass).isBetween(0.99, 1.000001); // hardly a chain is beyond 8
  }
}
