package io.github.dl4jx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import org.junit.jupiter.api.Test;

/** Only with Deeplearning4j's UI: {@code mvn verify -Dexample=TrainingUi -pl examples -am}. */
class TrainingUiTest {

  @Test
  void run_small_trains() throws Exception {
    Mnist.install();
    assertThat(TrainingUi.run(200, 2, 0)[1]).isBetween(0.1, 1.0);
  }
}
