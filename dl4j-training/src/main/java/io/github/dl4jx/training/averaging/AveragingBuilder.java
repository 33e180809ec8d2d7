package io.github.dl4jx.training.averaging;

import java.util.function.IntFunction;
import org.nd4j.common.base.Preconditions;

/** Collects the optional settings of an average of weights; the factory has the required ones. */
public abstract class AveragingBuilder {

  private int every = 1;

  AveragingBuilder() {}

  /** A builder without other settings. */
  static AveragingBuilder of(IntFunction<AveragingRule> rule) {
    return new AveragingBuilder() {
      @Override
      AveragingRule rule(int every) {
        return rule.apply(every);
      }
    };
  }

  /** The rule of these settings. */
  abstract AveragingRule rule(int every);

  /**
   * The interval between two updates of the average: in epochs for {@code swa}, in iterations for
   * the others.
   *
   * @param k at least 1; default 1
   * @return this builder
   * @throws IllegalArgumentException if it is below 1
   */
  public AveragingBuilder every(int k) {
    Preconditions.checkArgument(k >= 1, "every must be >= 1, got %s", k);
    every = k;
    return this;
  }

  /** {@return a listener with these settings that has averaged nothing yet} */
  public final WeightAveragingListener build() {
    return new WeightAveragingListener(rule(every));
  }

  static int checkStart(String name, int value) {
    Preconditions.checkArgument(value >= 0, "%s must be >= 0, got %s", name, value);
    return value;
  }
}
