package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.updaters.guard.BroadcastGuard;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Monte-Carlo dropout: the mean of T predictions, each with other units dropped.
 *
 * <pre>{@code
 * p(y | x) = 1/T * sum_t f(x; w, m_t)        m_t: masks, drawn as in training
 * }</pre>
 *
 * <p>Dropout trains an ensemble of networks that share their weights; this asks T of its members,
 * where the usual prediction scales the weights once to approximate all of them. How much the
 * members disagree tells how sure the prediction is.
 *
 * <p>Only dropout is stochastic: batch normalization and all else is in test mode. Every {@code
 * dropOut(..)} of a layer counts (Deeplearning4j's {@code Dropout}, {@code AlphaDropout}, {@code
 * GaussianDropout}, {@code GaussianNoise}, {@code SpatialDropout}; this project's), and so do
 * dropout layers, concrete dropout, with the probability learned, and stochastic depth, drawn for
 * every example. The network itself is not changed; it is read when predicting, so that further
 * training shows, and must not be trained at the same time.
 *
 * <p>What comes before the first dropout is computed once. The T samples are one large batch, cut
 * into as many as fit into a bound of memory. With a seed the prediction is a function of the
 * weights, the input, the seed and that bound; ND4J's generator is left as it was. Predictions from
 * several threads wait for each other.
 *
 * <pre>{@code
 * MonteCarloDropout dropout = MonteCarloDropout.of(net).samples(50).seed(1).build();
 * UncertainPrediction prediction = dropout.predict(features);
 * INDArray probabilities = prediction.mean();
 * INDArray unsure = prediction.mutualInformation();
 * }</pre>
 *
 * <p>Reference: Y. Gal, Z. Ghahramani, "Dropout as a Bayesian Approximation: Representing Model
 * Uncertainty in Deep Learning", ICML 2016, arXiv 1506.02142; N. Srivastava et al., "Dropout: A
 * Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, section 7.5.
 */
public final class MonteCarloDropout {

  private static final WorkspaceConfiguration WORKSPACE =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(0.05)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final StochasticNetwork network;
  private final int samples;
  private final @Nullable Long seed;
  private final long bytes;

  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder()
          .with(ArrayType.ACTIVATIONS, "MONTE_CARLO_ACTIVATIONS", WORKSPACE)
          .with(ArrayType.INPUT, "MONTE_CARLO_ACTIVATIONS", WORKSPACE)
          .with(ArrayType.FF_WORKING_MEM, "MONTE_CARLO_WORKING", WORKSPACE)
          .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, "MONTE_CARLO_LOOP", WORKSPACE)
          .build();

  private MonteCarloDropout(Builder builder) {
    BroadcastGuard.install();
    this.network = StochasticNetwork.of(builder.network);
    this.samples = builder.samples;
    this.seed = builder.seed;
    this.bytes = builder.bytes;
  }

  /**
   * Monte-Carlo dropout over a network.
   *
   * @param network an initialized {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one
   *     input and one output
   * @return a builder
   * @throws IllegalArgumentException if the network is another one
   */
  public static Builder of(Model network) {
    Networks.checkMember(network);
    return new Builder(network);
  }

  /**
   * Predicts.
   *
   * @param features the network's input, [example, ..]
   * @return the samples and what they say
   */
  public synchronized UncertainPrediction predict(INDArray features) {
    Preconditions.checkArgument(
        Arguments.notNull("features", features).rank() >= 2 && features.size(0) > 0,
        "features must have the shape [example, ..] with at least one example, got %s",
        Arrays.toString(features.shape()));
    Random random = Nd4j.getRandom();
    long key = seed != null ? seed : random.nextLong();
    long seedBefore = random.getSeed();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return new UncertainPrediction(draw(features, key));
    } catch (DL4JException e) { // raised by the network's layers
      throw new IllegalArgumentException("features must fit the network: " + e.getMessage(), e);
    } finally {
      network.clear();
      random.setSeed(seedBefore);
      random.setStates(rootState, nodeState);
    }
  }

  private INDArray draw(INDArray features, long key) {
    @Nullable INDArray[] prefix = network.prefix(features, LayerWorkspaceMgr.noWorkspaces());
    INDArray result = Nd4j.empty();
    int atOnce = 1; // the first sample shows how much memory one takes
    for (int done = 0, chunk = 0; done < samples; chunk++) {
      int copies = Math.min(atOnce, samples - done);
      Nd4j.getRandom().setSeed(Seeds.derive(key, chunk));
      try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
        INDArray output = network.sample(prefix, copies, workspaces);
        long each = output.length() / copies;
        if (done == 0) {
          long[] shape = new long[output.rank() + 1];
          shape[0] = samples;
          System.arraycopy(output.shape(), 0, shape, 1, output.rank());
          result = Nd4j.createUninitializedDetached(output.dataType(), 'c', shape);
          atOnce = (int) Math.max(1, Math.min(samples, bytes / network.bytes()));
        }
        result
            .reshape('c', samples, each)
            .get(NDArrayIndex.interval(done, done + copies), NDArrayIndex.all())
            .assign(output.dup('c').reshape('c', copies, each));
      }
      done += copies;
    }
    return result;
  }

  /** Collects the settings of a {@link MonteCarloDropout}. */
  public static final class Builder {

    private final Model network;
    private int samples = 50;
    private @Nullable Long seed;
    private long bytes = 256L << 20;

    private Builder(Model network) {
      this.network = network;
    }

    /**
     * Number of samples.
     *
     * @param samples at least 1; default 50, with which the paper on dropout finds no more to gain
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder samples(int samples) {
      Preconditions.checkArgument(samples >= 1, "samples must be >= 1, got %s", samples);
      this.samples = samples;
      return this;
    }

    /**
     * The seed of all masks, so that the same input gives the same prediction.
     *
     * @param seed any number; without one, each prediction takes a seed from ND4J's generator
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * How much memory the activations of the samples may take, about.
     *
     * @param bytes at least 1; default 256 MiB. One sample at a time is always computed.
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder maxBytes(long bytes) {
      Preconditions.checkArgument(bytes >= 1, "maxBytes must be >= 1, got %s", bytes);
      this.bytes = bytes;
      return this;
    }

    /**
     * Builds it.
     *
     * @return Monte-Carlo dropout over the network
     * @throws IllegalArgumentException if the network has no dropout
     */
    public MonteCarloDropout build() {
      return new MonteCarloDropout(this);
    }
  }
}
