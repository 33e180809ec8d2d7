package io.github.dl4jx.updaters;

import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * 1-bit SGD: gradient descent on gradients of one bit a value, with error feedback.
 *
 * <pre>{@code
 * v = g + r;  r = v - Q(v);  w = w - lr Q(v)
 * }</pre>
 *
 * <p>{@link OneBitGradient} around {@code Sgd} with the defaults: columns of 512 values, the means
 * of their halves, no warm start. State: one value for every parameter.
 *
 * <pre>{@code
 * .updater(new OneBitSgd(0.1))
 * }</pre>
 *
 * <p>Reference: F. Seide, H. Fu, J. Droppo, G. Li, D. Yu, "1-Bit Stochastic Gradient Descent and
 * its Application to Data-Parallel Distributed Training of Speech DNNs", Interspeech 2014.
 */
public final class OneBitSgd extends OneBitGradient {

  /**
   * With a fixed learning rate.
   *
   * @param learningRate finite and at least 0
   * @throws IllegalArgumentException if the learning rate is not as described
   */
  public OneBitSgd(double learningRate) {
    this(Settings.sgd(learningRate));
  }

  /**
   * With a learning rate schedule.
   *
   * @param learningRateSchedule learning rate by iteration or epoch
   * @throws IllegalArgumentException if the schedule is null
   */
  public OneBitSgd(ISchedule learningRateSchedule) {
    this(Settings.sgd(learningRateSchedule));
  }

  private OneBitSgd(IUpdater sgd) {
    this(OneBitGradient.around(sgd).build());
  }

  private OneBitSgd(OneBitGradient settings) {
    super(settings);
  }

  @JsonCreator
  @SuppressWarnings("UnusedMethod") // called by Jackson
  private OneBitSgd(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("columnLength") int columnLength,
      @JsonProperty("reconstruction") Reconstruction reconstruction,
      @JsonProperty("exactIterations") int exactIterations,
      @JsonProperty("errorFeedback") boolean errorFeedback) {
    super(inner, columnLength, reconstruction, exactIterations, errorFeedback);
  }

  @Override
  public OneBitSgd clone() {
    return new OneBitSgd(this);
  }
}
