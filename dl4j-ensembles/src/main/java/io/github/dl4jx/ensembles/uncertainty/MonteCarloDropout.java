package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.internal.Misfit;
import io.github.dl4jx.training.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monte-Carlo dropout: the mean of T predictions, each with other dropout masks.
 *
 * <pre>{@code
 * p(y | x) = 1/T * sum_t f(x; w, m_t)        m_t: masks, drawn as in training
 * }</pre>
 *
 * <p>Dropout trains an ensemble of networks that share their weights. This averages T of them,
 * where the usual prediction scales the weights once to approximate the mean of all; their
 * disagreement measures the uncertainty of the prediction.
 *
 * <p>Only dropout is random; batch normalization and all else is in test mode. Included is every
 * {@code dropOut(..)} that Deeplearning4j applies in training, of its own classes ({@code Dropout},
 * {@code AlphaDropout}, {@code GaussianDropout}, {@code GaussianNoise}, {@code SpatialDropout}) and
 * of this library's, also in wrappers and in each direction of a {@code Bidirectional}; dropout
 * layers; concrete dropout, with the learned probability; and stochastic depth, drawn for each
 * example. Not included is {@code dropOut(..)} of layers that ignore it, such as pooling. The
 * network is not changed. Each prediction uses its current weights, so it must not be trained at
 * the same time.
 *
 * <p>Layers before the first dropout are computed once. The T samples are computed in large batches
 * within a memory limit. They are computed one by one, which is logged, if a layer, vertex,
 * preprocessor or dropout might mix examples: classes that are neither Deeplearning4j's nor this
 * library's, and some {@code ReshapeVertex}. With a seed the prediction is a function of the
 * weights, the input, the seed and the limit; the state of ND4J's generator is restored. Concurrent
 * predictions run one after the other.
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

  private static final Logger log = LoggerFactory.getLogger(MonteCarloDropout.class);

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
  private final int inputs;
  private final int outputs;
  private final int samples;
  private final @Nullable Long seed;
  private final long bytes;
  private boolean logged;

  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder()
          .with(ArrayType.ACTIVATIONS, "MONTE_CARLO_ACTIVATIONS", WORKSPACE)
          .with(ArrayType.INPUT, "MONTE_CARLO_ACTIVATIONS", WORKSPACE)
          .with(ArrayType.FF_WORKING_MEM, "MONTE_CARLO_WORKING", WORKSPACE)
          .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, "MONTE_CARLO_LOOP", WORKSPACE)
          .build();

  private MonteCarloDropout(Builder builder) {
    BroadcastGuard.install();
    this.network = new StochasticNetwork(builder.network);
    this.inputs = Network.of(builder.network).inputCount();
    this.outputs = Network.of(builder.network).outputCount();
    this.samples = builder.samples;
    this.seed = builder.seed;
    this.bytes = builder.bytes;
  }

  /**
   * {@return a builder with the defaults}
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @throws IllegalArgumentException if it is not
   */
  public static Builder of(Model network) {
    Network.initialized(network);
    return new Builder(network);
  }

  /**
   * {@return the prediction with its samples}
   *
   * @param features the network's input, [example, ..]
   * @throws IllegalArgumentException if the features do not fit the network, or it has several
   *     inputs or outputs
   */
  public UncertainPrediction predict(INDArray features) {
    return predict(features, null);
  }

  /**
   * {@return the prediction for masked input, such as sequences of different lengths; masked steps
   * have values, too}
   *
   * @param features the network's input, [example, ..]
   * @param featuresMask mask of the features, [example, ..], or null
   * @throws IllegalArgumentException if features or mask do not fit the network, or it has several
   *     inputs or outputs
   */
  public UncertainPrediction predict(INDArray features, @Nullable INDArray featuresMask) {
    Preconditions.checkArgument(
        inputs == 1 && outputs == 1,
        "the network has %s inputs and %s outputs: give an array of features for each input",
        inputs,
        outputs);
    return predict(new INDArray[] {features}, new @Nullable INDArray[] {featuresMask}).get(0);
  }

  /**
   * {@return the predictions of a graph with several inputs or outputs, in the order of its
   * outputs}
   *
   * <p>Sample t has the same dropout masks in all outputs. An output that depends on no dropout has
   * equal samples, which is logged.
   *
   * @param features the graph's inputs, [example, ..] each, in order
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @throws IllegalArgumentException if features or masks do not fit the network
   */
  public synchronized List<UncertainPrediction> predict(
      INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    @Nullable INDArray[] masks = checked(features, featuresMasks);
    Random random = Nd4j.getRandom();
    long key = seed != null ? seed : random.nextLong();
    long seedBefore = random.getSeed();
    long rootState = random.rootState();
    long nodeState = random.nodeState();
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray[] drawn =
          Misfit.named(
              masks == null ? "features" : "features and featuresMask",
              "the network",
              () -> draw(features, masks, key));
      return Arrays.stream(drawn).map(UncertainPrediction::new).collect(Collectors.toList());
    } finally {
      network.clear();
      random.setSeed(seedBefore);
      random.setStates(rootState, nodeState);
    }
  }

  private @Nullable INDArray @Nullable [] checked(
      INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    Preconditions.checkArgument(
        Arguments.noneNull("features", features).length == inputs
            && (featuresMasks == null || featuresMasks.length == inputs),
        "there must be features, and masks if any, for the network's %s inputs, got %s",
        inputs,
        features.length
            + (featuresMasks == null ? "" : " with " + featuresMasks.length + " masks"));
    boolean masked = false;
    @Nullable INDArray[] masks = new INDArray[inputs];
    for (int i = 0; i < inputs; i++) {
      Preconditions.checkArgument(
          features[i].rank() >= 2 && features[i].size(0) > 0,
          "features must have the shape [example, ..] with at least one example, got %s",
          Arrays.toString(features[i].shape()));
      INDArray mask = featuresMasks == null ? null : featuresMasks[i];
      masked |= mask != null;
      Preconditions.checkArgument(
          mask == null || (mask.rank() >= 2 && mask.size(0) == features[i].size(0)),
          "featuresMask must have the shape [example, ..] with the features' %s examples, got %s",
          features[i].size(0),
          mask == null ? null : Arrays.toString(mask.shape()));
      // layers multiply by it; no copy if it has the type already
      masks[i] = mask == null ? null : mask.castTo(network.type());
    }
    return masked ? masks : null;
  }

  private INDArray[] draw(INDArray[] features, @Nullable INDArray @Nullable [] masks, long key) {
    long examples = features[0].size(0);
    @Nullable INDArray[] prefix = network.prefix(features, masks, LayerWorkspaceMgr.noWorkspaces());
    OutputSamples[] results = new OutputSamples[outputs];
    int atOnce = 1; // the first sample measures the memory of one
    for (int done = 0, chunk = 0; done < samples; chunk++) {
      int copies = Math.min(atOnce, samples - done);
      network.setCopies(copies);
      Nd4j.getRandom().setSeed(Seeds.derive(key, chunk));
      try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
        INDArray[] sampled = network.sample(prefix, workspaces);
        for (int i = 0; i < outputs; i++) {
          results[i] = done == 0 ? new OutputSamples(samples, examples, sampled[i]) : results[i];
          results[i].store(sampled[i], copies, done);
        }
      }
      if (done == 0) {
        logOnce(network.constantOutputs());
        atOnce =
            network.obstacle() != null
                ? 1
                : (int) Math.max(1, Math.min(samples, bytes / network.bytes()));
      }
      done += copies;
    }
    return Arrays.stream(results).map(each -> each.array).toArray(INDArray[]::new);
  }

  private void logOnce(List<Integer> constant) {
    if (!logged && !constant.isEmpty()) {
      log.warn(
          "Outputs {}, counted from 0, depend on no dropout: all their samples are equal",
          constant);
    }
    if (!logged && network.obstacle() != null) {
      log.info(
          "Samples are computed one by one: \"{}\" may mix the rows of several copies of the"
              + " minibatch, or the inputs differ in the number of examples",
          network.obstacle());
    }
    logged = true;
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
     * @param samples at least 1; default 50, with which Srivastava et al. find it as good as scaled
     *     weights
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
     * Approximate memory limit of the samples' activations.
     *
     * @param bytes at least 1; default 256 MiB; a single sample may take more
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder maxBytes(long bytes) {
      Preconditions.checkArgument(bytes >= 1, "maxBytes must be >= 1, got %s", bytes);
      this.bytes = bytes;
      return this;
    }

    /**
     * {@return Monte-Carlo dropout with these settings}
     *
     * @throws IllegalArgumentException if no output of the network depends on a dropout
     */
    public MonteCarloDropout build() {
      return new MonteCarloDropout(this);
    }
  }
}
