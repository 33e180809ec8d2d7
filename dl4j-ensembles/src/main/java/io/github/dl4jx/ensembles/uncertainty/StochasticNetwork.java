package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with dropout as in training and all else as at test time.
 *
 * <p>It is a view, which shares the parameters of the network and does not change it. Its layers
 * and vertices are steps, each with the indices of the steps that are its inputs. The steps without
 * dropout in or before them are the prefix, whose activations are the same in every sample.
 *
 * <p>Several samples are one large minibatch, of copies of the examples, if every step {@linkplain
 * RowOrder keeps the rows of examples apart}: activations [k, example] become [k, copy, example].
 * If one does not, it is the {@link #obstacle}, and the caller takes samples one by one.
 */
final class StochasticNetwork {

  private final Model network;
  private final StochasticView view;
  private final List<StochasticStep> steps;
  private final int[] outputs;

  /** Whether a dropout is in the step or before it. */
  private final boolean[] drawn;

  /** Number of uses of each step's activations, by steps and callers. */
  private final int[] uses;

  private INDArray[] features = {};
  private @Nullable INDArray @Nullable [] masks;
  private int examples;
  private int copies;
  private @Nullable String obstacle;
  private long bytes;

  /**
   * The stochastic view of a network.
   *
   * @throws IllegalArgumentException if no output depends on a dropout
   */
  StochasticNetwork(Model network) {
    StochasticSteps built = new StochasticSteps(network);
    this.network = network;
    this.view = built.view;
    this.steps = built.steps;
    this.outputs = built.outputs;
    this.uses = new int[steps.size()];
    this.drawn = new boolean[steps.size()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = steps.get(i).hasDropout();
      for (int from : steps.get(i).inputs) {
        drawn[i] |= drawn[from];
        uses[from] +=
            steps.get(from) instanceof StochasticStep.Input ? 2 : 1; // the caller uses it, too
      }
    }
    Arrays.stream(outputs).forEach(output -> uses[output]++);
    Preconditions.checkArgument(
        steps.stream().anyMatch(StochasticStep::hasDropout),
        "the network has no dropout, so all samples would be the same: set dropOut(..) on a layer"
            + " or add a dropout layer");
    Preconditions.checkArgument(
        Arrays.stream(outputs).anyMatch(output -> drawn[output]),
        "the network's output does not depend on any dropout");
  }

  /**
   * Starts a prediction.
   *
   * @param inputs the network's inputs
   * @param masksOfInputs their masks, each of which may be null, or null
   * @return the activations of the prefix, by step; null for other steps
   */
  @Nullable INDArray[] prefix(
      INDArray[] inputs, @Nullable INDArray @Nullable [] masksOfInputs, LayerWorkspaceMgr none) {
    features = inputs;
    masks = masksOfInputs;
    examples = (int) inputs[0].size(0);
    obstacle = null;
    view.setInputs(inputs);
    int iteration = Network.of(network).iteration();
    int epoch = Network.of(network).epoch();
    steps.forEach(step -> step.setCounts(iteration, epoch));
    copies = 0;
    setCopies(1);
    @Nullable INDArray[] activations = new INDArray[steps.size()];
    for (int i = 0; i < activations.length; i++) {
      if (!drawn[i]) {
        activations[i] = run(i, activations, none);
      }
    }
    return activations;
  }

  /** Sets how many copies of the examples there are in the minibatch; outside of workspaces. */
  void setCopies(int number) {
    if (copies != number) {
      copies = number;
      @Nullable INDArray[] repeated = masks == null ? null : masks.clone();
      for (int i = 0; repeated != null && i < repeated.length && number > 1; i++) {
        INDArray mask = repeated[i];
        repeated[i] = mask == null ? null : copy(mask, LayerWorkspaceMgr.noWorkspaces());
      }
      view.setMinibatch(number * examples, repeated);
    }
  }

  /**
   * Draws one sample for each copy.
   *
   * @param prefix the result of {@link #prefix}
   * @return the outputs, [k, copy, example, ..] as rows, in the workspace of activations
   */
  INDArray[] sample(@Nullable INDArray[] prefix, LayerWorkspaceMgr workspaces) {
    @Nullable INDArray[] activations = new INDArray[steps.size()];
    bytes = 0;
    for (int i = 0; i < activations.length; i++) {
      if (drawn[i]) {
        StochasticStep step = steps.get(i);
        for (int from : step.inputs) {
          repeat(from, prefix, activations, workspaces);
        }
        INDArray activation = run(i, activations, workspaces);
        activations[i] = activation;
        INDArray first = activations[step.inputs[0]];
        // a dropout has two more arrays: its output and its mask
        long taken =
            activation.length()
                + (step.hasDropout() ? 3 : 1) * (first == null ? 0 : first.length());
        bytes += taken * activation.dataType().width();
      }
    }
    INDArray[] result = new INDArray[outputs.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = repeat(outputs[i], prefix, activations, workspaces);
    }
    return result;
  }

  private INDArray run(int i, @Nullable INDArray[] activations, LayerWorkspaceMgr workspaces) {
    StochasticStep step = steps.get(i);
    INDArray[] in = new INDArray[step.inputs.length];
    boolean whole = true;
    for (int j = 0; j < in.length; j++) {
      INDArray input = activations[step.inputs[j]];
      if (input == null) {
        throw new IllegalStateException("a step comes before its input");
      }
      whole &= input.size(0) == examples;
      // layers such as ActivationLayer write into their input
      boolean shared = in.length == 1 && uses[step.inputs[j]] > 1;
      in[j] = shared ? workspaces.dup(ArrayType.ACTIVATIONS, input) : input;
    }
    INDArray activation =
        step instanceof StochasticStep.Input
            ? features[((StochasticStep.Input) step).number]
            : step.run(in, copies * examples, workspaces);
    if (copies == 1
        && obstacle == null
        && !(activation.size(0) % examples == 0 && step.keepsRows(whole, masks != null))) {
      obstacle = step.name;
    }
    return activation;
  }

  private INDArray repeat(
      int step,
      @Nullable INDArray[] prefix,
      @Nullable INDArray[] activations,
      LayerWorkspaceMgr workspaces) {
    INDArray activation = activations[step];
    if (activation == null) {
      INDArray deterministic = prefix[step];
      if (deterministic == null) {
        throw new IllegalStateException("a step was not computed");
      }
      activation = copy(deterministic, workspaces);
      activations[step] = activation;
    }
    return activation;
  }

  /** [k, example, ..] as [k, copy, example, ..]. */
  private INDArray copy(INDArray x, LayerWorkspaceMgr workspaces) {
    long[] shape = x.shape().clone();
    shape[0] *= copies;
    INDArray result =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, x.dataType(), shape, 'c');
    INDArray row = x.ordering() == 'c' && !x.isView() ? x : x.dup('c');
    if (copies == 1) {
      return result.assign(row);
    }
    long blocks = x.size(0) / examples;
    long each = x.length() / blocks;
    INDArray from = row.reshape('c', blocks, each);
    INDArray to = result.reshape('c', blocks, copies, each);
    if (blocks == 1) {
      to.reshape('c', copies, each).putiRowVector(from);
    } else {
      for (int copy = 0; copy < copies; copy++) {
        to.tensorAlongDimension(copy, 0, 2).assign(from);
      }
    }
    return result;
  }

  /**
   * {@return the indices of the outputs that, after a first sample, have not depended on a dropout}
   *
   * @throws IllegalArgumentException if none has: Deeplearning4j ignores dropOut(..) of some layers
   */
  List<Integer> constantOutputs() {
    boolean[] live = new boolean[steps.size()];
    for (int i = 0; i < live.length; i++) {
      live[i] = steps.get(i).drops();
      for (int from : steps.get(i).inputs) {
        live[i] |= live[from];
      }
    }
    List<Integer> constant = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      if (!live[outputs[i]]) {
        constant.add(i);
      }
    }
    Preconditions.checkArgument(
        constant.size() < outputs.length,
        "Deeplearning4j applies no dropOut(..) on the way to the network's output: it ignores that"
            + " of %s",
        steps.stream()
            .filter(step -> step.hasDropout() && !step.drops())
            .map(step -> step.name)
            .collect(Collectors.toList()));
    return constant;
  }

  /**
   * {@return the name of a step that does not keep rows apart, if there is one; known after the
   * first sample}
   */
  @Nullable String obstacle() {
    return obstacle;
  }

  /** {@return the approximate memory of the latest sample's activations} */
  long bytes() {
    return bytes;
  }

  /** {@return the data type of the parameters} */
  DataType type() {
    return network.params().dataType();
  }

  /** Ends a prediction. */
  void clear() {
    boolean masked = masks != null;
    steps.forEach(step -> step.clear(masked));
    view.clear();
    features = new INDArray[0];
    masks = null;
    examples = 0;
    copies = 0;
    obstacle = null;
    bytes = 0;
  }
}
