package io.github.dl4jx.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What can be called of the published modules: found in their class files, not in a list. */
final class PublicApi {

  private static final String PACKAGE = "io.github.dl4jx";

  private PublicApi() {}

  /** A constructor or method, called on an object of a type. */
  record Callable(Class<?> type, Executable executable) {

    /** Such as {@code Bagging#fit(DataSetIterator, int)}. */
    String id() {
      return name(type)
          + "#"
          + (executable instanceof Constructor ? "new" : executable.getName())
          + Arrays.stream(executable.getParameterTypes())
              .map(Class::getSimpleName)
              .collect(Collectors.joining(", ", "(", ")"));
    }

    boolean needsInstance() {
      return executable instanceof Method && !Modifier.isStatic(executable.getModifiers());
    }
  }

  /** With the outer class's name, but without the package. */
  static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }

  /** All of the module that a class is from. */
  static List<Callable> ofModule(Class<?> anyClass) {
    return classes(anyClass).stream()
        .filter(PublicApi::isPublic)
        .flatMap(type -> callables(type).stream())
        .collect(Collectors.toList());
  }

  private static List<Callable> callables(Class<?> type) {
    Map<String, Callable> found = new TreeMap<>();
    if (!Modifier.isAbstract(type.getModifiers())) {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (Modifier.isPublic(constructor.getModifiers()) || isForJson(constructor)) {
          add(found, new Callable(type, constructor));
        }
      }
    }
    // inherited ones, too, of classes that are not public
    for (Class<?> c = type; c != null && c.getName().startsWith(PACKAGE); c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (isCallable(type, method)) {
          add(found, new Callable(type, method));
        }
      }
      for (Class<?> inherited : c.getInterfaces()) {
        if (inherited.getName().startsWith(PACKAGE)) {
          for (Method method : inherited.getDeclaredMethods()) {
            if (method.isDefault() && isCallable(type, method)) {
              add(found, new Callable(type, method));
            }
          }
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  private static void add(Map<String, Callable> found, Callable callable) {
    if (callable.executable.getParameterCount() > 0) {
      callable.executable.setAccessible(true);
      found.putIfAbsent(callable.id(), callable);
    }
  }

  private static boolean isCallable(Class<?> type, Method method) {
    int modifiers = method.getModifiers();
    boolean elsewhere = Modifier.isStatic(modifiers) && method.getDeclaringClass() != type;
    boolean abstractHere =
        Modifier.isAbstract(modifiers)
            || (Modifier.isAbstract(type.getModifiers()) && !Modifier.isStatic(modifiers));
    return Modifier.isPublic(modifiers) && !method.isSynthetic() && !elsewhere && !abstractHere;
  }

  /** Jackson calls it with what stands in a file. */
  private static boolean isForJson(Constructor<?> constructor) {
    return Arrays.stream(constructor.getParameters())
        .anyMatch(parameter -> parameter.isAnnotationPresent(JsonProperty.class));
  }

  private static boolean isPublic(Class<?> type) {
    boolean open = !type.isAnonymousClass() && !type.isSynthetic();
    for (Class<?> c = type; c != null; c = c.getDeclaringClass()) {
      open &= Modifier.isPublic(c.getModifiers());
    }
    return open && !type.getPackageName().contains(".internal");
  }

  private static List<Class<?>> classes(Class<?> anyClass) {
    CodeSource source = anyClass.getProtectionDomain().getCodeSource();
    try {
      Path root = Path.of(source.getLocation().toURI());
      if (Files.isDirectory(root)) {
        return classesUnder(root);
      }
      try (FileSystem jar = FileSystems.newFileSystem(root)) {
        return classesUnder(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Class<?>> classesUnder(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace('/', '.').replace('\\', '.'))
          .filter(name -> name.startsWith(PACKAGE) && name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .filter(name -> !name.endsWith("-info"))
          .sorted()
          .map(PublicApi::load)
          .collect(Collectors.toList());
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
