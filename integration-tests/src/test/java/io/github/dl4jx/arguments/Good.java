package io.github.dl4jx.arguments;

import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The table of good values: by {@code Class#method:parameter}, {@code #method:parameter}, {@code
 * Class:parameter}, {@code Type:parameter} or {@code Type}, the first that is there. A new type
 * joins by a row.
 */
final class Good {

  private final Map<String, Function<World, ?>> values = new HashMap<>();
  private final Map<String, Function<World, ?>> instances = new HashMap<>();

  /** A good value. */
  Good value(String key, Function<World, ?> maker) {
    values.put(key, maker);
    return this;
  }

  /** An object to call methods of, by {@code Class#method(..)} or {@code Class}. */
  Good instance(String key, Function<World, ?> maker) {
    instances.put(key, maker);
    return this;
  }

  Object valueOf(PublicApi.Callable callable, Parameter parameter, World world) {
    String type = PublicApi.name(callable.type());
    String simple = parameter.getType().getSimpleName();
    String method = callable.id().replaceAll(".*#|\\(.*", "");
    String name = parameter.getName();
    for (String key :
        new String[] {
          callable.id() + ":" + name,
          type + "#" + method + ":" + name,
          (Modifier.isPublic(callable.executable().getModifiers()) ? "#" + method : "json")
              + ":"
              + name,
          type + ":" + name,
          simple + ":" + name,
          simple
        }) {
      if (values.containsKey(key)) {
        return values.get(key).apply(world);
      }
    }
    throw new IllegalStateException(
        "no good value for " + callable.id() + ", " + simple + " " + name + ": add a row");
  }

  Object instanceFor(PublicApi.Callable callable, World world) {
    for (String key : new String[] {callable.id(), PublicApi.name(callable.type())}) {
      if (instances.containsKey(key)) {
        return instances.get(key).apply(world);
      }
    }
    throw new IllegalStateException("no instance for " + callable.id() + ": add a row");
  }
}
