package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;

/** What the configuration of a trial is made from. Immutable. */
public final class TrialSetup {

  private final int number;
  private final Point point;
  private final int maxEpochs;
  private final long seed;

  TrialSetup(int number, Point point, int maxEpochs, long seed) {
    this.number = number;
    this.point = point;
    this.maxEpochs = maxEpochs;
    this.seed = seed;
  }

  /**
   * The trial's number.
   *
   * @return a number from 0 on
   */
  public int number() {
    return number;
  }

  /**
   * What it tries.
   *
   * @return the point
   */
  public Point point() {
    return point;
  }

  /**
   * The value of a parameter.
   *
   * @param parameter a key of the space
   * @param <T> type of its values
   * @return the value that the trial tries
   * @throws IllegalArgumentException if the space has no such parameter, or it does not matter here
   */
  public <T> T get(Parameter<T> parameter) {
    return point.get(parameter);
  }

  /**
   * Whether a parameter matters here.
   *
   * @param parameter a key of the space
   * @return whether it has a value
   * @throws IllegalArgumentException if the space has no such parameter
   */
  public boolean has(Parameter<?> parameter) {
    return point.has(parameter);
  }

  /**
   * How many epochs the trial gets if it is never given up: the length of its learning-rate
   * schedule, which must not depend on how far it comes.
   *
   * @return at least 1
   */
  public int maxEpochs() {
    return maxEpochs;
  }

  /**
   * The seed of the network and of the order of its data; the configuration gets it by itself.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  @Override
  public String toString() {
    return "trial " + number + " " + point;
  }
}
