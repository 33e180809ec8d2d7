package io.github.dl4jx.spark;

import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;

/**
 * Spark's barrier stage, which has no interface for Java: all its tasks run at once, and are tried
 * again together if one fails.
 *
 * <p>The only class that names types of Scala's, three that are the same in 2.12 and 2.13.
 */
final class BarrierStage {

  private BarrierStage() {}

  /**
   * {@return the same elements, for tasks of a barrier stage, in which {@code
   * BarrierTaskContext.get()} works}
   *
   * @param elements a task for each partition
   */
  static <T> JavaRDD<T> of(JavaRDD<T> elements) {
    RDD<T> together =
        elements.rdd().barrier().mapPartitions(BarrierStage.<T>same(), false, elements.classTag());
    return JavaRDD.fromRDD(together, elements.classTag());
  }

  @SuppressWarnings("unchecked")
  private static <T> Function1<Iterator<T>, Iterator<T>> same() {
    return (Function1<Iterator<T>, Iterator<T>> & Serializable) partition -> partition;
  }
}
