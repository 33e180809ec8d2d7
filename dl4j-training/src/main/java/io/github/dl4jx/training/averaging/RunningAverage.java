package io.github.dl4jx.training.averaging;

import io.github.dl4jx.random.MovingAverage;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An average of parameter vectors off the heap, and how many updates it has had. */
final class RunningAverage implements AutoCloseable {

  private static final String UPDATES = "updates";

  private final AveragingRule rule;
  private @Nullable INDArray values;
  private long updates;

  RunningAverage(AveragingRule rule) {
    this.rule = rule;
  }

  void update(INDArray parameters) {
    if (values == null) {
      values = copy(parameters, type(parameters));
    } else {
      checkLength(values, parameters);
      MovingAverage.update(values, parameters, rule.weight(updates));
    }
    updates++;
  }

  private DataType type(INDArray parameters) {
    boolean wide = rule.inDouble() || parameters.dataType() == DataType.DOUBLE;
    return wide ? DataType.DOUBLE : DataType.FLOAT;
  }

  long updates() {
    return updates;
  }

  boolean isEmpty() {
    return values == null;
  }

  void checkNotEmpty() {
    if (values == null) {
      throw new IllegalStateException(
          "nothing was averaged yet: add the listener with net.setListeners(..) and fit first, until "
              + rule.kind()
              + " has its first update");
    }
  }

  /**
   * Checks that a network of some parameters can have the average.
   *
   * @throws IllegalStateException if nothing was averaged yet
   * @throws IllegalArgumentException if there are more or fewer parameters than were averaged
   */
  void checkFits(INDArray parameters) {
    checkNotEmpty();
    checkLength(Objects.requireNonNull(values), parameters);
  }

  /**
   * Overwrites a network's parameters, and applies its constraints: Deeplearning4j does so after
   * its listeners, so that the average may be outside of them.
   */
  void writeTo(Model model) {
    Network net = Network.of(model);
    model.params().assign(Objects.requireNonNull(values));
    model.applyConstraints(net.iteration(), net.epoch());
  }

  ListenerState state() {
    return new ListenerState(
        rule.kind(),
        Map.of(UPDATES, String.valueOf(updates)),
        values == null ? List.of() : List.of(values));
  }

  /** Refuses a state that is not one of this rule's for a network of these parameters. */
  void check(INDArray parameters, ListenerState state) {
    long restored = Arguments.notNull("state", state).count(UPDATES);
    Preconditions.checkArgument(
        state.arrays().size() == Math.min(restored, 1),
        "%s must have one array, and none without updates, got %s and %s updates",
        state,
        state.arrays().size(),
        restored);
    for (INDArray array : state.arrays()) {
      DataType type = type(parameters);
      Preconditions.checkArgument(
          array.dataType() == type, "%s must be %s, got %s", state, type, array.dataType());
      checkLength(array, parameters);
    }
  }

  /** Takes a state that was checked, and its arrays. */
  void restore(ListenerState state) {
    close();
    values = state.arrays().isEmpty() ? null : state.arrays().get(0);
    updates = state.count(UPDATES);
  }

  @Override
  public void close() {
    updates = 0;
    if (values != null) {
      values.close();
      values = null;
    }
  }

  static INDArray copy(INDArray array, DataType type) {
    return Nd4j.createUninitializedDetached(type, array.length()).assign(array);
  }

  private static void checkLength(INDArray average, INDArray parameters) {
    Preconditions.checkArgument(
        average.length() == parameters.length(),
        "the listener averages a network of %s parameters, got one of %s: use one listener a network",
        average.length(),
        parameters.length());
  }
}
