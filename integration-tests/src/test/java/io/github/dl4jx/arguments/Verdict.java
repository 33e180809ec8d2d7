package io.github.dl4jx.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with how a call with a bad value ended. */
final class Verdict {

  /** What the Javadoc names; other exceptions come from code that did not expect the value. */
  private static final Set<Class<?>> ALLOWED =
      Set.of(
          IllegalArgumentException.class,
          IllegalStateException.class,
          UnsupportedOperationException.class,
          NoSuchElementException.class,
          UncheckedIOException.class);

  /** What says nothing to a user, as a cause neither. */
  private static final Set<Class<?>> BARE =
      Set.of(
          NullPointerException.class,
          ArrayIndexOutOfBoundsException.class,
          IndexOutOfBoundsException.class,
          ClassCastException.class,
          NegativeArraySizeException.class,
          NumberFormatException.class);

  /** Words that messages have for a parameter of a name, too. */
  private static final List<Set<String>> SYNONYMS =
      List.of(
          Set.of("model", "network", "networks", "graph", "member"),
          Set.of(
              "data",
              "validation",
              "training",
              "examples",
              "labels",
              "features",
              "batch",
              "inputs",
              "probabilities"),
          Set.of("outputs", "probabilities"),
          Set.of("output", "labels", "probabilities", "mask", "rows"),
          Set.of("name", "rule"),
          Set.of("json", "configuration"),
          Set.of("right", "predictions"),
          Set.of("file", "folder", "target", "path", "/"));

  private static final Set<String> ZERO_OR_HUGE =
      Set.of("0", "0.0", "2147483647", "9223372036854775807", "1.7976931348623157E308");

  private Verdict() {}

  /** A sentence, or null if nothing is wrong. */
  static String of(
      PublicApi.Callable callable, Parameter parameter, Bad.Value value, Calls.Outcome outcome) {
    Throwable thrown = outcome.thrown();
    if (thrown == null) {
      return acceptable(parameter, value) ? null : "accepted";
    }
    if (outcome.changed()) {
      return "left changed after " + thrown;
    }
    if (!ALLOWED.contains(thrown.getClass()) && !(thrown instanceof IOException)) {
      return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    }
    for (Throwable t = thrown.getCause(); t != null; t = t.getCause()) {
      if (BARE.contains(t.getClass())) {
        return "because of " + t;
      }
    }
    String from = thrownBy(thrown);
    if (!from.startsWith("io.github.dl4jx.") && !(thrown instanceof IOException)) {
      return "leaks from " + from + ": " + thrown.getMessage();
    }
    if (!isNamed(callable, parameter, thrown.getMessage())) {
      return "does not name the parameter: " + thrown.getMessage();
    }
    boolean shown =
        !parameter.getType().isPrimitive() || thrown.getMessage().contains(value.name());
    return shown ? null : "does not show the value: " + thrown.getMessage();
  }

  private static boolean acceptable(Parameter parameter, Bad.Value value) {
    return ZERO_OR_HUGE.contains(value.name())
        || (value.name().equals("null") && isNullable(parameter));
  }

  private static boolean isNullable(Parameter parameter) {
    return Arrays.stream(parameter.getAnnotatedType().getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }

  private static String thrownBy(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(name -> !name.startsWith("org.nd4j.common.base.Preconditions"))
        .filter(
            name ->
                !name.startsWith("java.") && !name.startsWith("sun.") && !name.startsWith("jdk."))
        .findFirst()
        .orElse("?");
  }

  /** Whether the message has a word of the parameter's name, or of the setting's. */
  private static boolean isNamed(
      PublicApi.Callable callable, Parameter parameter, @Nullable String message) {
    if (message == null || message.isBlank()) {
      return false;
    }
    String text = message.toLowerCase(Locale.ROOT);
    Set<String> words = new HashSet<>();
    for (String name : List.of(parameter.getName(), callable.executable().getName())) {
      words.addAll(List.of(name.split("(?=[A-Z])")));
    }
    for (Set<String> synonyms : SYNONYMS) {
      if (synonyms.contains(parameter.getName())) {
        words.addAll(synonyms);
      }
    }
    return words.stream()
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(
            word ->
                text.startsWith(word + " ")
                    || (word.length() > 3 && text.contains(word.replaceAll("s$", "")))
                    || (word.equals("/") && text.contains(word))
                    || Arrays.asList(text.split("\\W+")).contains(word));
  }
}
