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
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * dropOut(..)} that Deeplearning4j applies in training counts (its {@code Dropout}, {@code
 * AlphaDropout}, {@code GaussianDropout}, {@code GaussianNoise}, {@code SpatialDropout}; this
 * project's; not those of layers where it ignores them, such as pooling), in wrappers and for each
 * direction of a {@code Bidirectional}, too, and so do dropout layers, concrete dropout, with the
 * probability learned, and stochastic depth, drawn for every example. The network itself is not
 * changed; it is read when predicting, so that further training shows, and must not be trained at
 * the same time.
 *
 * <p>What comes before the first dropout is computed once. The T samples are one large batch, cut
 * into as many as fit into a bound of memory; where a layer, vertex, preprocessor or dropout might
 * mix examples (one that is not Deeplearning4j's or this project's; some {@code ReshapeVertex}),
 * they are computed one by one, which is logged. With a seed the prediction is a function of the
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
   * Monte-Carlo dropout over a network.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return a builder
   * @throws IllegalArgumentException if the network is another one
   */
  public static Builder of(Model network) {
    Network.initialized("a member", network);
    return new Builder(network);
  }

  /**
   * Predicts.
   *
   * @param features the network's input, [example, ..]
   * @return the samples and what they say
   * @throws IllegalArgumentException if the features do not fit the network, or it has several
   *     inputs or outputs
   */
  public UncertainPrediction predict(INDArray features) {
    return predict(features, null);
  }

  /**
   * Predicts for masked input, such as sequences of different lengths.
   *
   * @param features the network's input, [example, ..]
   * @param featuresMask mask of the features, [example, ..], or null
   * @return the samples and what they say, for masked steps as well
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
   * Predicts with a graph of several inputs or outputs.
   *
   * @param features the graph's inputs, [example, ..] each, in the order of its inputs
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @return the samples of each output, in the order of the graph's outputs; sample t of one output
   *     is of the same masks of dropout as sample t of another. An output that depends on no
   *     dropout has equal samples, which is logged.
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
      // layers multiply by it; an array of its type stays as it is
      masks[i] = mask == null ? null : mask.castTo(network.type());
    }
    return masked ? masks : null;
  }

  private INDArray[] draw(INDArray[] features, @Nullable INDArray @Nullable [] masks, long key) {
    long examples = features[0].size(0);
    @Nullable INDArray[] prefix = network.prefix(features, masks, LayerWorkspaceMgr.noWorkspaces());
    INDArray[] results = new INDArray[outputs];
    int atOnce = 1; // the first sample shows how much memory one takes
    for (int done = 0, chunk = 0; done < samples; chunk++) {
      int copies = Math.min(atOnce, samples - done);
      network.setCopies(copies);
      Nd4j.getRandom().setSeed(Seeds.derive(key, chunk));
      try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
        INDArray[] sampled = network.sample(prefix, workspaces);
        for (int i = 0; i < outputs; i++) {
          results[i] = done == 0 ? allocate(sampled[i]) : results[i];
          store(sampled[i], copies, examples, results[i], done);
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
    return results;
  }

  private void logOnce(List<Integer> constant) {
    if (!logged && !constant.isEmpty()) {
      log.warn("Outputs {} depend on no dropout: all their samples are equal", constant);
    }
    if (!logged && network.obstacle() != null) {
      log.info(
          "Samples are computed one by one: \"{}\" may mix the rows of several copies of the"
              + " minibatch, or the inputs differ in the number of examples",
          network.obstacle());
    }
    logged = true;
  }

  private INDArray allocate(INDArray output) {
    long[] shape = new long[output.rank() + 1];
    shape[0] = samples;
    System.arraycopy(output.shape(), 0, shape, 1, output.rank());
    return Nd4j.createUninitializedDetached(output.dataType(), 'c', shape);
  }

  /** Copies an output of rows [k, copy, example] to [copy, k, example]. */
  private void store(INDArray output, int copies, long examples, INDArray result, int done) {
    long each = output.length() / copies;
    INDArray rows = output.dup('c');
    long blocks = copies == 1 ? 1 : output.size(0) / (copies * examples);
    if (blocks > 1) {
      rows = rows.reshape('c', blocks, copies, each / blocks).permute(1, 0, 2).dup('c');
    }
    result
        .reshape('c', samples, each)
        .get(NDArrayIndex.interval(done, done + copies), NDArrayIndex.all())
        .assign(rows.reshape('c', copies, each));
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
     * @throws IllegalArgumentException if no output of the network depends on a dropout
     */
    public MonteCarloDropout build() {
      return new MonteCarloDropout(this);
    }
  }
}
