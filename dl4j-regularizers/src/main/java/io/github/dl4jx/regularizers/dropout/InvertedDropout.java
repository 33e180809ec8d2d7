package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
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
 *   <li>{@code p}: probability of <em>retaining</em> an activation, as in Deeplearning4j, in (0,
 *       1]; no default. The paper uses 0.5 for hidden and 0.8 for input units. May be an {@link
 *       ISchedule} by iteration or epoch.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and layers differ. With one, the mask is
 *       a pure function of (seed, iteration, shape, element), whatever else draws random numbers;
 *       two layers of one shape then need seeds of their own, or they drop the same elements.
 * </ul>
 *
 * <p>Activations may be floating-point arrays of any shape and order: every element is dropped on
 * its own. The mask is not kept for the backward pass but drawn again from its key. Layers, and
 * networks that are trained in threads of their own, may share an instance.
 *
 * <p>Some of Deeplearning4j's layers apply {@code dropOut(..)} forward without a backward pass
 * through it ({@code Convolution1DLayer}, {@code Convolution3D}, {@code Deconvolution2D}, {@code
 * Deconvolution3D}, {@code Upsampling1D}, {@code SpaceToDepthLayer}, {@code RepeatVector}, {@code
 * CenterLossOutputLayer}), {@code SpaceToBatch} and {@code OCNNOutputLayer} fail with any dropout,
 * and those with channels-last data go backward in another shape, which is an error here unless
 * height, width and channels are all equal: put an {@link
 * io.github.dl4jx.regularizers.layers.InvertedDropoutLayer} before such a layer instead. A layer in
 * {@code FrozenLayerWithBackprop} drops nothing forward, but backward: it must have no {@code
 * dropOut(..)}, the whole network's included.
 *
 * <pre>{@code
 * new DenseLayer.Builder().nOut(256).dropOut(new InvertedDropout(0.5))
 * }</pre>
 *
 * <p>Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
 * A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014. The paper scales at
 * test time; the inverted form has the same expectation.
 */
public final class InvertedDropout extends KeyedDropout {

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
    super(p, pSchedule, seed);
  }

  @Override
  public InvertedDropout unseeded() {
    return new InvertedDropout(p, copyOfSchedule(), null);
  }

  @Override
  void checkShape(long[] shape) {
    // every element is dropped on its own
  }

  @Override
  void applyMask(KeyedRandom random, double p, INDArray in, INDArray out) {
    random.applyMask(in, out, p);
  }

  @Override
  public InvertedDropout clone() {
    return new InvertedDropout(p, copyOfSchedule(), seed);
  }
}
