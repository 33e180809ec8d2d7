package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.random.internal.Fields;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * A dropout whose mask is drawn from a key in the forward pass and drawn again in the backward
 * pass: the base of all dropouts of this package.
 *
 * <p>The fields are part of the file format.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE,
    setterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_NULL)
public abstract class KeyedDropout implements IDropout {

  private static final int MOST_PENDING = 1024;

  /** Probability of retaining an activation; null if a schedule gives it. */
  final @Nullable Double p;

  /** Schedule of p; null if p is fixed. */
  final @Nullable ISchedule pSchedule;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  final @Nullable Long seed;

  /** What this thread's forward passes applied, latest first: layers may share an instance. */
  private final transient ThreadLocal<Deque<Mask>> applied =
      ThreadLocal.withInitial(ArrayDeque::new);

  KeyedDropout(@Nullable Double p, @Nullable ISchedule pSchedule, @Nullable Long seed) {
    Preconditions.checkArgument(
        (p == null) != (pSchedule == null),
        "exactly one of p and pSchedule must be given, got p = %s and pSchedule = %s",
        p,
        pSchedule);
    this.p = p == null ? null : checkedRetainProbability(p);
    this.pSchedule = pSchedule;
    this.seed = seed;
  }

  /** Throws an IllegalArgumentException if activations of this shape cannot be dropped. */
  abstract void checkShape(long[] shape);

  /** {@code out = in * mask}, where key, p and shape determine the mask; out may be in. */
  abstract void applyMask(KeyedRandom random, double p, INDArray in, INDArray out);

  /**
   * The probability of retaining an activation.
   *
   * @param iteration number of updates so far, from 0
   * @param epoch number of epochs so far, from 0
   * @return p, in (0, 1]
   * @throws IllegalArgumentException if the schedule's value is outside (0, 1], or iteration or
   *     epoch is negative
   */
  public double retainProbability(int iteration, int epoch) {
    Arguments.notNegative(iteration, epoch);
    if (pSchedule == null) {
      return Objects.requireNonNull(p);
    }
    return checkedRetainProbability(pSchedule.valueAt(iteration, epoch));
  }

  /**
   * The schedule of the probability of retaining.
   *
   * @return a copy; empty if the probability is fixed
   */
  public Optional<ISchedule> schedule() {
    return Optional.ofNullable(copyOfSchedule());
  }

  /**
   * The seed of the masks.
   *
   * @return the seed; empty if the network's seed governs
   */
  public Optional<Long> seed() {
    return Optional.ofNullable(seed);
  }

  @Override
  public INDArray applyDropout(
      INDArray inputActivations,
      INDArray resultArray,
      int iteration,
      int epoch,
      LayerWorkspaceMgr workspaceMgr) {
    Arguments.floatingPoint("inputActivations", inputActivations);
    checkShape(inputActivations.shape());
    checkResult("resultArray", resultArray, "inputActivations", inputActivations);
    double retain = retainProbability(iteration, epoch);
    KeyedRandom random =
        seed == null
            ? KeyedRandom.of(Nd4j.getRandom().nextLong(), 0)
            : KeyedRandom.of(seed, iteration);
    Mask mask = new Mask(random, retain, inputActivations.shape());
    apply(mask, inputActivations, resultArray);
    Deque<Mask> pending = applied.get();
    pending.push(mask);
    if (pending.size() > MOST_PENDING) {
      pending.removeLast(); // of a forward pass that no backward pass followed
    }
    return resultArray;
  }

  @Override
  public INDArray backprop(INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    Arguments.floatingPoint("gradAtOutput", gradAtOutput);
    checkResult("gradAtInput", gradAtInput, "gradAtOutput", gradAtOutput);
    Arguments.notNegative(iteration, epoch);
    Mask mask = applied.get().peek();
    if (mask == null) {
      throw new IllegalStateException(
          "no dropout mask to propagate through: the forward pass was not run in training mode,"
              + " or the layer was cleared since");
    }
    if (!Arrays.equals(mask.shape, gradAtOutput.shape())) {
      throw new IllegalStateException(
          "the gradient must have the shape of the activations that were dropped, "
              + Arrays.toString(mask.shape)
              + ", got "
              + Arrays.toString(gradAtOutput.shape())
              + ": use a dropout layer before this layer instead of its dropOut(..)");
    }
    applied.get().remove();
    apply(mask, gradAtOutput, gradAtInput);
    return gradAtInput;
  }

  private static void checkResult(String name, INDArray result, String other, INDArray array) {
    Arguments.floatingPoint(name, result);
    Preconditions.checkArgument(
        result.equalShapes(array) && result.isEmpty() == array.isEmpty(),
        "%s must have the shape of %s, %s, got %s",
        name,
        other,
        Arrays.toString(array.shape()),
        Arrays.toString(result.shape()));
  }

  private void apply(Mask mask, INDArray in, INDArray out) {
    INDArray cast = in.dataType() == out.dataType() ? in : in.castTo(out.dataType());
    applyMask(mask.random, mask.p, cast, out);
  }

  @Override
  public void clear() {
    applied.remove();
  }

  /**
   * This dropout without its seed: each mask's key is drawn from ND4J's generator.
   *
   * @return a new dropout with the same other settings
   */
  public abstract KeyedDropout unseeded();

  @Override
  public abstract KeyedDropout clone();

  @Override
  public final boolean equals(@Nullable Object other) {
    return Fields.equal(this, other);
  }

  @Override
  public final int hashCode() {
    return Fields.hash(this);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName()
        + "(p="
        + (p == null ? pSchedule : p)
        + ", seed="
        + seed
        + others()
        + ")";
  }

  /** A subclass's settings, for {@link #toString}: each after a comma. */
  String others() {
    return "";
  }

  /**
   * Restores the transient field after Java serialization.
   *
   * @return an equal dropout
   */
  protected Object readResolve() {
    return clone();
  }

  /** The schedule for a copy. */
  @Nullable ISchedule copyOfSchedule() {
    return pSchedule == null ? null : pSchedule.clone();
  }

  private static double checkedRetainProbability(double p) {
    Preconditions.checkArgument(
        p > 0 && p <= 1, "p (the probability of retaining) must be in (0, 1], got %s", p);
    return p;
  }

  /** One draw of the mask. */
  private static final class Mask {

    private final KeyedRandom random;
    private final double p;
    private final long[] shape;

    Mask(KeyedRandom random, double p, long[] shape) {
      this.random = random;
      this.p = p;
      this.shape = shape;
    }
  }
}
