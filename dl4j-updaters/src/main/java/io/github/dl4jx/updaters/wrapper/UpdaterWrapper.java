package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.internal.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Base of all updaters of this library: changes the gradient in place, then runs the inner updater
 * on it.
 *
 * <pre>
 * g      = transform(g, state, iteration, epoch)
 * update = finish(inner(g), state, iteration, epoch)
 * </pre>
 *
 * <p>The learning rate is the inner updater's. An updater that is no wrapper has an inner {@code
 * Sgd} that holds the rate, and either leaves the multiplication to it or multiplies by {@link
 * Step#learningRate} itself and skips it.
 *
 * <p>What a subclass writes:
 *
 * <ul>
 *   <li>its settings, once: as final fields that a JSON constructor sets. {@link #equals}, {@link
 *       #hashCode} and {@link #toString} use all fields but transient ones;
 *   <li>{@link #stateNames}, if it remembers anything: any number of arrays of one value for every
 *       parameter;
 *   <li>{@link #transform} or {@link #finish}, and {@link #clone}.
 * </ul>
 *
 * <p>The state of a block of n parameters is laid out as {@code [first name: n][second name: n]..
 * [inner's: n, n, ..]}, which Deeplearning4j saves, restores and regroups like its own updaters'
 * state. Nothing that training needs may stand in a field.
 *
 * <p>Wrappers nest, and the order matters: {@code A.around(B.around(inner))} changes the gradient
 * by A first, and hands the result to B.
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
    this.inner = checkedInner(inner).clone();
  }

  static IUpdater checkedInner(@Nullable IUpdater inner) {
    if (inner == null) {
      throw new IllegalArgumentException("inner updater must not be null");
    }
    return inner;
  }

  /**
   * Changes the gradient in place.
   *
   * @param gradient mean gradient of one block of parameters: one-dimensional and contiguous in
   *     Deeplearning4j's networks, of the parameter's shape in SameDiff
   * @param step which step it is, and the block's state
   */
  protected abstract void transform(INDArray gradient, Step step);

  /**
   * Changes the update in place: what Deeplearning4j will subtract from the parameters. Not called
   * if {@link #transform} has skipped the inner updater.
   *
   * @param update what the inner updater has made of the gradient, shaped like it
   * @param step as for {@link #transform}
   */
  protected void finish(INDArray update, Step step) {
    // as it is, unless overridden
  }

  /**
   * The arrays that are remembered from step to step, each with one value for every parameter.
   *
   * @return different names, in the order in which the arrays are saved; none unless overridden
   */
  protected List<String> stateNames() {
    return List.of();
  }

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
    Preconditions.checkArgument(numParams >= 0, "numParams must be >= 0, got %s", numParams);
    return stateNames().size() * numParams + inner.stateSize(numParams);
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      @Nullable INDArray viewArray, boolean initializeViewArray) {
    return RunningWrapper.of(this, viewArray, initializeViewArray);
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    return RunningWrapper.of(this, updaterState, initializeStateArrays);
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
    Preconditions.checkArgument(
        lrSchedule != null || (lr >= 0 && Double.isFinite(lr)),
        "lr must be finite and >= 0 where there is no schedule, got %s",
        lr);
    inner.setLrAndSchedule(lr, lrSchedule);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return Fields.equal(this, other);
  }

  @Override
  public int hashCode() {
    return Fields.hash(this);
  }

  @Override
  public String toString() {
    return Fields.text(this);
  }

  /** One step of one block of parameters. */
  protected static final class Step {

    private final UpdaterWrapper config;
    private final Map<String, INDArray> state;
    private final int iteration;
    private final int epoch;
    private boolean innerSkipped;

    Step(UpdaterWrapper config, Map<String, INDArray> state, int iteration, int epoch) {
      this.config = config;
      this.state = state;
      this.iteration = iteration;
      this.epoch = epoch;
    }

    /**
     * One of the arrays of {@link UpdaterWrapper#stateNames}.
     *
     * @param name its name
     * @return array of the gradient's type, shape and order, zeros at first; what is written into
     *     it is there in the next step
     * @throws IllegalArgumentException if there is none of that name
     */
    public INDArray state(String name) {
      INDArray values = state.get(name);
      if (values == null) {
        throw new IllegalArgumentException(
            "name must be one of " + state.keySet() + ", got " + name);
      }
      return values;
    }

    /**
     * Runs a loop over the gradient and the whole state in one pass.
     *
     * @param loop gets the gradient as array 0, then the state's arrays in the order of their names
     * @param gradient the gradient
     */
    public void run(Elementwise.Loop loop, INDArray gradient) {
      INDArray[] arrays = new INDArray[state.size() + 1];
      int next = 0;
      arrays[next++] = gradient;
      for (INDArray values : state.values()) {
        arrays[next++] = values;
      }
      Elementwise.run(loop, arrays);
    }

    /**
     * The learning rate of this step.
     *
     * @return the inner updater's
     */
    public double learningRate() {
      return config.getLearningRate(iteration, epoch);
    }

    /**
     * Number of updates so far, from 0.
     *
     * @return the iteration
     */
    public int iteration() {
      return iteration;
    }

    /**
     * Number of epochs so far, from 0.
     *
     * @return the epoch
     */
    public int epoch() {
      return epoch;
    }

    /** Leaves the inner updater and its state alone: the gradient is the update as it is. */
    public void skipInner() {
      innerSkipped = true;
    }

    boolean isInnerSkipped() {
      return innerSkipped;
    }
  }
}
