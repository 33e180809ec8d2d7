package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.updaters.internal.VectorizedUpdater;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper.Step;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * What Deeplearning4j holds while it trains: one for each block of parameters.
 *
 * <p>A wrapper without state of its own hands all state to the inner updater as it is. In a map,
 * the inner updater's arrays have the prefix {@code inner.} beside the wrapper's.
 */
final class RunningWrapper implements GradientUpdater<UpdaterWrapper> {

  private static final String INNER_STATE = "inner.";

  private final UpdaterWrapper config;
  private final GradientUpdater<?> inner;
  private final List<String> names;
  private final Map<String, INDArray> own = new LinkedHashMap<>(); // in the order of the names

  private RunningWrapper(UpdaterWrapper config, GradientUpdater<?> inner) {
    this.config = config;
    this.inner = VectorizedUpdater.of(inner);
    this.names = config.stateNames();
  }

  static RunningWrapper of(UpdaterWrapper config, @Nullable INDArray view, boolean initialize) {
    List<String> names = config.stateNames();
    if (names.isEmpty()) {
      return new RunningWrapper(config, config.inner().instantiate(view, initialize));
    }
    Preconditions.checkState(
        names.stream().distinct().count() == names.size(),
        "stateNames must be different, got %s",
        names);
    if (view == null) {
      throw new IllegalArgumentException(config + " needs a state view array, got null");
    }
    INDArray flat = view.reshape(view.length());
    RunningWrapper running =
        new RunningWrapper(config, config.inner().instantiate(innerPart(config, flat), false));
    running.setStateViewArray(view, new long[] {parameters(config, flat)}, 'c', initialize);
    return running;
  }

  static RunningWrapper of(UpdaterWrapper config, Map<String, INDArray> state, boolean initialize) {
    boolean stateless = config.stateNames().isEmpty();
    RunningWrapper running =
        new RunningWrapper(
            config, config.inner().instantiate(stateless ? state : innerPart(state), initialize));
    running.setOwn(state, initialize);
    return running;
  }

  private static long parameters(UpdaterWrapper config, INDArray flat) {
    return flat.length() / config.stateSize(1);
  }

  /** The part of a flat state that is the inner updater's; null if it has none. */
  private static @Nullable INDArray innerPart(UpdaterWrapper config, INDArray flat) {
    return config.inner().stateSize(1) == 0
        ? null
        : flat.get(
            NDArrayIndex.interval(
                config.stateNames().size() * parameters(config, flat), flat.length()));
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
  public UpdaterWrapper getConfig() {
    return config;
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    setOwn(state, initialize);
    inner.setState(names.isEmpty() ? state : innerPart(state), initialize);
  }

  private void setOwn(Map<String, INDArray> state, boolean initialize) {
    Map<String, INDArray> given = new LinkedHashMap<>();
    for (String name : names) {
      INDArray values = state.get(name);
      if (values == null) {
        throw new IllegalArgumentException(
            "the state of " + config + " must have the keys " + names + ", got " + state.keySet());
      }
      given.put(name, values);
    }
    given.forEach((name, values) -> own.put(name, initialize ? values.assign(0) : values));
  }

  @Override
  public Map<String, INDArray> getState() {
    if (names.isEmpty()) {
      return inner.getState();
    }
    Map<String, INDArray> state = new HashMap<>(own);
    inner.getState().forEach((name, values) -> state.put(INNER_STATE + name, values));
    return state;
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
    if (names.isEmpty()) {
      inner.setStateViewArray(view, gradientShape, gradientOrder, initialize);
      return;
    }
    INDArray flat = view.reshape(view.length());
    long n = parameters(config, flat);
    for (int i = 0; i < names.size(); i++) {
      INDArray values = flat.get(NDArrayIndex.interval(i * n, (i + 1) * n));
      if (initialize) {
        values.assign(0);
      }
      own.put(names.get(i), Shape.newShapeNoCopy(values, gradientShape, gradientOrder == 'f'));
    }
    INDArray rest = innerPart(config, flat);
    if (rest != null) {
      inner.setStateViewArray(rest, gradientShape, gradientOrder, initialize);
    }
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    Step step = new Step(config, own, iteration, epoch);
    config.transform(gradient, step);
    if (!step.isInnerSkipped()) {
      inner.applyUpdater(gradient, iteration, epoch);
      config.finish(gradient, step);
    }
  }
}
