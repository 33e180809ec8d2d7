package io.github.dl4jx.training.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.type.TypeFactory;

/**
 * Limits for reading a file: which classes its configuration may name, and how much memory it may
 * take.
 *
 * <ul>
 *   <li>Classes: those of Deeplearning4j 1.0.0-M2.1, ND4J and this library that belong in a
 *       configuration (layers, vertices, updaters, dropouts, schedules, activations, losses and so
 *       on), each by its exact name. {@link #allowing} adds the user's own.
 *   <li>Memory: {@code 64 MiB + 20 s} for a file of s bytes, all of its parts together. Weights
 *       hardly get smaller when they are compressed; what grows more is refused. {@link #atMost}
 *       sets another limit.
 * </ul>
 *
 * <pre>{@code
 * LoadPolicy policy = LoadPolicy.standard().allowing(MyLayer.class).atMost(8L << 30);
 * Model network = ModelFiles.read(file, Network.Kind.MULTI_LAYER_NETWORK, policy);
 * }</pre>
 *
 * <p>Immutable: each method returns a new policy.
 */
public final class LoadPolicy {

  private static final String LISTS = "META-INF/dl4jx/configuration-classes.txt";
  private static final long FREE_BYTES = 64L << 20;
  private static final long MOST_RATIO = 20;

  private static final LoadPolicy STANDARD = new LoadPolicy(Map.of(), 0);

  private final Map<String, Class<?>> further;

  /** In bytes, or 0 for what the file's size allows. */
  private final long most;

  /** Remembers the classes that it has looked up; made when it is needed. */
  private @Nullable ObjectMapper mapper;

  private LoadPolicy(Map<String, Class<?>> further, long most) {
    this.further = further;
    this.most = most;
  }

  /**
   * {@return the default policy: the classes of Deeplearning4j and this library, and memory by the
   * size of the file}
   */
  public static LoadPolicy standard() {
    return STANDARD;
  }

  /**
   * Allows further classes. Creating their objects runs their code: allow only what you wrote or
   * trust.
   *
   * @param classes the user's own layers, vertices, updaters, losses and so on
   * @return a policy that allows them, too
   * @throws IllegalArgumentException if one is null, an interface, an array or a primitive type
   */
  public LoadPolicy allowing(Class<?>... classes) {
    Preconditions.checkArgument(classes != null, "classes must not be null");
    Map<String, Class<?>> all = new HashMap<>(further);
    for (Class<?> type : classes) {
      Preconditions.checkArgument(
          type != null && !type.isPrimitive() && !type.isArray() && !type.isInterface(),
          "classes must be classes that objects can be made of, got %s",
          type);
      all.put(type.getName(), type);
    }
    return new LoadPolicy(all, most);
  }

  /**
   * {@return a policy with another limit of memory, whatever the size of the file}
   *
   * @param bytes how much all parts of a file may take together, at least 1
   * @throws IllegalArgumentException if bytes is below 1
   */
  public LoadPolicy atMost(long bytes) {
    Preconditions.checkArgument(bytes >= 1, "bytes must be >= 1, got %s", bytes);
    return new LoadPolicy(further, bytes);
  }

  /**
   * {@return a policy that also allows the classes that a configuration of this program names}
   *
   * @param json the result of {@code toJson()} of this program's configuration, never the text of a
   *     file
   * @param kind {@code MultiLayerNetwork} or {@code ComputationGraph}, whichever it configures
   * @throws IllegalArgumentException if it cannot be read
   */
  public LoadPolicy allowingClassesIn(String json, Class<? extends Model> kind) {
    Preconditions.checkArgument(json != null, "json must not be null");
    Set<Class<?>> named = new HashSet<>();
    try {
      SavedConfiguration.parse(
          json,
          kind,
          TypeIds.mapper(
              name -> {
                Class<?> type = TypeFactory.defaultInstance().findClass(name);
                named.add(type);
                return type;
              }));
    } catch (IOException e) {
      throw new IllegalArgumentException("json must be a configuration: " + e.getMessage(), e);
    }
    return allowing(named.toArray(new Class<?>[0]));
  }

  /**
   * {@return a new budget of the memory for one file}
   *
   * @param fileBytes size of the file, at least 0
   * @throws IllegalArgumentException if fileBytes is below 0
   */
  public MemoryBudget budget(long fileBytes) {
    Preconditions.checkArgument(fileBytes >= 0, "fileBytes must be >= 0, got %s", fileBytes);
    return new MemoryBudget(
        most > 0 ? most : FREE_BYTES + MOST_RATIO * Math.min(fileBytes, Long.MAX_VALUE >> 8));
  }

  /**
   * The class of an exact name, not initialized, or null if it is not allowed.
   *
   * @throws ClassNotFoundException if it is allowed, but not on the class path
   */
  @Nullable Class<?> find(String name) throws ClassNotFoundException {
    Class<?> own = further.get(name);
    if (own != null) {
      return own;
    }
    return Lists.NAMES.contains(name)
        ? Class.forName(name, false, LoadPolicy.class.getClassLoader())
        : null;
  }

  /** For configurations of either kind; Jackson's mappers are slow to make and safe to share. */
  synchronized ObjectMapper mapper() {
    if (mapper == null) {
      mapper = TypeIds.mapper(this::find);
    }
    return mapper;
  }

  @Override
  public String toString() {
    return "LoadPolicy(further classes "
        + new TreeSet<>(further.keySet())
        + ", at most "
        + (most > 0 ? most + " bytes" : "64 MiB + 20 times the file")
        + ")";
  }

  /** The lists of the modules that are on the class path. */
  private static final class Lists {

    static final Set<String> NAMES = read();

    private static Set<String> read() {
      Set<String> names = new TreeSet<>();
      Predicate<String> isName = line -> !line.isEmpty() && !line.startsWith("#");
      try {
        Enumeration<URL> lists = LoadPolicy.class.getClassLoader().getResources(LISTS);
        while (lists.hasMoreElements()) {
          try (InputStream in = lists.nextElement().openStream();
              BufferedReader lines =
                  new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            names.addAll(lines.lines().filter(isName).collect(Collectors.toList()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the list " + LISTS + " cannot be read", e);
      }
      return names;
    }
  }
}
