package io.github.dl4jx.updaters.wrapper;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Base of the updater wrappers: changes the gradient in place, then runs the inner updater on it.
 *
 * <pre>
 * g      = transform(g, iteration, epoch)
 * update = inner(g)
 * </pre>
 *
 * <p>Everything else (learning rate, state, state size) is the inner updater's. A subclass adds its
 * own settings as final fields read by a JSON constructor, extends {@link #equals} by them and
 * implements {@link #transform} and {@link #clone}.
 */
public abstract class UpdaterWrapper implements IUpdater {

  /** The wrapper's own copy of the updater inside. */
  private final IUpdater inner;

  /**
   * Wraps a copy of an updater.
   *
   * @param inner the updater that receives the changed gradient
   * @throws IllegalArgumentException if inner is null
   */
  protected UpdaterWrapper(IUpdater inner) {
    Preconditions.checkArgument(inner != null, "inner updater must not be null");
    this.inner = inner.clone();
  }

  /**
   * Changes the gradient in place.
   *
   * @param gradient mean gradient of one block of parameters: one-dimensional and contiguous in
   *     Deeplearning4j's networks, of the parameter's shape in SameDiff
   * @param iteration number of updates so far, from 0
   * @param epoch number of epochs so far, from 0
   */
  protected abstract void transform(INDArray gradient, int iteration, int epoch);

  @Override
  @SuppressWarnings(
      "MissingSuperCall") // built by constructors, so that the inner one is copied too
  public abstract UpdaterWrapper clone();

  /**
   * The updater inside.
   *
   * @return the wrapper's own copy: changing its learning rate changes the wrapper's
   */
  public final IUpdater inner() {
    return inner;
  }

  @Override
  public final long stateSize(long numParams) {
    return inner.stateSize(numParams);
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      @Nullable INDArray viewArray, boolean initializeViewArray) {
    return new Running(this, inner.instantiate(viewArray, initializeViewArray));
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    return new Running(this, inner.instantiate(updaterState, initializeStateArrays));
  }

  @Override
  public final double getLearningRate(int iteration, int epoch) {
    return inner.getLearningRate(iteration, epoch);
  }

  @Override
  public final boolean hasLearningRate() {
    return inner.hasLearningRate();
  }

  @Override
  public final void setLrAndSchedule(double lr, @Nullable ISchedule lrSchedule) {
    inner.setLrAndSchedule(lr, lrSchedule);
  }

  @Override
  @SuppressWarnings("EqualsGetClass") // SignSgd and SignGradient differ: JSON names the class
  public boolean equals(@Nullable Object other) {
    return other != null
        && getClass() == other.getClass()
        && inner.equals(((UpdaterWrapper) other).inner);
  }

  @Override
  public int hashCode() {
    return Objects.hash(getClass().getName(), inner);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "(" + inner + ")";
  }

  /** What Deeplearning4j holds while it trains: one for each block of parameters. */
  private static final class Running implements GradientUpdater<UpdaterWrapper> {

    private final UpdaterWrapper config;
    private final GradientUpdater<?> inner;

    Running(UpdaterWrapper config, GradientUpdater<?> inner) {
      this.config = config;
      this.inner = inner;
    }

    @Override
    public UpdaterWrapper getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> stateMap, boolean initialize) {
      inner.setState(stateMap, initialize);
    }

    @Override
    public Map<String, INDArray> getState() {
      return inner.getState();
    }

    @Override
    public void setStateViewArray(
        INDArray viewArray, long[] gradientShape, char gradientOrder, boolean initialize) {
      inner.setStateViewArray(viewArray, gradientShape, gradientOrder, initialize);
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      config.transform(gradient, iteration, epoch);
      inner.applyUpdater(gradient, iteration, epoch);
    }
  }
}
