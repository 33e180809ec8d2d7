package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.internal.ClassAxis;
import io.github.dl4jx.ensembles.graph.CombinationVertex;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Several trained networks that predict as one.
 *
 * <pre>{@code
 * y = rule(y_1(x), .., y_M(x))
 * }</pre>
 *
 * <p>Immutable and thread-safe. The members are copies of the networks, without updater state;
 * their parameters are off-heap memory, which {@link #close} releases. Concurrent calls run in
 * parallel, on views over the same parameters; if there are as many calls as processors, further
 * ones wait. Members of one shape answer small batches as one network, see {@link #exact}.
 *
 * <pre>{@code
 * Ensemble bag = Bagging.of(conf).members(10).seed(42).build().fit(train, 5);
 * Evaluation e = bag.evaluate(test);
 * INDArray probabilities = bag.output(features);
 * }</pre>
 */
public final class Ensemble implements AutoCloseable {

  private final CombinationRule rule;
  private final MemberViews views;

  /** Whether members are always asked one by one. */
  private final boolean exact;

  private Ensemble(CombinationRule rule, MemberViews views, boolean exact) {
    BroadcastGuard.install();
    this.rule = rule;
    this.views = views;
    this.exact = exact;
  }

  /**
   * {@return an ensemble of copies of networks}
   *
   * @param rule how the outputs are combined
   * @param networks at least one {@code MultiLayerNetwork} or {@code ComputationGraph}, also mixed;
   *     all with the same numbers of inputs and outputs
   * @throws IllegalArgumentException if there are no networks, one is of another kind or has other
   *     inputs and outputs, or the rule has weights for another number of members, or {@link
   *     CombinationRule#readsClasses} in data whose classes are on the last axis
   */
  public static Ensemble of(CombinationRule rule, List<? extends Model> networks) {
    Arguments.notNull("rule", rule);
    Preconditions.checkArgument(
        networks != null && !networks.isEmpty(), "an ensemble must have at least 1 member, got 0");
    rule.checkMembers(networks.size());
    List<Network> members =
        networks.stream()
            .map(network -> Network.initialized("a member", network))
            .collect(Collectors.toList());
    Network first = members.get(0);
    for (Network member : members) {
      Preconditions.checkArgument(
          member.inputCount() == first.inputCount() && member.outputCount() == first.outputCount(),
          "members must have the same inputs and outputs, got %s and %s of one and %s and %s of"
              + " another",
          first.inputCount(),
          first.outputCount(),
          member.inputCount(),
          member.outputCount());
      ClassAxis.check(rule, member.model());
    }
    return new Ensemble(
        rule,
        new MemberViews(
            members.stream().map(member -> member.copy().model()).collect(Collectors.toList())),
        false);
  }

  /** {@return the number of members, at least 1} */
  public int size() {
    return views.members().size();
  }

  /** {@return how outputs are combined} */
  public CombinationRule rule() {
    return rule;
  }

  /**
   * {@return an ensemble of the same members with another rule}
   *
   * <p>The two ensembles share the members' memory, which is released when both are closed, in any
   * order.
   *
   * @param other how outputs are combined
   * @throws IllegalArgumentException if the rule is null, has weights for another number of
   *     members, or {@link CombinationRule#readsClasses} in data whose classes are on the last axis
   * @throws IllegalStateException if this ensemble is closed
   */
  public Ensemble withRule(CombinationRule other) {
    Arguments.notNull("rule", other);
    other.checkMembers(size());
    views.members().forEach(member -> ClassAxis.check(other, member));
    return new Ensemble(other, views.share(), exact);
  }

  /**
   * {@return an ensemble of the same members that asks each of them, so that their outputs are
   * theirs bit for bit}
   *
   * <p>Otherwise members of one shape, of dense layers, answer small batches as one wide network:
   * equal to about 1e-6, some times as fast, and at the price of a second copy of their parameters,
   * which is made at the first call. The two ensembles share the members' memory as those of {@link
   * #withRule} do.
   *
   * @throws IllegalStateException if this ensemble is closed
   */
  public Ensemble exact() {
    return new Ensemble(rule, views.share(), true);
  }

  /**
   * {@return a copy of one member, to be closed by the caller}
   *
   * @param index from 0 to {@link #size} - 1
   */
  public Model member(int index) {
    Preconditions.checkArgument(
        index >= 0 && index < size(), "index must be in [0, %s), got %s", size(), index);
    return views.whileOpen(members -> Network.of(members.get(index)).copy().model());
  }

  /**
   * {@return a graph with the outputs of this ensemble, to be closed by the caller}
   *
   * <p>It is for {@code ModelSerializer}, {@code ParallelInference} and others that need one model,
   * shares nothing with the ensemble, and is for inference, not for training. The mean of outputs
   * is Deeplearning4j's {@code ElementWiseVertex}, so the graph can be loaded without this library;
   * other rules are a {@link CombinationVertex}. The members' vertices are called {@code
   * member-0-..}. The input is called {@code in}, or as in the first member that is a graph. If the
   * members end in an output or loss layer for rows or sequences, the graph has a loss layer, and
   * so a score.
   *
   * @throws IllegalArgumentException if the rule is not one of this library, members differ in
   *     their data types, or a vertex refers to its graph's input by another name than this graph's
   * @throws IllegalStateException if the members have several inputs or outputs
   */
  public ComputationGraph toComputationGraph() {
    checkSingle();
    return views.whileOpen(members -> EnsembleGraph.of(rule, members));
  }

  /**
   * {@return the combined output, in the members' shape, not attached to a workspace}
   *
   * @param features the members' input
   * @throws IllegalArgumentException if the features are null or do not fit the members
   * @throws IllegalStateException if the members have several inputs or outputs, or the ensemble is
   *     closed
   */
  public INDArray output(INDArray features) {
    return output(features, null);
  }

  /**
   * {@return the combined output for masked input, in the members' shape}
   *
   * @param features the members' input
   * @param featuresMask mask of the features, or null
   * @throws IllegalArgumentException if the features are null, or they or the mask do not fit the
   *     members
   * @throws IllegalStateException as {@link #output(INDArray)}
   */
  public INDArray output(INDArray features, @Nullable INDArray featuresMask) {
    Optional<INDArray> rows = stacked(features, featuresMask);
    return rows.isPresent()
        ? MemberOutputs.combineRows(rule, rows.get(), size())
        : MemberOutputs.combine(rule, askEach(features, featuresMask), features);
  }

  /**
   * {@return the combined output of the first member, of the first two, .. and of all} Each member
   * is asked once: a curve of boosting by its rounds, or of an ensemble by its size.
   *
   * @param features the members' input
   * @throws IllegalArgumentException if the features are null or do not fit the members, or the
   *     weights of the first members are all 0
   * @throws IllegalStateException as {@link #output(INDArray)}
   */
  public List<INDArray> stages(INDArray features) {
    return MemberOutputs.stages(rule, memberOutputs(features, null), features);
  }

  /**
   * {@return the output of each member, in order}
   *
   * @param features the members' input
   * @param featuresMask mask of the features, or null
   * @throws IllegalArgumentException if the features are null, or they or the mask do not fit the
   *     members
   * @throws IllegalStateException as {@link #output(INDArray)}
   */
  public List<INDArray> memberOutputs(INDArray features, @Nullable INDArray featuresMask) {
    Optional<INDArray> rows = stacked(features, featuresMask);
    return rows.isPresent()
        ? MemberOutputs.apart(rows.get(), size())
        : askEach(features, featuresMask);
  }

  private List<INDArray> askEach(INDArray features, @Nullable INDArray featuresMask) {
    return views.callAll(member -> NetworkCalls.output(member, features, featuresMask));
  }

  /** The rows of all members, if they answer as one network. */
  private Optional<INDArray> stacked(INDArray features, @Nullable INDArray featuresMask) {
    checkSingle();
    return exact || featuresMask != null ? Optional.empty() : views.stackedOutput(features);
  }

  /**
   * {@return the combined outputs of graphs with several inputs or outputs, in order}
   *
   * @param features the members' inputs, in order
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @throws IllegalArgumentException if the number of features is not the members' number of
   *     inputs, one is null, or they or the masks do not fit the members
   * @throws IllegalStateException if the ensemble is closed
   */
  public INDArray[] outputs(INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    NetworkCalls.checkInputs(first().inputCount(), features, featuresMasks);
    List<INDArray[]> outputs =
        views.callAll(member -> NetworkCalls.outputs(member, features, featuresMasks));
    return MemberOutputs.combineEach(rule, outputs, features);
  }

  private Network first() {
    return Network.of(views.members().get(0));
  }

  private void checkSingle() {
    int inputs = first().inputCount();
    int outputs = first().outputCount();
    Preconditions.checkState(
        inputs == 1 && outputs == 1,
        "the members have %s inputs and %s outputs: use outputs(..), and doEvaluation(..) with a"
            + " MultiDataSetIterator",
        inputs,
        outputs);
  }

  /**
   * {@return the index of the most probable class of each example}
   *
   * @param features the members' input
   * @throws IllegalArgumentException if the features are null or do not fit the members
   * @throws IllegalStateException if the output is not of shape [examples, classes] with at least 2
   *     classes, or has a NaN
   */
  public int[] predict(INDArray features) {
    return MemberOutputs.classes(output(features));
  }

  /**
   * {@return accuracy, precision, recall and the confusion matrix of classification}
   *
   * @param data features and one-hot labels; the names of the classes are its {@code getLabels()},
   *     and meta data of examples is passed to the evaluation
   * @throws IllegalArgumentException as {@link #doEvaluation(DataSetIterator, IEvaluation)}
   */
  public Evaluation evaluate(DataSetIterator data) {
    return doEvaluation(data, Evaluations.classification(Arguments.notNull("data", data)));
  }

  /**
   * {@return mean squared error, correlation and other measures of regression, by column}
   *
   * @param data features and labels
   * @throws IllegalArgumentException as {@link #doEvaluation(DataSetIterator, IEvaluation)}
   */
  public RegressionEvaluation evaluateRegression(DataSetIterator data) {
    return doEvaluation(data, new RegressionEvaluation());
  }

  /**
   * Runs an evaluation of Deeplearning4j.
   *
   * @param data features and labels; reset first if it is at its end
   * @param evaluation receives the labels and the combined outputs
   * @param <T> its type
   * @return the evaluation
   * @throws IllegalArgumentException if an argument is null, the data has no batch or one without
   *     features or labels, or does not fit the members or the evaluation
   */
  public <T extends IEvaluation<?>> T doEvaluation(DataSetIterator data, T evaluation) {
    Arguments.notNull("data", data);
    Arguments.notNull("evaluation", evaluation);
    Evaluations.of(this, data, evaluation);
    return evaluation;
  }

  /**
   * Runs evaluations of Deeplearning4j on graphs with several inputs or outputs.
   *
   * @param data features and labels; reset first if it is at its end
   * @param evaluations one for each output, in order; each receives its labels and combined outputs
   * @throws IllegalArgumentException if there are not as many as the members have outputs, or as
   *     {@link #doEvaluation(DataSetIterator, IEvaluation)}
   */
  public void doEvaluation(MultiDataSetIterator data, List<? extends IEvaluation<?>> evaluations) {
    Arguments.notNull("data", data);
    int outputs = first().outputCount();
    Preconditions.checkArgument(
        Arguments.noneNull("evaluations", evaluations).size() == outputs,
        "there must be an evaluation for each of the %s outputs, got %s",
        outputs,
        evaluations.size());
    Evaluations.of(this, data, evaluations);
  }

  /** For tests. */
  MemberViews views() {
    return views;
  }

  /**
   * Releases the members' memory, unless an ensemble of {@link #withRule} or {@link #exact} shares
   * it. Afterwards this ensemble cannot be used; closing it again has no effect.
   */
  @Override
  public void close() {
    views.close();
  }

  @Override
  public String toString() {
    return "Ensemble(" + rule + " of " + size() + ")";
  }
}
