package io.github.dl4jx.regularizers.dropout;

import io.github.dl4jx.random.KeyedRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dropout for images that drops square blocks of each channel.
 *
 * <pre>{@code
 * k_h = min(blockSize, H),  k_w = min(blockSize, W)
 * gamma = (1 - p) / (k_h k_w) * H W / ((H - k_h + 1) (W - k_w + 1))
 * training:  a block starts at each place where one fits with probability gamma, on its own for
 *            every example and channel; m = 0 in all blocks, 1 elsewhere
 *            y = x * m / mean(m);  dL/dx = dL/dy * m / mean(m)
 * test:      y = x
 * }</pre>
 *
 * <ul>
 *   <li>{@code p}: probability of <em>retaining</em> an activation, in (0, 1]; no default. The
 *       paper uses 0.9 with ResNet-50. The fraction retained is p if no blocks overlap, and
 *       somewhat more if some do. May be an {@link ISchedule} by iteration or epoch: the paper
 *       lowers p linearly from 1 in the course of training.
 *   <li>{@code blockSize}: side of a block, in activations, at least 1; 7 by default, as in the
 *       paper; at most the size of the feature map is used. 1 is dropout element by element, the
 *       size of the map whole channels.
 *   <li>{@code channelsLast}: whether activations are {@code [batch, height, width, channels]}; not
 *       by default.
 *   <li>{@code seed}: optional. Without one, every application draws a key from {@code
 *       Nd4j.getRandom()}: the network's own seed governs, and layers differ. With one, the mask is
 *       a pure function of (seed, iteration) and the shape; two layers of one shape then need seeds
 *       of their own.
 * </ul>
 *
 * <p>{@code mean(m)} is the fraction retained in the whole minibatch, all channels together, in
 * every draw, as in the paper: so the mean of {@code m / mean(m)} over all places is 1, but not its
 * expectation at each of them. Places near the border are in fewer blocks and are retained more
 * often: {@code (1 - gamma)^(blocks that hold the place)}. If nothing at all is retained, which
 * small maps in a small minibatch make possible, y and the gradient are zero.
 *
 * <p>Activations are floating-point arrays {@code [batch, channels, height, width]}, or as {@code
 * channelsLast} says. The mask is not kept for the backward pass but drawn again from its key,
 * block by block; nothing is allocated off-heap but 8 KB a thread. Layers, and networks that are
 * trained in threads of their own, may share an instance.
 *
 * <p>It drops the input of the layer in whose {@code dropOut(..)} it is. Deeplearning4j's
 * convolutional layers with channels-last data go backward through their {@code dropOut(..)} with
 * channels first. The other shape is an error here; if height, width and channels are all equal, it
 * cannot be noticed, and the gradient is wrong: use a {@code DropoutLayer} then.
 *
 * <pre>{@code
 * .layer(new ConvolutionLayer.Builder(3, 3).nOut(64).dropOut(new DropBlock(0.9)).build())
 * .layer(new DropoutLayer.Builder(DropBlock.builder(0.9).blockSize(5).seed(7).build()).build())
 * }</pre>
 *
 * <p>Reference: G. Ghiasi, T.-Y. Lin, Q. V. Le, "DropBlock: A regularization method for
 * convolutional networks", NeurIPS 2018, arXiv 1810.12890.
 */
public final class DropBlock extends KeyedDropout {

  private static final int DEFAULT_BLOCK_SIZE = 7;

  /** Side of a block. */
  private final int blockSize;

  /** Whether the channels are the last dimension. */
  private final boolean channelsLast;

  /**
   * With a fixed p, blocks of side 7, channels first, governed by the network's seed.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @throws IllegalArgumentException if p is outside (0, 1]
   */
  public DropBlock(double p) {
    this(p, null, DEFAULT_BLOCK_SIZE, false, null);
  }

