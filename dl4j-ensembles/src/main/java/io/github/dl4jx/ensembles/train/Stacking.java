package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.graph.OutputLoss;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTask;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.RegressionOutput;
import io.github.dl4jx.ensembles.internal.RowSample;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Stacked generalization: a last network learns what to make of the members' outputs, from outputs
 * on examples that the members were not trained on.
 *
 * <pre>{@code
 * deal the examples into F folds, each with the classes' shares
 * for each member m, each fold f:
 *   net_mf = fit(conf_m, all folds but f)
 *   z_i,m  = net_mf(x_i)                    for the examples i of fold f
 * last  = fit(z_i -> y_i)                   (with passthrough: z_i, x_i -> y_i)
 * net_m = fit(conf_m, all examples)
 * y     = last(net_1(x), .., net_M(x))      (with passthrough: .., x)
 * }</pre>
 *
 * <p>The result is one {@code ComputationGraph}, {@code member-0-..} to {@code last-..}, which is
 * evaluated, saved and served as any other; {@code Ensemble.of(new MeanOutput(), List.of(graph))}
 * serves many callers. Its input is called {@code in}. Members must have outputs of shape
 * [examples, outputs], and labels as many columns, so that class indices ({@code LossSparseMCXENT})
 * must be made one-hot; for passthrough, inputs of shape [examples, features].
 *
 * <p>All networks are of one data type, and so is what the last one learns from, whatever the type
 * of the features: it gets what the graph will give it.
 *
 * <p>Unless {@link Builder#lastNetwork} gives another, the last network is a linear model with the
 * first member's activation and loss, for classes a logistic regression, as in scikit-learn with
 * the same penalty, {@code |w|^2 / 2n}. It is trained with Adam, whose rate falls from 0.01 to 0 by
 * half a cosine, for 2,000 steps or 10 epochs, whichever is more; for members in half precision in
 * single precision, then rounded, as Adam's epsilon is 0 in theirs.
 *
 * <p>Folds are stratified if the labels are one-hot, else random. All networks count as members for
 * listeners and progress: number {@code m (F + 1) + f} is member m without fold f, {@code m (F + 1)
 * + F} the one that is trained on everything.
 *
 * <pre>{@code
 * ComputationGraph stacked = Stacking.of(wide, deep, conv).folds(5).parallelism(2).build().fit(train, 5);
 * }</pre>
 *
 * <p>References: D. H. Wolpert, "Stacked Generalization", Neural Networks 5, 1992,
 * doi:10.1016/S0893-6080(05)80023-1; K. M. Ting, I. H. Witten, "Issues in Stacked Generalization",
 * JAIR 10, 1999, arXiv:1105.5466 (why probabilities, not votes).
 */
public final class Stacking {

  private final List<Blueprint> blueprints;
  private final MemberTraining training;
  private final long seed;
  private final int members;
  private final int folds;
  private final boolean passthrough;
  private final LastNetwork last;
  private final boolean classIndices;

  private Stacking(Builder builder, TrainerSettings settings) {
    this.blueprints = builder.blueprints;
    this.training = new MemberTraining(settings);
    this.seed = settings.seed();
    this.members = settings.members();
    this.folds = builder.folds;
    this.passthrough = builder.passthrough;
    this.last = builder.last;
    this.classIndices = builder.classIndices;
  }

  /**
   * Starts a builder.
   *
   * @param configurations the members, in turn if there are to be more; at least one; their seeds
   *     are replaced
   * @return a builder with the defaults
   */
  public static Builder of(MultiLayerConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of),
        Arrays.stream(configurations).map(MultiLayerConfiguration::getDataType),
        Arrays.stream(configurations).map(RegressionOutput::outputLayer));
  }

  /**
   * Starts a builder.
   *
   * @param configurations the members, in turn if there are to be more, each with one input and one
   *     output; at least one; their seeds are replaced
   * @return a builder with the defaults
   */
  public static Builder of(ComputationGraphConfiguration... configurations) {
    return new Builder(
        Arrays.stream(Arguments.noneNull("configurations", configurations)).map(Blueprint::of),
        Arrays.stream(configurations).map(ComputationGraphConfiguration::getDataType),
        Arrays.stream(configurations).map(RegressionOutput::outputLayer));
  }

  /**
   * Trains the members and the last network on the examples of an iterator, which are read into
   * memory.
   *
   * @param data the training data; read from its start if it can be reset
   * @param epochs passes of every member over its examples, at least 1
   * @return members and last network as one graph
   * @throws IllegalArgumentException as of {@link #fit(TrainingData, int)}
   * @throws IllegalStateException as of {@link #fit(TrainingData, int)}
   */
  public ComputationGraph fit(DataSetIterator data, int epochs) {
    MemberTraining.check(data, epochs);
    return fit(TrainingData.of(data), epochs);
  }

  /**
   * Trains the members and the last network.
   *
   * @param data the training data
   * @param epochs passes of every member over its examples, at least 1
   * @return members and last network as one graph
   * @throws IllegalArgumentException if epochs is below 1, the data is a stream, has labels that
   *     are masked or class indices, or fewer examples than folds, the last network has another
   *     number of inputs, or a member answers NaN
   * @throws IllegalStateException if a network fails; the message has its number and the cause
   */
  public ComputationGraph fit(TrainingData data, int epochs) {
    MemberTraining.check(data, epochs);
    DataSet examples =
        Rows.unmasked(data, "folds are dealt, and the last network learns, from all examples");
    checkData(examples);
    int[] fold = Folds.of(examples.getLabels(), folds, Seeds.derive(seed, -1));
    List<Model> networks =
        training.train(
            "Stacking of " + members + ", folds " + folds,
            members * (folds + 1),
            data,
            epochs,
            blueprints,
            t -> task(t, fold, data, epochs));
    try {
      return new StackedGraph(members, folds, passthrough, last)
          .of(networks, fold, examples, data.batch(), Seeds.derive(seed, -2));
    } finally {
      networks.forEach(member -> Network.of(member).release());
    }
  }

  private void checkData(DataSet examples) {
    Preconditions.checkArgument(
        examples.numExamples() >= folds,
        "data must have at least as many examples as there are folds, %s, got %s",
        folds,
        examples.numExamples());
    Preconditions.checkArgument(
        !passthrough || examples.getFeatures().rank() == 2,
        "passthrough needs features of shape [examples, features], got %ndShape",
        examples.getFeatures());
    Preconditions.checkArgument(
        !classIndices,
        "labels must be one-hot to be stacked, got class indices, for LossSparseMCXENT, of shape"
            + " %ndShape",
        examples.getLabels());
    int inputs =
        members * (int) examples.getLabels().size(1)
            + (passthrough ? (int) examples.getFeatures().size(1) : 0);
    last.check(inputs, passthrough);
  }

  private MemberTask task(int task, int[] fold, TrainingData data, int epochs) {
    int member = task / (folds + 1);
    int without = task % (folds + 1);
    return new MemberTask(
        task,
        blueprints.get(member % blueprints.size()),
        Seeds.derive(Seeds.derive(seed, member), without),
        RowSample.listed(Folds.rows(fold, without, false)),
        1,
        data,
        epochs);
  }

  /** Collects the settings of a {@link Stacking}. */
  public static final class Builder extends SideBySideBuilder<Builder> {

    private final List<Blueprint> blueprints;
    private int folds = 5;
    private boolean passthrough;
    private LastNetwork last = LastNetwork.linear();
    private final Set<DataType> types;
    private final boolean classIndices;

    private Builder(
        Stream<Blueprint> blueprints,
        Stream<DataType> types,
        Stream<Optional<Layer>> outputLayers) {
      this.blueprints = Blueprint.listOf(blueprints);
      members(this.blueprints.size());
      this.types = types.collect(Collectors.toCollection(TreeSet::new));
      this.classIndices =
          outputLayers
              .map(layer -> OutputLoss.of(layer.orElse(null)))
              .anyMatch(loss -> loss != null && loss.loss() instanceof LossSparseMCXENT);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Number of folds.
     *
     * @param folds at least 2; default 5, as in scikit-learn
     * @return this builder
     */
    public Builder folds(int folds) {
      Preconditions.checkArgument(folds >= 2, "folds must be >= 2, got %s", folds);
      this.folds = folds;
      return this;
    }

    /**
     * Gives the last network the features, too, after the members' outputs.
     *
     * @return this builder
     */
    public Builder passthrough() {
      this.passthrough = true;
      return this;
    }

    /**
     * Another last network than the linear model.
     *
     * @param configuration its inputs are the members' outputs, member by member, and with {@link
     *     #passthrough} the features; its seed is replaced
     * @param epochs passes over the examples, at least 1
     * @return this builder
     * @throws IllegalArgumentException if epochs is below 1, or its first layer has no inputs
     */
    public Builder lastNetwork(MultiLayerConfiguration configuration, int epochs) {
      this.last = LastNetwork.of(configuration, epochs);
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if the networks differ in their data types: they are to be
     *     one graph; or members are to be stacked that cannot be
     */
    public Stacking build() {
      Set<DataType> all = new TreeSet<>(types);
      last.dataType().ifPresent(all::add);
      Preconditions.checkArgument(
          all.size() == 1, "members and last network must have one data type, got %s", all);
      return new Stacking(this, settings(blueprints));
    }
  }
}
