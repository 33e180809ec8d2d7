package io.github.dl4jx.studies.spark;

import io.github.dl4jx.spark.SparkStart;
import io.github.dl4jx.spark.SparkTraining;
import io.github.dl4jx.studies.Studies;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs a study whose runs are tasks of Apache Spark: {@code mvn -q -Pspark-study -pl studies-spark
 * -am verify -Dstudy=NAME -Dspark.master=spark://host:7077}.
 *
 * <p>Log, results and report are the driver's, as on one machine. Executors have this JVM's class
 * path, in a folder that all machines see; another one is given by {@code
 * spark.executor.extraClassPath}. Each has the data from its own sources.
 */
public final class SparkStudies {

  private SparkStudies() {}

  /**
   * Runs a study.
   *
   * @param args the folder that studies write to, and the name of the study
   * @throws Exception if the study fails
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException(
          "arguments must be a folder and a study, got " + String.join(" ", args));
    }
    run(Path.of(args[0]), args[1], new SparkConf());
  }

  static void run(Path studies, String study, SparkConf conf) throws Exception {
    conf.setIfMissing("spark.master", "local[*]")
        .setIfMissing("spark.app.name", "study " + study)
        .setIfMissing("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    try (JavaSparkContext context = SparkStart.start(conf)) {
      Studies.run(studies, study, SparkTraining.on(context));
    }
  }
}
