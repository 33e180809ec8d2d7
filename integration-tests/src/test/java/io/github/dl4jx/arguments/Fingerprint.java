package io.github.dl4jx.arguments;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** What an object holds, as a text: two that are equal say that nothing was changed between. */
final class Fingerprint {

  private static final int DEEPEST = 6;

  private final StringBuilder text = new StringBuilder();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private Fingerprint() {}

  static String of(Object... objects) {
    Fingerprint fingerprint = new Fingerprint();
    for (Object object : objects) {
      fingerprint.add(object, 0);
      fingerprint.text.append('\n');
    }
    return fingerprint.text.toString();
  }

  private void add(Object object, int depth) {
    if (object == null
        || object instanceof Number
        || object instanceof Boolean
        || object instanceof CharSequence
        || object instanceof Enum
        || object instanceof File) {
      text.append(object);
    } else if (depth > DEEPEST || !seen.add(object)) {
      text.append("..");
    } else if (object instanceof INDArray array) {
      add(array);
    } else if (object instanceof DataSet data) {
      add(data.getFeatures(), depth + 1);
      add(data.getLabels(), depth + 1);
    } else if (object instanceof MultiLayerNetwork network) {
      text.append(network.getIterationCount()).append(' ').append(network.getEpochCount());
      add(network.params(), depth + 1);
    } else if (object instanceof ComputationGraph network) {
      text.append(network.getIterationCount()).append(' ').append(network.getEpochCount());
      add(network.params(), depth + 1);
    } else if (object instanceof Collection<?> collection) {
      collection.forEach(element -> add(element, depth + 1));
    } else if (object instanceof Map<?, ?> map) {
      new TreeMap<>(strings(map))
          .forEach(
              (key, value) -> {
                text.append(key).append('=');
                add(value, depth + 1);
              });
    } else if (object instanceof Optional<?> optional) {
      add(optional.orElse(null), depth + 1);
    } else if (object.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(object); i++) {
        add(Array.get(object, i), depth + 1);
        text.append(' ');
      }
    } else if (object.getClass().getName().startsWith("io.github.dl4jx")
        && !object.getClass().isHidden()) {
      addFields(object, depth);
    }
  }

  private static Map<String, Object> strings(Map<?, ?> map) {
    Map<String, Object> result = new TreeMap<>();
    map.forEach((key, value) -> result.put(String.valueOf(key), value));
    return result;
  }

  private void add(INDArray array) {
    if (array.wasClosed()) {
      text.append("closed");
    } else {
      text.append(array.isEmpty() ? "empty" : array.shapeInfoToString() + array.toStringFull());
    }
  }

  private void addFields(Object object, int depth) {
    for (Class<?> c = object.getClass();
        c != null && c.getName().startsWith("io.github.dl4jx");
        c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
          field.setAccessible(true);
          text.append(field.getName()).append(':');
          try {
            add(field.get(object), depth + 1);
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
          }
          text.append(' ');
        }
      }
    }
  }
}
