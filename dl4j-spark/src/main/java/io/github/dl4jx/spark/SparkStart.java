package io.github.dl4jx.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Starts Spark in the current JVM; if it cannot, the exception names the missing flags.
 *
 * <p>Spark 3 uses internal packages of the JDK, which need flags since Java 16. {@code
 * spark-submit} sets them, also for executors. A driver that is started by {@code java}, an IDE or
 * a test needs {@link #flags}, or fails with an {@code IllegalAccessError}. Spark 4 needs none.
 *
 * <pre>{@code
 * try (JavaSparkContext sc = SparkStart.start(new SparkConf().setAppName("bagging"))) { .. }
 * }</pre>
 */
public final class SparkStart {

  private SparkStart() {}

  /**
   * Connects to a cluster.
   *
   * @param conf Spark's settings
   * @return the context, to be closed by the caller
   * @throws IllegalArgumentException if conf is null
   * @throws IllegalStateException if the JVM lacks flags that Spark needs; the message lists them
   */
  public static JavaSparkContext start(SparkConf conf) {
    Preconditions.checkArgument(conf != null, "conf must not be null");
    try {
      return new JavaSparkContext(conf);
    } catch (RuntimeException | LinkageError e) {
      if (isClosedPackage(e)) {
        throw new IllegalStateException(
            "Spark needs packages that this JVM keeps closed: start java with "
                + flags()
                + " (or use spark-submit, or Spark 4); "
                + e,
            e);
      }
      throw e;
    }
  }

  /** {@return whether the JDK has denied access; after the first time only the message says so} */
  private static boolean isClosedPackage(Throwable e) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      if (text.contains("module java.base does not")) {
        return true;
      }
    }
    return false;
  }

  /** {@return the options of {@code java} that a driver's JVM needs, separated by spaces} */
  public static String flags() {
    return JavaModuleOptions.defaultModuleOptions();
  }
}
