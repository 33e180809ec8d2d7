package io.github.dl4jx.ensembles.train;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.graph.JoinedGraph;
import io.github.dl4jx.ensembles.graph.OutputLoss;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
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

  private static final String INPUT = "in";
  private static final String MERGED = "outputs";
  private static final String LAST = "last";

  private static final double RATE = 0.01;
  private static final int LEAST_STEPS = 2_000;
  private static final int LEAST_EPOCHS = 10;

  private final List<Blueprint> blueprints;
  private final MemberTraining training;
  private final long seed;
  private final int members;
  private final MemberExecution execution;
  private final int folds;
  private final boolean passthrough;
  private final @Nullable MultiLayerConfiguration last;
  private final int lastEpochs;
  private final boolean classIndices;

  private Stacking(Builder builder) {
    this.blueprints = builder.blueprints;
    this.training = new MemberTraining(builder);
    this.seed = builder.seed;
    this.members = builder.members;
    this.execution = builder.chosenExecution();
    this.folds = builder.folds;
    this.passthrough = builder.passthrough;
    this.last = builder.last;
    this.lastEpochs = builder.lastEpochs;
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
    int[] fold = Folds.stratified(classes(examples.getLabels()), folds, Seeds.derive(seed, -1));
    MemberJob job =
        new MemberJob(
            "Stacking of " + members + ", folds " + folds,
            members * (folds + 1),
            data,
            training,
            t -> task(t, fold, epochs));
    List<Model> networks = training.train(execution, job, epochs, blueprints);
    try {
      return stack(networks, fold, examples, data.batch());
    } finally {
      networks.forEach(Networks::release);
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
    if (last != null) {
      long given = ((FeedForwardLayer) last.getConf(0).getLayer()).getNIn();
      Preconditions.checkArgument(
          given == inputs,
          "the last network must have %s inputs, an output of every member%s, got %s",
          inputs,
          passthrough ? " and the features" : "",
          given);
    }
  }

  /** The classes of one-hot labels, or one class for all. */
  private static int[] classes(INDArray labels) {
    int rows = (int) labels.size(0);
    if (labels.size(1) < 2) {
      return new int[rows];
    }
    try {
      return OutputRows.classes(labels, null);
    } catch (IllegalArgumentException e) {
      return new int[rows]; // not classes: regression
    }
  }

  private MemberTask task(int task, int[] fold, int epochs) {
    int member = task / (folds + 1);
    int without = task % (folds + 1);
    return new MemberTask(
        task,
        blueprints.get(member % blueprints.size()),
        Seeds.derive(Seeds.derive(seed, member), without),
        RowSample.listed(Folds.rows(fold, without, false)),
        1,
        epochs);
  }

  private ComputationGraph stack(List<Model> networks, int[] fold, DataSet examples, int batch) {
    DataType type = networks.get(0).params().dataType(); // the features' may be one of integers
    INDArray inputs = lastInputs(outOfFold(networks, fold, examples), examples, type);
    Model lastNetwork;
    try {
      lastNetwork = fitLast(networks.get(0), new DataSet(inputs, examples.getLabels()), batch);
    } finally {
      inputs.close();
    }
    try {
      JoinedGraph joined = new JoinedGraph(INPUT, type);
      String[] merged = new String[members + (passthrough ? 1 : 0)];
      for (int m = 0; m < members; m++) {
        Model member = networks.get(m * (folds + 1) + folds);
        merged[m] = joined.add("member-" + m, member, INPUT);
      }
      if (passthrough) {
        merged[members] = INPUT;
      }
      String from = merged[0];
      if (merged.length > 1) {
        joined.addVertex(MERGED, new MergeVertex(), merged);
        from = MERGED;
      }
      return joined.build(joined.add(LAST, lastNetwork, from));
    } finally {
      Networks.release(lastNetwork);
    }
  }

  /** An array of its own, in the networks' type. */
  private INDArray lastInputs(double[][] outOfFold, DataSet examples, DataType type) {
    INDArray outputs = Nd4j.create(outOfFold);
    INDArray typed = outputs.castTo(type);
    if (typed != outputs) {
      outputs.close();
    }
    if (!passthrough) {
      return typed;
    }
    INDArray features = examples.getFeatures().castTo(type); // itself, if it has the type
    INDArray joined = Nd4j.hstack(typed, features);
    typed.close();
    if (features != examples.getFeatures() && features.closeable()) {
      features.close();
    }
    return joined;
  }

  /** What the members say about the examples that they were not trained on, member by member. */
  private double[][] outOfFold(List<Model> networks, int[] fold, DataSet examples) {
    int columns = (int) examples.getLabels().size(1);
    double[][] all = new double[fold.length][members * columns];
    for (int f = 0; f < folds; f++) {
      int[] rows = Folds.rows(fold, f, true);
      DataSet held = Rows.of(examples, rows);
      for (int m = 0; m < members; m++) {
        double[][] outputs = BoostingRounds.outputs(networks.get(m * (folds + 1) + f), held);
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(outputs[i], 0, all[rows[i]], m * columns, columns);
        }
      }
    }
    return all;
  }

  private Model fitLast(Model member, DataSet task, int batch) {
    int n = task.numExamples();
    int steps = (n - 1) / batch + 1;
    int epochs =
        lastEpochs > 0 ? lastEpochs : Math.max(LEAST_EPOCHS, (LEAST_STEPS - 1) / steps + 1);
    MultiLayerConfiguration configuration =
        last != null ? last : linear(member, task, steps * epochs);
    long lastSeed = Seeds.derive(seed, -2);
    Model network = Blueprint.of(configuration).create(Seeds.derive(lastSeed, 2));
    network.setListeners(new StopWhenInterrupted());
    DataSetIterator rows = TrainingData.of(task, batch).all(Seeds.derive(lastSeed, 1));
    for (int epoch = 0; epoch < epochs; epoch++) {
      Networks.fit(network, rows);
    }
    Model rounded = ((MultiLayerNetwork) network).convertDataType(member.params().dataType());
    if (rounded != network) {
      Networks.release(network);
    }
    MemberTraining.checkFinite(rounded);
    return rounded;
  }

  /** A linear model with the activation and the loss of a member. */
  private static MultiLayerConfiguration linear(Model member, DataSet task, int steps) {
    @Nullable OutputLoss loss = OutputLoss.of(Networks.outputLayer(member));
    if (loss == null) {
      throw new IllegalArgumentException(
          "members must end in an output or loss layer, or lastNetwork must be set, got "
              + Networks.outputLayer(member));
    }
    return new NeuralNetConfiguration.Builder()
        .dataType(isHalf(member) ? DataType.FLOAT : member.params().dataType())
        .updater(new Adam(CosineAnnealingSchedule.once(ITERATION, RATE, 0, steps)))
        .l2(1.0 / task.numExamples())
        .list()
        .layer(
            new OutputLayer.Builder(loss.loss())
                .activation(loss.activation())
                .nIn(task.getFeatures().size(1))
                .nOut(task.getLabels().size(1))
                .build())
        .build();
  }

  private static boolean isHalf(Model network) {
    return network.params().dataType().width() < DataType.FLOAT.width();
  }

  /** Collects the settings of a {@link Stacking}. */
  public static final class Builder extends SideBySideBuilder<Builder> {

    private final List<Blueprint> blueprints;
    private int folds = 5;
    private boolean passthrough;
    private @Nullable MultiLayerConfiguration last;
    private int lastEpochs;
    private final Set<DataType> types;
    private final boolean classIndices;

    private Builder(
        Stream<Blueprint> blueprints,
        Stream<DataType> types,
        Stream<Optional<Layer>> outputLayers) {
      this.blueprints = Blueprint.listOf(blueprints);
      this.members = this.blueprints.size();
      this.types = types.collect(Collectors.toCollection(TreeSet::new));
      this.classIndices =
          outputLayers
              .map(layer -> OutputLoss.of(layer.orElse(null)))
              .anyMatch(loss -> loss != null && loss.loss() instanceof LossSparseMCXENT);
    }

    @Override
    Builder self() {
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
      MemberTraining.checkEpochs(epochs);
      Preconditions.checkArgument(
          Arguments.notNull("configuration", configuration).getConf(0).getLayer()
              instanceof FeedForwardLayer,
          "the last network's first layer must have a number of inputs");
      this.last = configuration;
      this.lastEpochs = epochs;
      return this;
    }

    /**
     * Builds the trainer.
     *
     * @return the trainer
     * @throws IllegalArgumentException if the networks differ in their data types: they are to be
     *     one graph
     */
    public Stacking build() {
      Set<DataType> all = new TreeSet<>(types);
      if (last != null) {
        all.add(last.getDataType());
      }
      Preconditions.checkArgument(
          all.size() == 1, "members and last network must have one data type, got %s", all);
      return new Stacking(this);
    }
  }
}
