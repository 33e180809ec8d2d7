package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The state of a {@link ResumableListener}. */
public final class ListenerState {

  private static final long MOST = 1L << 53;

  private final String kind;
  private final Map<String, String> values;
  private final List<INDArray> arrays;
  private final String origin;

  /**
   * A state.
   *
   * @param kind the listener's class and settings, not blank: a state is restored into a listener
   *     of the same kind only
   * @param values named values, such as counters
   * @param arrays vectors of a floating-point type: of other shapes a checkpoint would keep the
   *     numbers only
   * @throws IllegalArgumentException if one is null, or has nulls in it, the kind is blank, or an
   *     array is of another type or no vector
   */
  public ListenerState(String kind, Map<String, String> values, List<INDArray> arrays) {
    this(checkedKind(kind), checked(values), checked(arrays), "");
  }

  private static String checkedKind(String kind) {
    Preconditions.checkArgument(
        !Arguments.notNull("kind", kind).isBlank(), "kind must not be blank, got \"%s\"", kind);
    return kind;
  }

  private static Map<String, String> checked(Map<String, String> values) {
    Arguments.notNull("values", values)
        .forEach(
            (name, value) -> {
              Preconditions.checkArgument(name != null, "values must not have a name that is null");
              Preconditions.checkArgument(
                  value != null, "values must not be null, got %s=null", name);
            });
    return values;
  }

  private static List<INDArray> checked(List<INDArray> arrays) {
    for (INDArray array : Arguments.noneNull("arrays", arrays)) {
      Arguments.floatingPoint("arrays", array);
      Preconditions.checkArgument(
          Arrays.stream(array.shape()).filter(size -> size != 1).count() <= 1,
          "arrays must be vectors, got the shape %s: reshape it",
          Arrays.toString(array.shape()));
    }
    return arrays;
  }

  /**
   * A state from a file.
   *
   * @param origin the file, for messages
   */
  ListenerState(String kind, Map<String, String> values, List<INDArray> arrays, String origin) {
    this.kind = kind;
    this.values = new TreeMap<>(values);
    this.arrays = List.copyOf(arrays);
    this.origin = origin;
  }

  /** {@return the listener's class and settings} */
  public String kind() {
    return kind;
  }

  /** {@return the named values} */
  public Map<String, String> values() {
    return Map.copyOf(values);
  }

  /**
   * {@return a named value that must be a count, from 0 to 2^53, which no counter exceeds; it is
   * checked, as a state may come from an untrusted file}
   *
   * @param name its name
   * @throws IllegalArgumentException if it is missing or not such a number
   */
  public long count(String name) {
    String text = values.get(Arguments.notNull("name", name));
    if (text != null && text.matches("[0-9]{1,16}")) {
      long value = Long.parseLong(text);
      if (value <= MOST) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "the count " + name + " in " + this + " must be a number from 0 to 2^53, got " + text);
  }

  /** {@return the arrays, in their order} */
  public List<INDArray> arrays() {
    return arrays;
  }

  @Override
  public String toString() {
    return "the state of " + kind + origin;
  }
}
