package io.github.dl4jx.ensembles.stacked.internal;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives each member rows of its own, where what comes next is random: then members differ.
 *
 * <pre>{@code
 * [b, n] -> [M b, n]
 * }</pre>
 */
final class RepeatedRows implements InputPreProcessor {

  private static final long serialVersionUID = 1;

  /** How many there are. */
  private final int members;

  RepeatedRows(int members) {
    this.members = members;
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaceMgr) {
    if (input.rank() != 2) {
      return input; // the first layer says what is wrong with it
    }
    INDArray all =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS,
            input.dataType(),
            new long[] {members * input.size(0), input.size(1)},
            'c');
    Nd4j.exec(
        DynamicCustomOp.builder("tile")
            .addInputs(input)
            .addOutputs(all)
            .addIntegerArguments(members, 1)
            .build());
    return all;
  }

  @Override
  @SuppressWarnings("NullAway") // nobody asks for the gradient of the network's input
  public @Nullable INDArray backprop(
      @Nullable INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaceMgr) {
    return null;
  }

  @Override
  @SuppressWarnings("MissingSuperCall") // it does not change
  public InputPreProcessor clone() {
    return new RepeatedRows(members);
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return inputType;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
    return new Pair<>(maskArray, currentMaskState);
  }
}
