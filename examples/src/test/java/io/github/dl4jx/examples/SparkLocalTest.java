package io.github.dl4jx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** On the class path with Spark, which is that of every build but {@code -Dexample=TrainingUi}. */
class SparkLocalTest {

  @Test
  void run_small_givesTheMembersOfThisMachine() throws IOException {
    Mnist.install();
    assertThat(SparkLocal.run(200, 2, 2).same).isTrue();
  }
}
