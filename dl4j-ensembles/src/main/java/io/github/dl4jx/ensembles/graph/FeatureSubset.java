package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Passes a subset of the input's features to a network; the others are set to 0.
 *
 * <pre>{@code
 * y_ij = x_ij if j is kept, 0 if not
 * }</pre>
 *
 * <p>For a dense, convolutional or recurrent layer an input that is always 0 is the same as no
 * input. So all members have the same architecture and take the same input, and the subset is saved
 * in the network's configuration. Input: [examples, features] or [examples, features, steps], of
 * any numerical type.
 *
 * <p>Reference: T. K. Ho, "The Random Subspace Method for Constructing Decision Forests", IEEE
 * Transactions on Pattern Analysis and Machine Intelligence 20, 1998.
 */
public final class FeatureSubset implements InputPreProcessor {

  private static final long serialVersionUID = 1;

  /** Number of features. */
  private final int features;

  /** Indices of the features that are passed on. */
  private final int[] kept;

  private transient @Nullable INDArray mask;

  /**
   * A subset.
   *
   * @param features number of features, at least 1
   * @param kept indices of the features that are passed on, in [0, features), ascending, at least
   *     one
   * @throws IllegalArgumentException if an argument is not as described
   */
  @JsonCreator
  public FeatureSubset(@JsonProperty("features") int features, @JsonProperty("kept") int[] kept) {
    Preconditions.checkArgument(features >= 1, "features must be >= 1, got %s", features);
    Preconditions.checkArgument(
        kept != null && kept.length >= 1, "kept must have at least 1 index, got none");
    for (int i = 0; i < kept.length; i++) {
      Preconditions.checkArgument(
          kept[i] >= 0 && kept[i] < features && (i == 0 || kept[i - 1] < kept[i]),
          "kept must ascend within [0, %s), got %s",
          features,
          kept[i]);
    }
    this.features = features;
    this.kept = kept.clone();
  }

  /** {@return the number of features, at least 1} */
  @JsonProperty("features")
  public int features() {
    return features;
  }

  /** {@return the indices of the features that are passed on, ascending} */
  @JsonProperty("kept")
  public int[] kept() {
    return kept.clone();
  }

  @Override
  public INDArray preProcess(INDArray input, int examples, LayerWorkspaceMgr workspaces) {
    DataType type = Arguments.notNull("input", input).dataType();
    Preconditions.checkArgument(
        type.isNumerical(), "input must be of a numerical type, got %s", type);
    return masked("input", input, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public INDArray backprop(INDArray epsilon, int examples, LayerWorkspaceMgr workspaces) {
    Arguments.floatingPoint("epsilon", epsilon);
    return masked("epsilon", epsilon, ArrayType.ACTIVATION_GRAD, workspaces);
  }

  private INDArray masked(String name, INDArray x, ArrayType type, LayerWorkspaceMgr workspaces) {
    Arguments.notNull("workspaces", workspaces);
    Preconditions.checkArgument(
        (x.rank() == 2 || x.rank() == 3) && x.size(1) == features,
        "the %s must be [examples, %s] or [examples, %s, steps], got %s",
        name,
        features,
        features,
        x.shape());
    INDArray result = workspaces.createUninitialized(type, x.dataType(), x.shape(), x.ordering());
    return Nd4j.exec(new BroadcastMulOp(x, mask(x.dataType()), result, 1));
  }

  private INDArray mask(DataType type) {
    INDArray cached = mask;
    if (cached == null || cached.dataType() != type) {
      double[] factors = new double[features];
      for (int feature : kept) {
        factors[feature] = 1;
      }
      cached =
          Nd4j.createUninitializedDetached(type, features).assign(Nd4j.createFromArray(factors));
      mask = cached;
    }
    return cached;
  }

  @Override
  public FeatureSubset clone() {
    return new FeatureSubset(features, kept);
  }

  @Override
  public InputType getOutputType(InputType input) {
    return Arguments.notNull("input", input);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray maskArray, MaskState state, int examples) {
    return new Pair<>(maskArray, state);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureSubset
        && features == ((FeatureSubset) other).features
        && Arrays.equals(kept, ((FeatureSubset) other).kept);
  }

  @Override
  public int hashCode() {
    return 31 * features + Arrays.hashCode(kept);
  }

  @Override
  public String toString() {
    return "FeatureSubset(" + kept.length + " of " + features + ")";
  }
}
