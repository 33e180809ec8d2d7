package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.graph.CombinationVertex;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * Several trained networks that answer as one.
 *
 * <pre>{@code
 * y = rule(y_1(x), .., y_M(x))
 * }</pre>
 *
 * <p>Immutable and safe to call from several threads: the members are copies, made when the
 * ensemble is, without the state of their updaters. As Deeplearning4j's {@code output} does one
 * call at a time, simultaneous callers get views of the members, over the same parameters: at most
 * as many as there are processors, further callers wait. Each member takes a copy of its
 * parameters, off-heap; {@link #close} releases it.
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

  private Ensemble(CombinationRule rule, MemberViews views) {
    BroadcastGuard.install();
    this.rule = rule;
    this.views = views;
  }

  /**
   * An ensemble of copies of networks.
   *
   * @param rule how the outputs are combined
   * @param networks at least one {@code MultiLayerNetwork} or {@code ComputationGraph}; the kinds
   *     may be mixed; all of as many inputs and outputs
   * @return the ensemble
   * @throws IllegalArgumentException if there are no networks, one is of another kind or has other
   *     inputs and outputs, or the rule has weights for another number of members
   */
  public static Ensemble of(CombinationRule rule, List<? extends Model> networks) {
    checkRule(rule);
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
    }
    return new Ensemble(
        rule,
        new MemberViews(
            members.stream().map(member -> member.copy().model()).collect(Collectors.toList())));
  }

  private static void checkRule(CombinationRule rule) {
    Preconditions.checkArgument(rule != null, "rule must not be null");
  }

  /**
   * The number of members.
   *
   * @return at least 1
   */
  public int size() {
    return views.members().size();
  }

  /**
   * How outputs are combined.
   *
   * @return the rule
   */
  public CombinationRule rule() {
    return rule;
  }

  /**
   * The same members under another rule.
   *
   * <p>The two ensembles share the members, which never change: it takes no memory. Each is closed
   * by itself, in any order; the members' memory is released with the last one.
   *
   * @param other how outputs are combined
   * @return a new ensemble
   * @throws IllegalArgumentException if the rule is null, or has weights for another number of
   *     members
   * @throws IllegalStateException if this ensemble is closed
   */
  public Ensemble withRule(CombinationRule other) {
    checkRule(other);
    other.checkMembers(size());
    return new Ensemble(other, views.share());
  }

  /**
   * A copy of one member.
   *
   * @param index from 0 to {@link #size} - 1
   * @return a {@code MultiLayerNetwork} or {@code ComputationGraph}, to be closed by the caller
   */
  public Model member(int index) {
    Preconditions.checkArgument(
        index >= 0 && index < size(), "index must be in [0, %s), got %s", size(), index);
    return views.whileOpen(members -> Network.of(members.get(index)).copy().model());
  }

  /**
   * The whole ensemble as one ordinary Deeplearning4j model, for {@code ModelSerializer}, {@code
   * ParallelInference} and whatever else takes a graph. It answers as the ensemble does.
   *
   * <p>The mean of outputs is Deeplearning4j's own {@code ElementWiseVertex}: such a graph can be
   * read where this library is not. Other rules are a {@link CombinationVertex}. The members'
   * vertices are called {@code member-0-..}, the input {@code in}, or what the first member that is
   * a graph calls it. If members end in an output or loss layer for rows or sequences, so does the
   * graph, which then has a score. It cannot be trained on: fit the members instead.
   *
   * @return a new graph, which shares nothing with the ensemble; to be closed by the caller
   * @throws IllegalArgumentException if the rule is not one of this library, members differ in
   *     their data types, or a vertex refers to its graph's input by another name than this graph's
   * @throws IllegalStateException if the members have several inputs or outputs
   */
  public ComputationGraph toComputationGraph() {
    checkSingle();
    return views.whileOpen(members -> EnsembleGraph.of(rule, members));
  }

  /**
   * The combined output.
   *
   * @param features the members' input, in the shape that they take
   * @return the output, in the members' shape, not attached to a workspace
   * @throws IllegalArgumentException if the features are null or do not fit the members
   * @throws IllegalStateException if the members have several inputs or outputs, or the ensemble is
   *     closed
   */
  public INDArray output(INDArray features) {
    return output(features, null);
  }

  /**
   * The combined output for masked input.
   *
   * @param features the members' input
   * @param featuresMask mask of the features, or null
   * @return the output, in the members' shape
   * @throws IllegalArgumentException if the features are null, or they or the mask do not fit the
   *     members
   * @throws IllegalStateException as {@link #output(INDArray)}
   */
  public INDArray output(INDArray features, @Nullable INDArray featuresMask) {
    List<INDArray> outputs = memberOutputs(features, featuresMask);
    INDArray combined = rule.combine(outputs);
    MemberOutputs.releaseUnless(outputs, List.of(combined, features));
    return combined;
  }

  /**
   * What each member answers.
   *
   * @param features the members' input
   * @param featuresMask mask of the features, or null
   * @return one array for each member, in order
   * @throws IllegalArgumentException if the features are null, or they or the mask do not fit the
   *     members
   * @throws IllegalStateException as {@link #output(INDArray)}
   */
  public List<INDArray> memberOutputs(INDArray features, @Nullable INDArray featuresMask) {
    checkSingle();
    return views.ask(member -> NetworkCalls.output(member, features, featuresMask));
  }

  /**
   * The combined outputs of graphs with several inputs or outputs.
   *
   * @param features the members' inputs, in the order of the graphs' inputs
   * @param featuresMasks masks of the inputs, each of which may be null, or null
   * @return each output, combined over the members by the rule
   * @throws IllegalArgumentException if there are not as many features as the members have inputs,
   *     one is null, or they or the masks do not fit the members
   * @throws IllegalStateException if the ensemble is closed
   */
  public INDArray[] outputs(INDArray[] features, @Nullable INDArray @Nullable [] featuresMasks) {
    NetworkCalls.checkInputs(first().inputCount(), features, featuresMasks);
    List<INDArray[]> answers =
        views.ask(member -> NetworkCalls.outputs(member, features, featuresMasks));
    INDArray[] combined = new INDArray[first().outputCount()];
    for (int o = 0; o < combined.length; o++) {
      int output = o;
      combined[o] =
          rule.combine(answers.stream().map(answer -> answer[output]).collect(Collectors.toList()));
    }
    List<INDArray> kept = new ArrayList<>(List.of(combined));
    kept.addAll(List.of(features));
    // one array may be two of the outputs, so not before all are combined
    MemberOutputs.releaseUnless(
        answers.stream().flatMap(Arrays::stream).collect(Collectors.toList()), kept);
    return combined;
  }

  private Network first() {
    return Network.of(views.members().get(0));
  }

  private void checkSingle() {
    int inputs = first().inputCount();
    int outputs = first().outputCount();
    Preconditions.checkState(
        inputs == 1 && outputs == 1,
        "the members have %s inputs and %s outputs: use outputs(..) and the evaluation of a"
            + " MultiDataSetIterator",
        inputs,
        outputs);
  }

  /**
   * The most probable class of every example.
   *
   * @param features the members' input
   * @return class indices, one for each example
   * @throws IllegalArgumentException if the features are null or do not fit the members
   * @throws IllegalStateException if the output is not of shape [examples, classes] with at least 2
   *     classes, or is NaN somewhere, which is no class
   */
  public int[] predict(INDArray features) {
    INDArray output = output(features);
    Preconditions.checkState(
        output.rank() == 2 && output.size(1) >= 2,
        "predict needs outputs of shape [examples, classes] with at least 2 classes, got %ndShape",
        output);
    double[][] rows = OutputRows.of(output, null);
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (double value : rows[i]) {
        Preconditions.checkState(
            !Double.isNaN(value),
            "predict needs outputs that are numbers: the features of example %s, counted from 0,"
                + " give NaN",
            i);
      }
      classes[i] = OutputRows.argMax(rows[i]);
    }
    return classes;
  }

  /**
   * Evaluates classification.
   *
   * @param data features and one-hot labels; the names of the classes are taken from its {@code
   *     getLabels()}, and meta data of its examples tell which were wrong
   * @return accuracy, precision, recall and the confusion matrix
   * @throws IllegalArgumentException as {@link #doEvaluation(DataSetIterator, IEvaluation)}
   */
  public Evaluation evaluate(DataSetIterator data) {
    return doEvaluation(data, Evaluations.classification(Arguments.notNull("data", data)));
  }

  /**
   * Evaluates regression.
   *
   * @param data features and labels
   * @return mean squared error, correlation and others, by column
   * @throws IllegalArgumentException as {@link #doEvaluation(DataSetIterator, IEvaluation)}
   */
  public RegressionEvaluation evaluateRegression(DataSetIterator data) {
    return doEvaluation(data, new RegressionEvaluation());
  }

  /**
   * Runs any of Deeplearning4j's evaluations.
   *
   * @param data features and labels; reset first if it is at its end
   * @param evaluation receives the labels and the combined outputs
   * @param <T> its type
   * @return the evaluation
   * @throws IllegalArgumentException if the data is null or has no batch, gives one that is null or
   *     has no features or labels, or does not fit the members or the evaluation; or if that is
   *     null
   */
  public <T extends IEvaluation<?>> T doEvaluation(DataSetIterator data, T evaluation) {
    Arguments.notNull("data", data);
    Arguments.notNull("evaluation", evaluation);
    Evaluations.of(this, data, evaluation);
    return evaluation;
  }

  /**
   * Runs Deeplearning4j's evaluations on graphs with several inputs or outputs.
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
   * Releases the members' memory, unless another ensemble {@link #withRule} shares it; this one can
   * no longer be used. Does nothing if it is closed.
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
