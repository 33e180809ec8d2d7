package io.github.dl4jx.spark;

import io.github.dl4jx.training.openblas.OpenBlas;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The machine that ran a task, with all that the last bits of the result depend on: the number of
 * OpenMP threads, the kernels of OpenBLAS, the processor that it chooses them for unless the
 * environment variable {@code OPENBLAS_CORETYPE} names them, and the versions of ND4J.
 */
public final class Machine implements Serializable {

  private static final long serialVersionUID = 1;

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final List<String> CPU_FIELDS = List.of("vendor_id", "cpu family", "model");
  private static final List<String> VECTOR_FLAGS = List.of("avx512f", "avx2", "avx");

  /** Name of the machine. */
  private final String host;

  /** Spark's id of the process. */
  private final String executor;

  /** Number of the attempt. */
  private final int attempt;

  /** Number of OpenMP threads. */
  private final int openMpThreads;

  /** OpenBLAS's, and by what it chose them. */
  private final String kernels;

  /** Versions of ND4J, and the vector instructions of its binaries. */
  private final String software;

  Machine(
      String host,
      String executor,
      int attempt,
      int openMpThreads,
      String kernels,
      String software) {
    this.host = host;
    this.executor = executor;
    this.attempt = attempt;
    this.openMpThreads = openMpThreads;
    this.kernels = kernels;
    this.software = software;
  }

  /** {@return the machine that runs a task} */
  static Machine of(TaskContext task) {
    SparkEnv spark = SparkEnv.get();
    return new Machine(
        spark.blockManager().blockManagerId().host(),
        spark.executorId(),
        task.attemptNumber(),
        Nd4j.factory().blas().getMaxThreads(),
        kernelsHere(),
        softwareHere());
  }

  /** {@return versions of ND4J, and the vector instructions of its binaries} */
  static String softwareHere() {
    Nd4j.factory(); // the native operations cannot be loaded before it
    int level = NativeOpsHolder.getInstance().getDeviceNativeOps().binaryLevel();
    return version("org.nd4j", "nd4j-api")
        + ", "
        + version("org.deeplearning4j", "deeplearning4j-nn")
        + ", binaries of level "
        + level;
  }

  /** What Maven has written into a jar; nothing of it is left in some jars that hold others. */
  private static String version(String group, String artifact) {
    String file = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream in = Nd4j.class.getResourceAsStream(file)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return artifact + " " + properties.getProperty("version", "of an unknown version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /**
   * {@return the machines of the executors that are there now, as far as Spark gives each a task}
   *
   * @param group of Spark's jobs
   */
  static List<Machine> all(JavaSparkContext context, String group) {
    int executors = context.sc().statusTracker().getExecutorInfos().length - 1; // one is the driver
    List<Integer> tasks =
        IntStream.range(0, Math.max(1, executors)).boxed().collect(Collectors.toList());
    String name = "the machines of the executors";
    JavaRDD<Machine> machines =
        context.parallelize(tasks, tasks.size()).setName(name).map(task -> here());
    return ClusterJob.collect(context, group, name, machines, "the search for " + name);
  }

  private static Machine here() {
    TaskContext task = TaskContext.get();
    Nd4j.factory().blas().setMaxThreads(task.cpus()); // as tasks will have
    return of(task);
  }

  /** {@return which kernels OpenBLAS has here} */
  static String kernelsHere() {
    return OpenBlas.coreType().map(type -> "OpenBLAS " + type + ", ").orElse("") + chosenBy();
  }

  /**
   * By what OpenBLAS chooses its kernels: their name, or the processor, by which other libraries
   * choose theirs, too.
   */
  private static String chosenBy() {
    String named = System.getenv("OPENBLAS_CORETYPE");
    if (named != null) {
      return "OPENBLAS_CORETYPE " + named;
    }
    try {
      return Files.isReadable(CPU_INFO)
          ? processor(Files.readAllLines(CPU_INFO))
          : Stream.of(System.getProperty("os.arch"), System.getenv("PROCESSOR_IDENTIFIER"))
              .filter(Objects::nonNull)
              .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + CPU_INFO + ": " + e, e);
    }
  }

  /** {@return the first processor of {@code /proc/cpuinfo}} */
  static String processor(List<String> cpuInfo) {
    StringBuilder text = new StringBuilder(String.valueOf(System.getProperty("os.arch")));
    for (String line : cpuInfo) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        break; // an empty line: the next processor
      }
      String field = line.substring(0, colon).trim();
      String value = line.substring(colon + 1).trim();
      if (CPU_FIELDS.contains(field)) {
        text.append(' ').append(field).append(' ').append(value);
      } else if (field.equals("flags")) {
        List<String> flags = Arrays.asList(value.split(" "));
        VECTOR_FLAGS.stream()
            .filter(flags::contains)
            .findFirst()
            .ifPresent(f -> text.append(' ').append(f));
      }
    }
    return text.toString();
  }

  /** {@return whether results are the same to the last bit on another machine} */
  boolean givesTheSameBitsAs(Machine other) {
    return openMpThreads == other.openMpThreads
        && kernels.equals(other.kernels)
        && software.equals(other.software);
  }

  /** {@return Spark's name of the machine} */
  public String host() {
    return host;
  }

  /** {@return the executor's id; {@code driver} in local mode} */
  public String executor() {
    return executor;
  }

  /** {@return the index of the successful attempt, 0 for the first one} */
  public int attempt() {
    return attempt;
  }

  /** {@return the number of OpenMP threads, at least 1} */
  public int openMpThreads() {
    return openMpThreads;
  }

  /**
   * {@return which kernels OpenBLAS has; if they are not known, by what it chose them: the
   * environment variable if it is set, else the processor}
   */
  public String kernels() {
    return kernels;
  }

  /** {@return versions of ND4J and Deeplearning4j, and the level of ND4J's binaries} */
  public String software() {
    return software;
  }

  @Override
  public String toString() {
    return String.format(
        "%s (executor %s, attempt %d, OpenMP threads %d, %s, %s)",
        host, executor, attempt, openMpThreads, kernels, software);
  }
}
