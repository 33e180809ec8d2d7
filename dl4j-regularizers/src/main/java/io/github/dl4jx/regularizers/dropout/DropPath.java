package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dropout of all activations of an example at once: what {@link
 * io.github.dl4jx.regularizers.graph.StochasticDepth} applies to the branch of a residual block.
 *
 * <pre>{@code
 * training:  y[b, ..] = x[b, ..] * m[b] / p,  m ~ Bernoulli(p) for every example
 *            dL/dx[b, ..] = dL/dy[b, ..] * m[b] / p
 * test:      y = x
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> an example's activations, in (0, 1]; no
 *       default. May be an {@link ISchedule} by iteration or epoch.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and branches differ. With one, the mask
 *       is a pure function of (seed, iteration, number of examples, example); two branches then
 *       need seeds of their own, or they are dropped for the same examples.
 *   <li>{@link #perMinibatch}: one draw for the whole minibatch, instead of one for each example.
 * </ul>
 *
 * <p>Activations are floating-point arrays of any shape and order whose first dimension is the
 * example. What is retained is scaled by 1/p in training, as in all dropouts here, where the paper
 * scales by p at test time: the expectations are the same. The mask is not kept for the backward
 * pass but drawn again from its key; a thread keeps the memory of one number an example. Layers,
 * and networks that are trained in threads of their own, may share an instance.
 *
 * <p>Use it at the end of a branch, right before the sum with the shortcut: elsewhere, nothing of a
 * dropped example would reach the next layer.
 *
 * <pre>{@code
 * .addLayer("dropped", new DropoutLayer.Builder(new DropPath(0.8)).build(), "branch")
 * .addVertex("block", new ElementWiseVertex(ElementWiseVertex.Op.Add), "shortcut", "dropped")
 *
 * .addVertex("block", new StochasticDepth(0.8), "shortcut", "branch")  // the same in one
 * }</pre>
 *
 * <p>Reference: G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger, "Deep Networks with Stochastic
 * Depth", ECCV 2016, arXiv 1603.09382. The name is from G. Larsson, M. Maire, G. Shakhnarovich,
 * "FractalNet: Ultra-Deep Neural Networks without Residuals", ICLR 2017, arXiv 1605.07648.
 */
public final class DropPath extends KeyedDropout {

  /** Whether one draw serves the whole minibatch. */
  private final boolean perMinibatch;

  /**
   * With a fixed p, governed by the network's seed.
   *
   * @param p probability of retaining an example's activations, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public DropPath(double p) {
    this(p, null, false, null);
  }

  /**
   * With a fixed p and a seed of its own.
   *
   * @param p probability of retaining an example's activations, in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public DropPath(double p, long seed) {
    this(p, null, false, seed);
  }

  /**
   * With a schedule of p, governed by the network's seed.
   *
   * @param pSchedule probability of retaining an example's activations by iteration or epoch; its
   *     values must be in (0, 1]
   * @throws IllegalArgumentException if the schedule is null
   */
  public DropPath(ISchedule pSchedule) {
    this(null, pSchedule, false, null);
  }

  /**
   * With a schedule of p and a seed of its own.
   *
   * @param pSchedule probability of retaining an example's activations by iteration or epoch; its
   *     values must be in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if the schedule is null
   */
  public DropPath(ISchedule pSchedule, long seed) {
    this(null, pSchedule, false, seed);
  }

  @JsonCreator
  private DropPath(
      @JsonProperty("p") @Nullable Double p,
      @JsonProperty("pSchedule") @Nullable ISchedule pSchedule,
      @JsonProperty("perMinibatch") boolean perMinibatch,
      @JsonProperty("seed") @Nullable Long seed) {
    super(p, pSchedule, seed);
    this.perMinibatch = perMinibatch;
  }

  /**
   * The same with one draw for the whole minibatch, as in the paper, which then does not compute
   * the branch.
   *
   * @return a new dropout
   */
  public DropPath perMinibatch() {
    return new DropPath(p, copyOfSchedule(), true, seed);
  }

  /**
   * Whether one draw serves the whole minibatch.
   *
   * @return whether it is {@link #perMinibatch}
   */
  @JsonIgnore
  public boolean isPerMinibatch() {
    return perMinibatch;
  }

  @Override
  void checkShape(long[] shape) {
    // every shape has a first dimension
  }

  @Override
  void applyMask(KeyedRandom random, double p, INDArray in, INDArray out) {
    if (p == 1 || in.isEmpty()) {
      random.applyMask(in, out, p);
      return;
    }
    long[] shape = new long[in.rank()];
    Arrays.fill(shape, 1);
    shape[0] = perMinibatch ? 1 : in.size(0);
    INDArray mask = MaskMemory.ones(out.dataType(), 'c', shape);
    random.applyMask(mask, mask, p);
    Nd4j.getExecutioner().exec(new MulOp(in, mask, out));
  }

  @Override
  public DropPath unseeded() {
    return new DropPath(p, copyOfSchedule(), perMinibatch, null);
  }

  @Override
  public DropPath clone() {
    return new DropPath(p, copyOfSchedule(), perMinibatch, seed);
  }

  @Override
  String others() {
    return perMinibatch ? ", per minibatch" : "";
  }
}
