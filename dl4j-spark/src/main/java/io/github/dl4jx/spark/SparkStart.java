package io.github.dl4jx.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Starts Spark in a JVM of one's own, and says what is missing if it cannot.
 *
 * <p>Spark 3 uses parts of the JDK that are closed since Java 16. {@code spark-submit} opens them,
 * and so does Spark for its executors; a driver that is started by {@code java}, an IDE or a test
 * has to be given the flags, else it ends in an {@code IllegalAccessError}. Spark 4 needs none.
 *
 * <pre>{@code
 * try (JavaSparkContext sc = SparkStart.start(new SparkConf().setAppName("bagging"))) { .. }
 * }</pre>
 */
public final class SparkStart {

  private SparkStart() {}

  /**
   * Opens a connection to a cluster.
   *
   * @param conf Spark's settings
   * @return the connection, to be closed by the caller
   * @throws IllegalArgumentException if conf is null
   * @throws IllegalStateException if the JVM lacks flags that Spark needs; the message has them
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

  /** Whether the JDK has denied an access; a second try fails with the first one's message only. */
  private static boolean isClosedPackage(Throwable e) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      if (text.contains("module java.base does not")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The flags that a driver's JVM needs.
   *
   * @return options of {@code java}, separated by spaces
   */
  public static String flags() {
    return JavaModuleOptions.defaultModuleOptions();
  }
}
