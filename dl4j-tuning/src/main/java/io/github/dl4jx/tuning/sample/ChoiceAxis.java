package io.github.dl4jx.tuning.sample;

/**
 * A choice: each kernel has one option that it holds likelier than the others, or none. No
 * probability is zero.
 */
final class ChoiceAxis implements KernelAxis {

  /** Instead of an option: all are equally likely. */
  static final int NONE = -1;

  private final int[] option;
  private final int options;
  private final double hit;
  private final double logHit;
  private final double logMiss;
  private final double logAny;

  /**
   * An axis.
   *
   * @param option of each kernel, or NONE
   * @param options how many there are
   * @param hit probability of the kernel's option, in (0, 1); the others share the rest
   */
  ChoiceAxis(int[] option, int options, double hit) {
    this.option = option;
    this.options = options;
    this.hit = options == 1 ? 1 : hit;
    this.logHit = StrictMath.log(this.hit);
    this.logMiss = options == 1 ? 0 : StrictMath.log((1 - hit) / (options - 1));
    this.logAny = -StrictMath.log(options);
  }

  @Override
  public double draw(int kernel, Draws draws) {
    if (option[kernel] == NONE) {
      return draws.below(options);
    }
    if (options == 1 || draws.uniform() < hit) {
      return option[kernel];
    }
    int other = draws.below(options - 1);
    return other < option[kernel] ? other : other + 1;
  }

  @Override
  public void addLogDensities(double coordinate, double[] sums) {
    for (int i = 0; i < option.length; i++) {
      sums[i] += option[i] == NONE ? logAny : option[i] == coordinate ? logHit : logMiss;
    }
  }
}
