package io.github.dl4jx.updaters.wrapper;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Base of the updater wrappers: changes the gradient in place, then runs the inner updater on it.
 *
 * <pre>
 * g      = transform(g, state, iteration, epoch)
 * update = inner(g)
 * </pre>
 *
 * <p>The learning rate is the inner updater's. A subclass adds its own settings as final fields
 * read by a JSON constructor, extends {@link #equals} by them and implements {@link #transform} and
 * {@link #clone}. If it overrides {@link #stateValues}, the state of a block of n parameters is
 * laid out as {@code [own values: n, n, ..][inner's: n, n, ..]}, which Deeplearning4j saves,
 * restores and regroups like its own updaters' state.
 *
 * <p>Wrappers nest, and the order matters: {@code A.around(B.around(inner))} changes the gradient
 * by A first, and hands the result to B.
 */
public abstract class UpdaterWrapper implements IUpdater {

  private static final String OWN_STATE = "own";
  private static final String INNER_STATE = "inner.";

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
   * @param step which step it is, and the block's state
   */
  protected abstract void transform(INDArray gradient, Step step);

  /**
   * How many values of its own the wrapper keeps for every parameter.
   *
   * @return 0, unless overridden by 1
   */
  protected int stateValues() {
    return 0;
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
    return stateValues() * numParams + inner.stateSize(numParams);
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      @Nullable INDArray viewArray, boolean initializeViewArray) {
    if (stateValues() == 0) {
      return new Running(this, inner.instantiate(viewArray, initializeViewArray));
    }
    if (viewArray == null) {
      throw new IllegalArgumentException(this + " needs a state view array, got null");
    }
    Running running =
        new Running(
            this, inner.instantiate(innerPart(viewArray.reshape(viewArray.length())), false));
    running.setStateViewArray(
        viewArray, new long[] {ownLength(viewArray)}, 'c', initializeViewArray);
    return running;
  }

  @Override
  public final GradientUpdater<UpdaterWrapper> instantiate(
      Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    Running running =
        new Running(
            this,
            inner.instantiate(
                stateValues() == 0 ? updaterState : innerPart(updaterState),
                initializeStateArrays));
    if (stateValues() > 0) {
      running.setOwn(updaterState, initializeStateArrays);
    }
    return running;
  }

  private long ownLength(INDArray view) {
    return view.length() / stateSize(1);
  }

  /** The part of a flat state that is the inner updater's; null if it has none. */
  private @Nullable INDArray innerPart(INDArray flat) {
    return inner.stateSize(1) == 0
        ? null
        : flat.get(NDArrayIndex.interval(ownLength(flat), flat.length()));
  }

  private static Map<String, INDArray> innerPart(Map<String, INDArray> state) {
    Map<String, INDArray> part = new HashMap<>();
    state.forEach(
        (name, values) -> {
          if (name.startsWith(INNER_STATE)) {
            part.put(name.substring(INNER_STATE.length()), values);
          }
        });
    return part;
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

  /** One step of one block of parameters. */
  protected static final class Step {

    private final INDArray state;
    private final int iteration;
    private final int epoch;
    private boolean innerSkipped;

    private Step(INDArray state, int iteration, int epoch) {
      this.state = state;
      this.iteration = iteration;
      this.epoch = epoch;
    }

    /**
     * The wrapper's own value of every parameter.
     *
     * @return array of the gradient's type, shape and order, zeros at first; empty if {@link
     *     UpdaterWrapper#stateValues} is 0
     */
    public INDArray state() {
      return state;
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
  }

  /** What Deeplearning4j holds while it trains: one for each block of parameters. */
  private static final class Running implements GradientUpdater<UpdaterWrapper> {

    private final UpdaterWrapper config;
    private final GradientUpdater<?> inner;
    private INDArray own = Nd4j.empty();

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
      if (config.stateValues() == 0) {
        inner.setState(stateMap, initialize);
      } else {
        setOwn(stateMap, initialize);
        inner.setState(innerPart(stateMap), initialize);
      }
    }

    void setOwn(Map<String, INDArray> stateMap, boolean initialize) {
      INDArray values = stateMap.get(OWN_STATE);
      if (values == null) {
        throw new IllegalArgumentException(
            "the state of " + config + " must have the key own, got " + stateMap.keySet());
      }
      own = initialize ? values.assign(0) : values;
    }

    @Override
    public Map<String, INDArray> getState() {
      if (config.stateValues() == 0) {
        return inner.getState();
      }
      Map<String, INDArray> state = new HashMap<>();
      state.put(OWN_STATE, own);
      inner.getState().forEach((name, values) -> state.put(INNER_STATE + name, values));
      return state;
    }

    @Override
    public void setStateViewArray(
        INDArray viewArray, long[] gradientShape, char gradientOrder, boolean initialize) {
      if (config.stateValues() == 0) {
        inner.setStateViewArray(viewArray, gradientShape, gradientOrder, initialize);
        return;
      }
      INDArray flat = viewArray.reshape(viewArray.length());
      own =
          Shape.newShapeNoCopy(
              flat.get(NDArrayIndex.interval(0, config.ownLength(flat))),
              gradientShape,
              gradientOrder == 'f');
      if (initialize) {
        own.assign(0);
      }
      INDArray rest = config.innerPart(flat);
      if (rest != null) {
        inner.setStateViewArray(rest, gradientShape, gradientOrder, initialize);
      }
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      Step step = new Step(own, iteration, epoch);
      config.transform(gradient, step);
      if (!step.innerSkipped) {
        inner.applyUpdater(gradient, iteration, epoch);
      }
    }
  }
}
