package io.github.dl4jx.studies.crash;

/**
 * How long a {@link CrashRun} is.
 *
 * @param epochs number of epochs, of {@value #BATCHES} batches each
 * @param everyIterations iterations between two checkpoints; a divisor of {@value #BATCHES}, so
 *     that some fall on the end of an epoch
 */
public record Plan(int epochs, int everyIterations) {

  static final int BATCH = 50;
  static final int BATCHES = 60;

  /** The last batch of an epoch is smaller than the others. */
  static final int EXAMPLES = BATCH * BATCHES - 10;

  /**
   * A plan.
   *
   * @param epochs at least 1
   * @param everyIterations a divisor of {@value #BATCHES}
   * @throws IllegalArgumentException if epochs is below 1 or everyIterations no divisor
   */
  public Plan {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be >= 1, got " + epochs);
    }
    if (everyIterations < 1 || BATCHES % everyIterations != 0) {
      throw new IllegalArgumentException(
          "everyIterations must be a divisor of " + BATCHES + ", got " + everyIterations);
    }
  }

  /** Number of checkpoints that the whole run takes: they are numbered from 1 on. */
  int checkpoints() {
    return epochs * BATCHES / everyIterations;
  }

  /** Whether a checkpoint is taken after the last batch of an epoch, before the epoch's end. */
  boolean isEpochEnd(long checkpoint) {
    return checkpoint > 0 && checkpoint * everyIterations % BATCHES == 0;
  }
}
