package io.github.dl4jx.tuning.space;

import io.github.dl4jx.random.internal.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** One of some options; in files each is its text. */
final class ChoiceDomain<T> extends Domain<T> {

  private final List<T> options;
  private final List<String> texts;

  ChoiceDomain(List<T> options) {
    this.options = options;
    this.texts = options.stream().map(String::valueOf).collect(Collectors.toList());
  }

  /** A choice of options that have different texts, of their own. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is read only
  static <T> ChoiceDomain<T> of(T... options) {
    Arguments.noneNull("options", options);
    Preconditions.checkArgument(options.length > 0, "options must have at least 1, got none");
    Set<String> texts = new HashSet<>();
    for (T option : options) {
      String text = String.valueOf(option);
      String unnamed =
          option.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(option));
      Preconditions.checkArgument(
          !text.equals(unnamed), "options must have a toString() of their own, got %s", text);
      Preconditions.checkArgument(
          texts.add(text), "options must have different texts, got %s twice", text);
    }
    return new ChoiceDomain<>(List.of(options));
  }

  @Override
  double low() {
    return 0;
  }

  @Override
  double high() {
    return options.size() - 1.0;
  }

  @Override
  long size() {
    return options.size();
  }

  @Override
  int options() {
    return options.size();
  }

  @Override
  T value(double coordinate) {
    return options.get((int) Math.min(options.size() - 1, Math.max(0, Math.rint(coordinate))));
  }

  @Override
  double coordinate(T value) {
    return options.indexOf(value);
  }

  @Override
  double coordinateAt(long index) {
    return index;
  }

  @Override
  @Nullable String problem(@Nullable Object value) {
    return value != null && options.contains(value) ? null : "one of " + texts;
  }

  @Override
  ChoiceDomain<T> around(double[] coordinates) {
    List<T> kept = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      double option = i;
      if (Arrays.stream(coordinates).anyMatch(coordinate -> coordinate == option)) {
        kept.add(options.get(i));
      }
    }
    return new ChoiceDomain<>(kept);
  }

  @Override
  void write(ObjectNode to, String name, T value) {
    if (value instanceof Boolean) {
      to.put(name, (Boolean) value);
    } else {
      to.put(name, String.valueOf(value));
    }
  }

  @Override
  @Nullable Object read(JsonNode value) {
    int index = value.isTextual() || value.isBoolean() ? texts.indexOf(value.asText()) : -1;
    return index < 0 ? null : options.get(index);
  }

  @Override
  void describe(ObjectNode to) {
    ArrayNode all = to.put("kind", "choice").putArray("options");
    texts.forEach(all::add);
  }
}
