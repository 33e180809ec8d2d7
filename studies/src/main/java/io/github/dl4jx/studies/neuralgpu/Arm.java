package io.github.dl4jx.studies.neuralgpu;

import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * How the networks of a task begin, and how noisy their gradients are.
 *
 * @param start of the weights
 * @param eta variance of the noise in the first step, 0 for none
 * @param once whether the first step alone is noisy
 */
record Arm(Start start, double eta, boolean once) {

  /** How large the initial weights are. */
  enum Start {
    /** The task's. */
    POOR,
    /** One. */
    GOOD,
    /** All are 0, but the biases of the gates. */
    ZERO
  }

  private static final double RATE = 0.01;
  private static final double NORM = 1;
  private static final double WEAK = 0.001;
  private static final double STRONG = 0.01;

  static final List<Arm> ALL =
      List.of(
          new Arm(Start.POOR, 0, false),
          new Arm(Start.POOR, WEAK, false),
          new Arm(Start.POOR, STRONG, false),
          new Arm(Start.POOR, STRONG, true),
          new Arm(Start.GOOD, 0, false),
          new Arm(Start.GOOD, STRONG, false),
          new Arm(Start.ZERO, 0, false),
          new Arm(Start.ZERO, STRONG, false),
          new Arm(Start.ZERO, STRONG, true));

  String label(Task task) {
    String noise = eta == 0 ? "no noise" : "eta " + eta + (once ? " in the first step" : "");
    return task.label + ", weights x " + scale(task) + ", " + noise;
  }

  double scale(Task task) {
    return start == Start.POOR ? task.poor : start == Start.GOOD ? 1 : 0;
  }

  /** Clips the gradient, and adds noise then. */
  IUpdater updater(long seed) {
    GradientNoise.Builder noise = GradientNoise.around(new Adam(RATE)).eta(eta).seed(seed);
    return GradientClipping.around((once ? noise.stopAfter(1) : noise).build()).byNorm(NORM);
  }
}
