package io.github.dl4jx.random.internal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Equality, hash code and text of a configuration by its settings: all fields, inherited ones too,
 * except static and transient ones. Deeplearning4j's JSON saves the same fields: a configuration
 * that lost a setting on the way is not equal to the one that was saved.
 */
public final class Fields {

  private static final ClassValue<List<Field>> SETTINGS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          Class<?> parent = type.getSuperclass();
          List<Field> settings = new ArrayList<>(parent == null ? List.of() : get(parent));
          for (Field field : type.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            if (!Modifier.isStatic(modifiers)
                && !Modifier.isTransient(modifiers)
                && !field.isSynthetic()) {
              field.setAccessible(true);
              settings.add(field);
            }
          }
          return settings;
        }
      };

  private Fields() {}

  private static @Nullable Object[] values(Object configuration) {
    return SETTINGS.get(configuration.getClass()).stream()
        .map(field -> value(field, configuration))
        .toArray();
  }

  private static @Nullable Object value(Field field, Object configuration) {
    try {
      return field.get(configuration);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " cannot be read", e);
    }
  }

  /**
   * Whether two configurations are of one class and have equal settings.
   *
   * @param configuration one
   * @param other the other, or anything else
   * @return true if they are; numbers are compared like {@code Double.compare}
   */
  public static boolean equal(Object configuration, @Nullable Object other) {
    return other != null
        && configuration.getClass() == other.getClass()
        && Arrays.deepEquals(values(configuration), values(other));
  }

  /**
   * A hash code consistent with {@link #equal}.
   *
   * @param configuration what is hashed
   * @return hash code of its class's name and its settings
   */
  public static int hash(Object configuration) {
    return 31 * configuration.getClass().getName().hashCode()
        + Arrays.deepHashCode(values(configuration));
  }

  /**
   * The settings by name, such as {@code Signum(inner=Sgd(..), beta=0.9)}.
   *
   * @param configuration what is described
   * @return its class's simple name and its settings
   */
  public static String text(Object configuration) {
    List<String> settings = new ArrayList<>();
    for (Field field : SETTINGS.get(configuration.getClass())) {
      settings.add(field.getName() + "=" + Objects.toString(value(field, configuration)));
    }
    return configuration.getClass().getSimpleName() + "(" + String.join(", ", settings) + ")";
  }
}
