package io.github.dl4jx.training.parallel;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** How the workers of a data-parallel training exchange their gradients; can be sent to them. */
public final class DataParallelSettings implements Serializable {

  private static final long serialVersionUID = 1;

  /** The number of workers. */
  final int workers;

  /** Whether every message is exact. */
  final boolean exact;

  /** Whether the sum of one-bit messages is sent in one bit, too. */
  final boolean twice;

  /** Iterations before this one have exact messages. */
  final int exactIterations;

  /** Whether quantization errors are added to the next messages. */
  final boolean errorFeedback;

  /** What the bits of a column stand for. */
  final Reconstruction reconstruction;

  /** Of dropout and other random numbers; the network's if it is null. */
  final @Nullable Long seed;

  DataParallelSettings(DataParallelBuilder<?> builder) {
    workers = builder.workers;
    exact = builder.exact;
    twice = builder.twice;
    exactIterations = builder.exact ? Integer.MAX_VALUE : builder.exactIterations;
    errorFeedback = builder.errorFeedback;
    reconstruction = builder.reconstruction;
    seed = builder.seed;
  }

  /** {@return the number of workers} */
  public int workers() {
    return workers;
  }

  /** What quantizes messages; null if all are exact. */
  @Nullable OneBitQuantizer quantizer() {
    return exact ? null : new OneBitQuantizer(reconstruction);
  }

  /**
   * The seed of a training.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the one that was set, or else the network's
   * @throws IllegalArgumentException if the network is neither
   */
  public long seed(Model network) {
    Network net = Network.initialized(network);
    return seed == null ? net.seed() : seed;
  }

  /** {@return whether there are quantization errors, which are kept} */
  public boolean hasResiduals() {
    return errorFeedback && !exact;
  }

  /**
   * All that a training's result depends on, as a text.
   *
   * @param network as for {@link #seed}
   * @return the same text for settings that give the same result
   */
  public String description(Model network) {
    return this + ", " + reconstruction + ", seed " + seed(network);
  }

  @Override
  public String toString() {
    return workers
        + " workers, "
        + (exact ? "exact" : twice ? "one bit, quantized twice" : "one bit")
        + (exact || exactIterations == 0 ? "" : ", exact before iteration " + exactIterations)
        + (exact || errorFeedback ? "" : ", without error feedback");
  }
}
