package io.github.dl4jx.ensembles.stacked.internal;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jx.random.Reductions;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * The output layers of several members, whose loss is that of all their rows.
 *
 * <pre>{@code
 * labels  [b, c]        repeated for each member
 * mask    [b, k]        repeated, k = 1 or c; of weighted members [b, M + k], first their weights w
 * score = (sum over the rows of all members of w * loss) / (M b) + penalties / M
 * }</pre>
 *
 * <p>Weights are no mask: Deeplearning4j's losses apply one of single outputs twice.
 *
 * <p>Pre-activations, labels and mask are made once a step, for gradient and score.
 */
final class StackedOutput extends BaseOutputLayer<StackedOutputLayer> {

  private static final long serialVersionUID = 1;

  private final transient Blocks blocks;

  /** Of the step that is being computed. */
  private transient @Nullable Step step;

  StackedOutput(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    this.blocks = new Blocks(layerConf().members(), layerConf().shared());
  }

  /** What the loss is computed from. */
  private static final class Step {
    final INDArray z;
    final INDArray labels;
    final @Nullable INDArray mask;

    /** What each row counts, [members * b, 1]. */
    final @Nullable INDArray weights;

    /** Instead of the pre-activations in their memory, once the gradient has been computed. */
    @Nullable INDArray probabilities;

    Step(INDArray z, INDArray labels, @Nullable INDArray mask, @Nullable INDArray weights) {
      this.z = z;
      this.labels = labels;
      this.mask = mask;
      this.weights = weights;
    }
  }

  @Override
  protected INDArray preOutput(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return preOutput(training, ArrayType.ACTIVATIONS, workspaceMgr);
  }

  private INDArray preOutput(boolean training, ArrayType type, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    Blocks.check(layerId(), input, layerConf().getNIn());
    applyDropOutIfNecessary(training, memory);
    INDArray bias = hasBias() ? getParam(DefaultParamInitializer.BIAS_KEY) : null;
    return blocks.forward(input.castTo(dataType), weights(), bias, type, memory);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return layerConf().getActivationFn().getActivation(preOutput(training, workspaceMgr), training);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    // in the workspace of the inputs, which is open until the score is computed
    Step s = step(preOutput(true, ArrayType.INPUT, workspaceMgr), ArrayType.INPUT, workspaceMgr);
    step = s;
    INDArray delta = delta(s);
    if (s.weights != null) {
      delta.muliColumnVector(s.weights);
    }
    if (labels.size(0) == s.z.size(0) && conf().isMiniBatch()) {
      delta.muli(layerConf().members()); // the updater divides by the rows of all members
    }
    INDArray x = input.castTo(dataType);
    Gradient gradient = StackedDense.gradient(blocks, gradientViews, x, delta, workspaceMgr);
    return new Pair<>(gradient, next(x, delta, workspaceMgr));
  }

  /** The gradient with respect to the pre-activations. */
  private INDArray delta(Step s) {
    IActivation activation = layerConf().getActivationFn();
    if (!isCrossEntropyOfSoftmax(s)) {
      return Blocks.dense(
          layerConf().getLossFn().computeGradient(s.labels, s.z, activation, s.mask));
    }
    INDArray probabilities = activation.getActivation(s.z, true);
    s.probabilities = probabilities;
    return probabilities.sub(s.labels);
  }

  /** Then gradient and score, as {@code LossMCXENT} computes them, need one softmax, not two. */
  private boolean isCrossEntropyOfSoftmax(Step s) {
    ILossFunction loss = layerConf().getLossFn();
    return loss.getClass() == LossMCXENT.class
        && ((LossMCXENT) loss).getWeights() == null
        && clips(((LossMCXENT) loss).getSoftmaxClipEps())
        && layerConf().getActivationFn() instanceof ActivationSoftmax
        && s.mask == null
        && s.weights == null
        && s.labels.dataType() == s.z.dataType();
  }

  /** Whether probabilities are kept from 0 and, in float, no further from 1 than they are. */
  private static boolean clips(double eps) {
    return eps > 0 && (float) (1 - eps) == 1;
  }

  private @Nullable INDArray next(INDArray x, INDArray delta, LayerWorkspaceMgr memory) {
    if (getIndex() == 0) {
      return null;
    }
    return backpropDropOutIfPresent(blocks.epsilon(x, delta, weights(), memory));
  }

  @Override
  public double computeScore(
      double fullNetRegTerm, boolean training, LayerWorkspaceMgr workspaceMgr) {
    Step s = step;
    step = null;
    if (s == null) {
      INDArray z = preOutput(training, ArrayType.FF_WORKING_MEM, workspaceMgr);
      s = step(z, ArrayType.FF_WORKING_MEM, workspaceMgr);
    }
    ILossFunction loss = layerConf().getLossFn();
    IActivation activation = layerConf().getActivationFn();
    double sum =
        s.probabilities != null
            ? -Reductions.logLikelihood(
                s.labels, s.probabilities, ((LossMCXENT) loss).getSoftmaxClipEps())
            : s.weights == null
                ? loss.computeScore(s.labels, s.z, activation, s.mask, false)
                : loss.computeScoreArray(s.labels, s.z, activation, s.mask)
                    .reshape(s.weights.shape())
                    .mul(s.weights)
                    .sumNumber()
                    .doubleValue();
    long examples = conf().isMiniBatch() ? blocks.batch(input) : 1;
    score = (sum / examples + fullNetRegTerm) / layerConf().members();
    return score;
  }

  private Step step(INDArray z, ArrayType type, LayerWorkspaceMgr memory) {
    INDArray labelled = labels;
    if (labelled == null
        || labelled.rank() != 2
        || (labelled.size(0) * layerConf().members() != z.size(0)
            && labelled.size(0) != z.size(0))) {
      throw new DL4JInvalidInputException(
          "the labels of stacked members must have the shape [examples, columns], got "
              + (labelled == null ? null : Arrays.toString(labelled.shape()))
              + " "
              + layerId());
    }
    INDArray mask = maskArray;
    if (labelled.size(0) == z.size(0) && !layerConf().weighted()) { // each member's own
      return new Step(z, labelled, mask, null);
    }
    INDArray all = repeated(labelled, type, memory);
    if (mask == null) {
      return new Step(z, all, null, null);
    }
    if (!layerConf().weighted()) {
      return new Step(z, all, repeated(mask, type, memory), null);
    }
    int members = layerConf().members();
    INDArray weights =
        memory.createUninitialized(type, z.dataType(), new long[] {z.size(0), 1}, 'c');
    weights
        .reshape('c', members, mask.size(0))
        .assign(mask.get(all(), interval(0, members)).transpose());
    return new Step(
        z,
        all,
        mask.size(1) == members
            ? null
            : repeated(mask.get(all(), interval(members, mask.size(1))).dup('c'), type, memory),
        weights);
  }

  /** [b, k] for each member, one after the other. */
  private INDArray repeated(INDArray rows, ArrayType type, LayerWorkspaceMgr memory) {
    int members = layerConf().members();
    INDArray all =
        memory.createUninitialized(
            type, rows.dataType(), new long[] {members * rows.size(0), rows.size(1)}, 'c');
    Nd4j.exec(
        DynamicCustomOp.builder("tile")
            .addInputs(rows)
            .addOutputs(all)
            .addIntegerArguments(members, 1)
            .build());
    return all;
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
    return repeated(labels, arrayType, workspaceMgr);
  }

  private INDArray weights() {
    return getParam(DefaultParamInitializer.WEIGHT_KEY);
  }

  @Override
  public void clear() {
    super.clear();
    step = null;
  }
}
