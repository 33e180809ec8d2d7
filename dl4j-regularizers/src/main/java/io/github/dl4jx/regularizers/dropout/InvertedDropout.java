package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Inverted dropout: drops activations in training and scales the rest up, so that nothing is left
 * to do at test time.
 *
 * <pre>{@code
 * training:  y = x * m / p,  m ~ Bernoulli(p) for every element;  dL/dx = dL/dy * m / p
 * test:      y = x
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> an activation, as in Deeplearning4j and the
 *       lecture, in (0, 1]; no default. The paper uses 0.5 for hidden and 0.8 for input units. May
 *       be an {@link ISchedule} by iteration or epoch.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and layers differ. With one, the mask is
 *       a pure function of (seed, iteration, element), whatever else draws random numbers; two
 *       layers of one shape then need seeds of their own, or they drop the same elements.
 * </ul>
 *
 * <p>Activations may be floating-point arrays of any shape and order: every element is dropped on
 * its own. The mask is not kept for the backward pass but drawn again from its key. Layers, and
 * networks that are trained in threads of their own, may share an instance.
 *
 * <p>Some of Deeplearning4j's layers apply {@code dropOut(..)} forward without propagating through
 * it ({@code Convolution1DLayer}, {@code Deconvolution2D}, {@code SpaceToDepthLayer}, {@code
 * RepeatVector}), and those with channels-last data propagate in another shape, which is refused
 * here: put an {@link io.github.dl4jx.regularizers.layers.InvertedDropoutLayer} before such a layer
 * instead.
 *
 * <pre>{@code
 * new DenseLayer.Builder().nOut(256).dropOut(new InvertedDropout(0.5))
 * }</pre>
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014. The paper scales at
 * test time; the inverted form has the same expectation.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE,
    setterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class InvertedDropout implements IDropout {

  private static final int MOST_PENDING = 1024;

  /** Probability of retaining an activation; null if a schedule gives it. */
  private final @Nullable Double p;

  /** Schedule of p; null if p is fixed. */
  private final @Nullable ISchedule pSchedule;

  /** Seed of the masks; null if each mask's key is drawn from ND4J's generator. */
  private final @Nullable Long seed;

  /** What this thread's forward passes applied, latest first: layers may share an instance. */
  private final transient ThreadLocal<Deque<Mask>> applied =
      ThreadLocal.withInitial(ArrayDeque::new);

  /**
   * With a fixed p, governed by the network's seed.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public InvertedDropout(double p) {
    this(p, null, null);
  }

  /**
   * With a fixed p and a seed of its own.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public InvertedDropout(double p, long seed) {
    this(p, null, seed);
  }

  /**
   * With a schedule of p, governed by the network's seed.
   *
   * @param pSchedule probability of retaining an activation by iteration or epoch; its values must
   *     be in (0, 1]
   * @throws IllegalArgumentException if the schedule is null
   */
  public InvertedDropout(ISchedule pSchedule) {
    this(null, pSchedule, null);
  }

  /**
   * With a schedule of p and a seed of its own.
   *
   * @param pSchedule probability of retaining an activation by iteration or epoch; its values must
   *     be in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if the schedule is null
   */
  public InvertedDropout(ISchedule pSchedule, long seed) {
    this(null, pSchedule, seed);
  }

  @JsonCreator
  private InvertedDropout(
      @JsonProperty("p") @Nullable Double p,
      @JsonProperty("pSchedule") @Nullable ISchedule pSchedule,
      @JsonProperty("seed") @Nullable Long seed) {
    Preconditions.checkArgument(
        (p == null) != (pSchedule == null),
        "exactly one of p and pSchedule must be given, got p = %s and pSchedule = %s",
        p,
        pSchedule);
    this.p = p == null ? null : checkedRetainProbability(p);
    this.pSchedule = pSchedule;
    this.seed = seed;
  }

  /**
   * The probability of retaining an activation.
   *
   * @param iteration number of updates so far, from 0
   * @param epoch number of epochs so far, from 0
   * @return p, in (0, 1]
   * @throws IllegalArgumentException if the schedule's value is outside (0, 1]
   */
  public double retainProbability(int iteration, int epoch) {
    if (pSchedule == null) {
      return Objects.requireNonNull(p);
    }
    return checkedRetainProbability(pSchedule.valueAt(iteration, epoch));
  }

  /**
   * The same without a seed: each mask's key is drawn from ND4J's generator.
   *
   * @return a dropout of the same probability or schedule
   */
  public InvertedDropout unseeded() {
    return new InvertedDropout(p, pSchedule, null);
  }

  @Override
  public INDArray applyDropout(
      INDArray inputActivations,
      INDArray resultArray,
      int iteration,
      int epoch,
      LayerWorkspaceMgr workspaceMgr) {
    KeyedRandom random =
        seed == null
            ? KeyedRandom.of(Nd4j.getRandom().nextLong(), 0)
            : KeyedRandom.of(seed, iteration);
    Mask mask = new Mask(random, retainProbability(iteration, epoch), inputActivations.shape());
    mask.applyTo(inputActivations, resultArray);
    Deque<Mask> pending = applied.get();
    pending.push(mask);
    if (pending.size() > MOST_PENDING) {
      pending.removeLast(); // of a forward pass that no backward pass followed
    }
    return resultArray;
  }

  @Override
  public INDArray backprop(INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    Mask mask = applied.get().poll();
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
              + ": use an InvertedDropoutLayer before this layer instead of its dropOut(..)");
    }
    mask.applyTo(gradAtOutput, gradAtInput);
    return gradAtInput;
  }

  @Override
  public void clear() {
    applied.remove();
  }

  @Override
  public InvertedDropout clone() {
    return new InvertedDropout(p, pSchedule == null ? null : pSchedule.clone(), seed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof InvertedDropout)) {
      return false;
    }
    InvertedDropout that = (InvertedDropout) other;
    return Objects.equals(p, that.p)
        && Objects.equals(pSchedule, that.pSchedule)
        && Objects.equals(seed, that.seed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(p, pSchedule, seed);
  }

  @Override
  public String toString() {
    return "InvertedDropout(p=" + (p == null ? pSchedule : p) + ", seed=" + seed + ")";
  }

  /**
   * Java serialization leaves the transient field null.
   *
   * @return an equal dropout that is whole
   */
  private Object readResolve() {
    return clone();
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

    void applyTo(INDArray in, INDArray out) {
      random.applyMask(in.dataType() == out.dataType() ? in : in.castTo(out.dataType()), out, p);
    }
  }
}
