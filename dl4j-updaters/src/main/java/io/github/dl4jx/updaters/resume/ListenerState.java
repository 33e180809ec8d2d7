package io.github.dl4jx.updaters.resume;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The state of a {@link ResumableListener}. */
public final class ListenerState {

  private final String kind;
  private final Map<String, String> values;
  private final List<INDArray> arrays;

  /**
   * A state.
   *
   * @param kind the listener's class and settings: a state is restored into a listener of the same
   *     kind only
   * @param values named values, such as counters
   * @param arrays contiguous arrays of type FLOAT or DOUBLE
   */
  public ListenerState(String kind, Map<String, String> values, List<INDArray> arrays) {
    this.kind = kind;
    this.values = new TreeMap<>(values);
    this.arrays = List.copyOf(arrays);
  }

  /**
   * The listener's class and settings.
   *
   * @return the kind
   */
  public String kind() {
    return kind;
  }

  /**
   * The named values.
   *
   * @return the values, sorted by name
   */
  public Map<String, String> values() {
    return Map.copyOf(values);
  }

  /**
   * The arrays.
   *
   * @return the arrays, in their order
   */
  public List<INDArray> arrays() {
    return arrays;
  }
}
