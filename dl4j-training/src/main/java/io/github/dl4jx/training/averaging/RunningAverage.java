package io.github.dl4jx.training.averaging;

import io.github.dl4jx.random.HeapAverage;
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

/**
 * An average of parameter vectors, off the heap unless they are few, and how many updates it has
 * had.
 */
final class RunningAverage implements AutoCloseable {

  private static final String UPDATES = "updates";

  private final AveragingRule rule;

  /** The average of few parameters in float; else null. */
  private @Nullable HeapAverage few;

  /** Any other; or null. */
  private @Nullable INDArray values;

  private long length;
  private long updates;

  RunningAverage(AveragingRule rule) {
    this.rule = rule;
  }

  void update(INDArray parameters) {
    if (isEmpty()) {
      length = parameters.length();
      few = few(parameters, type(parameters));
      values = few != null ? null : copy(parameters, type(parameters));
    } else {
      checkLength(length, parameters);
      if (few != null) {
        few.update(parameters, rule.weight(updates));
      } else if (values != null) {
        MovingAverage.update(values, parameters, rule.weight(updates));
      }
    }
    updates++;
  }

  private static @Nullable HeapAverage few(INDArray first, DataType type) {
    boolean fits = type == DataType.FLOAT && first.length() <= HeapAverage.MAX_LENGTH;
    return fits ? new HeapAverage(first) : null;
  }

  private DataType type(INDArray parameters) {
    boolean wide = rule.inDouble() || parameters.dataType() == DataType.DOUBLE;
    return wide ? DataType.DOUBLE : DataType.FLOAT;
  }

  long updates() {
    return updates;
  }

  boolean isEmpty() {
    return few == null && values == null;
  }

  void checkNotEmpty() {
    if (isEmpty()) {
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
    checkLength(length, parameters);
  }

  /**
   * Overwrites a network's parameters, and applies its constraints: Deeplearning4j does so after
   * its listeners, so that the average may be outside of them.
   */
  void writeTo(Model model) {
    Network net = Network.of(model);
    INDArray average = array();
    model.params().assign(average);
    if (few != null) {
      average.close();
    }
    model.applyConstraints(net.iteration(), net.epoch());
  }

  ListenerState state() {
    return new ListenerState(
        rule.kind(),
        Map.of(UPDATES, String.valueOf(updates)),
        isEmpty() ? List.of() : List.of(array()));
  }

  /** The average; a copy if it is of few parameters. */
  private INDArray array() {
    if (few == null) {
      return Objects.requireNonNull(values);
    }
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, length);
    few.copyTo(array);
    return array;
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
      checkLength(array.length(), parameters);
    }
  }

  /** Takes a state that was checked, and its arrays. */
  void restore(ListenerState state) {
    close();
    if (!state.arrays().isEmpty()) {
      INDArray array = state.arrays().get(0);
      length = array.length();
      few = few(array, array.dataType());
      values = few != null ? null : array;
    }
    updates = state.count(UPDATES);
  }

  @Override
  public void close() {
    updates = 0;
    few = null;
    if (values != null) {
      values.close();
      values = null;
    }
  }

  static INDArray copy(INDArray array, DataType type) {
    return Nd4j.createUninitializedDetached(type, array.length()).assign(array);
  }

  private static void checkLength(long averaged, INDArray parameters) {
    Preconditions.checkArgument(
        averaged == parameters.length(),
        "the listener averages a network of %s parameters, got one of %s: use one listener a network",
        averaged,
        parameters.length());
  }
}
