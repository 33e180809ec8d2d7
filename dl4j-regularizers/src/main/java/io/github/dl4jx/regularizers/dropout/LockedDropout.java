package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dropout for sequences with one mask for all time steps: variational, or locked, dropout.
 *
 * <pre>{@code
 * training:  y[b, f, t] = x[b, f, t] * m[b, f] / p,  m ~ Bernoulli(p) for every example and feature
 *            dL/dx[b, f, t] = dL/dy[b, f, t] * m[b, f] / p
 * test:      y = x
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> a feature of an example, in (0, 1]; no
 *       default. May be an {@link ISchedule} by iteration or epoch. AWD-LSTM, on Penn Treebank,
 *       retains 0.6 of the word vectors and of the output of its stack and 0.7 between its layers.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and layers differ. With one, the mask is
 *       a pure function of (seed, iteration, shape, example, feature); two layers of one shape then
 *       need seeds of their own, or they drop the same features.
 * </ul>
 *
 * <p>Activations are floating-point arrays {@code [batch, features, time]} of any order; {@code
 * [batch, features]} is the plain case, in which the mask is that of {@link InvertedDropout} with
 * the same seed. Other ranks are an error. The mask is not kept for the backward pass but drawn
 * again from its key: a thread keeps the memory of the largest mask so far, and nothing else is
 * allocated. Layers, and networks that are trained in threads of their own, may share an instance.
 *
 * <p>In truncated backpropagation through time every segment is an iteration and gets a mask of its
 * own, as in AWD-LSTM. The recurrent connections are not dropped: Gal and Ghahramani drop those,
 * too, with one more mask for all time steps, to which Deeplearning4j applies no {@code IDropout}.
 *
 * <p>Use it in the {@code dropOut(..)} of recurrent layers ({@code LSTM}, {@code SimpleRnn}, also
 * within {@code Bidirectional}), or in Deeplearning4j's {@code DropoutLayer}, which fails if the
 * sequences have feature masks. {@code RnnOutputLayer}, and dense layers in a recurrent network,
 * join batch and time <em>before</em> they drop: their {@code dropOut(..)} gets {@code [batch *
 * time, features]} and draws a mask for every time step. A recurrent layer with {@code
 * RNNFormat.NWC} computes a wrong gradient with any dropout in its {@code dropOut(..)}:
 * Deeplearning4j restores the undropped input after the forward pass.
 *
 * <pre>{@code
 * .layer(new LSTM.Builder().nOut(200).dropOut(new LockedDropout(0.7)).build())
 * .layer(new DropoutLayer.Builder(new LockedDropout(0.6)).build())
 * .layer(new RnnOutputLayer.Builder().nOut(50).activation(Activation.SOFTMAX).build())
 * }</pre>
 *
 * <p>References: Y. Gal, Z. Ghahramani, "A Theoretically Grounded Application of Dropout in
 * Recurrent Neural Networks", NIPS 2016, arXiv 1512.05287; S. Merity, N. S. Keskar, R. Socher,
 * "Regularizing and Optimizing LSTM Language Models", 2017, arXiv 1708.02182. AWD-LSTM, too, draws
 * a mask for every example and scales in training.
 */
public final class LockedDropout extends KeyedDropout {

  /**
   * With a fixed p, governed by the network's seed.
   *
   * @param p probability of retaining a feature of an example, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public LockedDropout(double p) {
    this(p, null, null);
  }

  /**
   * With a fixed p and a seed of its own.
   *
   * @param p probability of retaining a feature of an example, in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public LockedDropout(double p, long seed) {
    this(p, null, seed);
  }

  /**
   * With a schedule of p, governed by the network's seed.
   *
   * @param pSchedule probability of retaining a feature of an example by iteration or epoch; its
   *     values must be in (0, 1]
   * @throws IllegalArgumentException if the schedule is null
   */
  public LockedDropout(ISchedule pSchedule) {
    this(null, pSchedule, null);
  }

  /**
   * With a schedule of p and a seed of its own.
   *
   * @param pSchedule probability of retaining a feature of an example by iteration or epoch; its
   *     values must be in (0, 1]
   * @param seed any value
   * @throws IllegalArgumentException if the schedule is null
   */
  public LockedDropout(ISchedule pSchedule, long seed) {
    this(null, pSchedule, seed);
  }

  @JsonCreator
  private LockedDropout(
      @JsonProperty("p") @Nullable Double p,
      @JsonProperty("pSchedule") @Nullable ISchedule pSchedule,
      @JsonProperty("seed") @Nullable Long seed) {
    super(p, pSchedule, seed);
  }

  @Override
  void checkShape(long[] shape) {
    Preconditions.checkArgument(
        shape.length == 2 || shape.length == 3,
        "activations must be [batch, features, time] or [batch, features], got shape %s",
        Arrays.toString(shape));
  }

  @Override
  void applyMask(KeyedRandom random, double p, INDArray in, INDArray out) {
    if (in.rank() == 2 || p == 1 || in.isEmpty()) {
      random.applyMask(in, out, p);
      return;
    }
    INDArray mask = MaskMemory.ones(out.dataType(), out.ordering(), in.size(0), in.size(1));
    random.applyMask(mask, mask, p);
    INDArray everyStep = mask.reshape(mask.ordering(), mask.size(0), mask.size(1), 1);
    Nd4j.getExecutioner().exec(new MulOp(in, everyStep, out));
  }

  @Override
  public LockedDropout unseeded() {
    return new LockedDropout(p, copyOfSchedule(), null);
  }

  @Override
  public LockedDropout clone() {
    return new LockedDropout(p, copyOfSchedule(), seed);
  }
}
