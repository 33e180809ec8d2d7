package io.github.dl4jx.regularizers.internal;

import org.jspecify.annotations.Nullable;

/**
 * What concrete dropout runs with: the configuration's settings but for the initial probability.
 */
public final class ConcreteSettings {

  /** How far the mask is from 0 and 1. */
  final double temperature;

  /** Factor of the weights' term of the loss. */
  final double weightRegularizer;

  /** Factor of the probability's term of the loss. */
  final double dropoutRegularizer;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  final @Nullable Long seed;

  /**
   * The settings, which the configuration has checked.
   *
   * @param temperature how far the mask is from 0 and 1
   * @param weightRegularizer factor of the weights' term of the loss
   * @param dropoutRegularizer factor of the probability's term of the loss
   * @param seed seed of the masks; null if each mask's key is drawn from ND4J's generator
   */
  public ConcreteSettings(
      double temperature,
      double weightRegularizer,
      double dropoutRegularizer,
      @Nullable Long seed) {
    this.temperature = temperature;
    this.weightRegularizer = weightRegularizer;
    this.dropoutRegularizer = dropoutRegularizer;
    this.seed = seed;
  }
}
