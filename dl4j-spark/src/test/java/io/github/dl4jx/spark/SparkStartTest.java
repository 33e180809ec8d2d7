package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SparkStartTest {

  /** What is started in a JVM without flags. */
  public static final class Main {

    private Main() {}

    public static void main(String[] args) {
      SparkConf conf =
          new SparkConf()
              .setMaster("local[1]")
              .setAppName("flags")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1");
      SparkStart.start(conf).close();
    }
  }

  @Test
  void start_null_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkStart.start(null))
        .withMessage("conf must not be null");
  }

  @Test
  void start_jvmWithoutFlags_namesThem() throws IOException, InterruptedException {
    assumeThat(LocalCluster.obstacle()).as("Spark can be started").isNull();
    assumeThat(org.apache.spark.package$.MODULE$.SPARK_VERSION())
        .as("Spark 4 needs no flags")
        .startsWith("3.");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx600m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isNotZero();
    assertThat(output)
        .contains("Spark needs packages that this JVM keeps closed: start java with")
        .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
  }
}