  /**
   * With a schedule of p, blocks of side 7, channels first, governed by the network's seed.
   *
   * @param pSchedule probability of retaining an activation by iteration or epoch; its values must
   *     be in (0, 1]
   * @throws IllegalArgumentException if the schedule is null
   */
  public DropBlock(ISchedule pSchedule) {
    this(null, pSchedule, DEFAULT_BLOCK_SIZE, false, null);
  }

  @JsonCreator
  private DropBlock(
      @JsonProperty("p") @Nullable Double p,
      @JsonProperty("pSchedule") @Nullable ISchedule pSchedule,
      @JsonProperty("blockSize") int blockSize,
      @JsonProperty("channelsLast") boolean channelsLast,
      @JsonProperty("seed") @Nullable Long seed) {
    super(p, pSchedule, seed);
    this.blockSize = checkedBlockSize(blockSize);
    this.channelsLast = channelsLast;
  }

  private static int checkedBlockSize(int blockSize) {
    Preconditions.checkArgument(blockSize >= 1, "blockSize must be >= 1, got %s", blockSize);
    return blockSize;
  }

  /**
   * A builder with a fixed p.
   *
   * @param p probability of retaining an activation, in (0, 1]
   * @return the builder
   */
  public static Builder builder(double p) {
    return new Builder(p, null);
  }

  /**
   * A builder with a schedule of p.
   *
   * @param pSchedule probability of retaining an activation by iteration or epoch; its values must
   *     be in (0, 1]
   * @return the builder
   */
  public static Builder builder(ISchedule pSchedule) {
    return new Builder(null, pSchedule);
  }

  @Override
  void checkShape(long[] shape) {
    Preconditions.checkArgument(
        shape.length == 4,
        "activations must be %s, got shape %s",
        channelsLast ? "[batch, height, width, channels]" : "[batch, channels, height, width]",
        Arrays.toString(shape));
  }

  @Override
  void applyMask(KeyedRandom random, double p, INDArray in, INDArray out) {
    if (in != out) {
      out.assign(in);
    }
    if (p == 1 || in.isEmpty()) {
      return;
    }
    long dropped = new Blocks(out, channelsLast).drop(random, p, blockSize);
    if (dropped > 0 && dropped < out.length()) {
      out.muli((double) out.length() / (out.length() - dropped));
    }
  }

  @Override
  public DropBlock unseeded() {
    return new DropBlock(p, copyOfSchedule(), blockSize, channelsLast, null);
  }

  @Override
  public DropBlock clone() {
    return new DropBlock(p, copyOfSchedule(), blockSize, channelsLast, seed);
  }

  @Override
  String others() {
    return ", blockSize=" + blockSize + (channelsLast ? ", channels last" : "");
  }

  /** Settings of a {@link DropBlock}. */
  public static final class Builder {

    private final @Nullable Double p;
    private final @Nullable ISchedule pSchedule;
    private int blockSize = DEFAULT_BLOCK_SIZE;
    private boolean channelsLast;
    private @Nullable Long seed;

    private Builder(@Nullable Double p, @Nullable ISchedule pSchedule) {
      this.p = p;
      this.pSchedule = pSchedule;
    }

    /**
     * Side of a block.
     *
     * @param blockSize in activations, at least 1; default 7
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder blockSize(int blockSize) {
      this.blockSize = checkedBlockSize(blockSize);
      return this;
    }

    /**
     * For activations {@code [batch, height, width, channels]}.
     *
     * @return this
     */
    public Builder channelsLast() {
      channelsLast = true;
      return this;
    }

    /**
     * Seed of the masks.
     *
     * @param seed any value; by default there is none, and {@code Nd4j.getRandom()} gives the keys
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Makes the dropout.
     *
     * @return the dropout
     * @throws IllegalArgumentException if p is outside (0, 1] or the schedule is null
     */
    public DropBlock build() {
      return new DropBlock(p, pSchedule, blockSize, channelsLast, seed);
    }
  }
}
