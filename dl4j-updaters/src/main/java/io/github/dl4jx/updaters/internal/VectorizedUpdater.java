package io.github.dl4jx.updaters.internal;

import io.github.dl4jx.random.Elementwise;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AMSGradUpdater;
import org.nd4j.linalg.learning.AdaGradUpdater;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NadamUpdater;
import org.nd4j.linalg.learning.RmsPropUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.RmsProp;

/**
 * One of ND4J's updaters, with the formula in a loop of plain Java.
 *
 * <p>ND4J 1.0.0-M2.1's operations compute one element at a time; the JIT compiler makes vector
 * instructions of these loops. They do the same operations on floats in the same order, and have
 * the same bits as ND4J's generic binaries for x86-64. (Those for AVX2, AVX-512 and ARM may round a
 * product and a sum together, and differ in the last bits.)
 *
 * <p>The state stays ND4J's. What is not of type FLOAT, or not on the CPU, is left to ND4J.
 */
public final class VectorizedUpdater implements GradientUpdater<IUpdater> {

  /** The loop of a step: array 0 is the gradient and becomes the update, then comes the state. */
  private interface Rule {
    Elementwise.Loop at(int iteration, int epoch);
  }

  private final GradientUpdater<?> updater;
  private final List<String> names;
  private final Rule rule;

  private VectorizedUpdater(GradientUpdater<?> updater, List<String> names, Rule rule) {
    this.updater = updater;
    this.names = names;
    this.rule = rule;
  }

  /**
   * The same updater, faster if its operation is known here.
   *
   * @param updater one that holds its state; used, not copied
   * @return an updater with the same state, or the one given
   */
  public static GradientUpdater<?> of(GradientUpdater<?> updater) {
    if (updater.getClass() == AdamUpdater.class) {
      Adam c = (Adam) updater.getConfig();
      return new VectorizedUpdater(
          updater,
          List.of(AdamUpdater.M_STATE, AdamUpdater.V_STATE),
          (iteration, epoch) ->
              new AdamLoop(
                  c.getBeta1(),
                  c.getBeta2(),
                  c.getEpsilon(),
                  c.getLearningRate(iteration, epoch),
                  iteration));
    }
    if (updater.getClass() == AMSGradUpdater.class) {
      AMSGrad c = (AMSGrad) updater.getConfig();
      return new VectorizedUpdater(
          updater,
          List.of(AMSGradUpdater.M_STATE, AMSGradUpdater.V_STATE, AMSGradUpdater.V_HAT_STATE),
          (iteration, epoch) ->
              new AdamLoop(
                  c.getBeta1(),
                  c.getBeta2(),
                  c.getEpsilon(),
                  c.getLearningRate(iteration, epoch),
                  iteration));
    }
    if (updater.getClass() == NadamUpdater.class) {
      Nadam c = (Nadam) updater.getConfig();
      return new VectorizedUpdater(
          updater,
          List.of(NadamUpdater.M_STATE, NadamUpdater.V_STATE),
          (iteration, epoch) ->
              new NadamLoop(
                  c.getBeta1(),
                  c.getBeta2(),
                  c.getEpsilon(),
                  c.getLearningRate(iteration, epoch),
                  iteration));
    }
    if (updater.getClass() == RmsPropUpdater.class) {
      RmsProp c = (RmsProp) updater.getConfig();
      return new VectorizedUpdater(
          updater,
          List.of(RmsPropUpdater.G_STATE),
          (iteration, epoch) ->
              SquaresLoop.rmsProp(
                  c.getRmsDecay(), c.getEpsilon(), c.getLearningRate(iteration, epoch)));
    }
    if (updater.getClass() == AdaGradUpdater.class) {
      AdaGrad c = (AdaGrad) updater.getConfig();
      return new VectorizedUpdater(
          updater,
          List.of(AdaGradUpdater.GRAD_STATE),
          (iteration, epoch) ->
              SquaresLoop.adaGrad(c.getEpsilon(), c.getLearningRate(iteration, epoch)));
    }
    return updater;
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    INDArray[] arrays = arrays(gradient);
    if (arrays.length == 0) {
      updater.applyUpdater(gradient, iteration, epoch);
    } else {
      Elementwise.run(rule.at(iteration, epoch), arrays);
    }
  }

  /** The gradient and the state; none if they are for ND4J. */
  private INDArray[] arrays(INDArray gradient) {
    INDArray[] arrays = new INDArray[names.size() + 1];
    Map<String, INDArray> state = updater.getState();
    boolean plain = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
    for (int k = 1; k < arrays.length; k++) {
      arrays[k] = state.get(names.get(k - 1));
      plain &= arrays[k] != null && arrays[k].dataType() == DataType.FLOAT;
    }
    if (!plain || gradient.dataType() != DataType.FLOAT) {
      return new INDArray[0];
    }
    // of vectors, one may have one dimension and the other two
    boolean alike =
        gradient.isVectorOrScalar()
            && arrays[1].isVectorOrScalar()
            && gradient.length() == arrays[1].length()
            && gradient.elementWiseStride() == 1; // otherwise it would be a copy
    arrays[0] = alike ? gradient.reshape(arrays[1].shape()) : gradient;
    return Arrays.equals(arrays[0].shape(), arrays[1].shape()) ? arrays : new INDArray[0];
  }

  @Override
  public IUpdater getConfig() {
    return updater.getConfig();
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    updater.setState(state, initialize);
  }

  @Override
  public Map<String, INDArray> getState() {
    return updater.getState();
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
    updater.setStateViewArray(view, gradientShape, gradientOrder, initialize);
  }
}
