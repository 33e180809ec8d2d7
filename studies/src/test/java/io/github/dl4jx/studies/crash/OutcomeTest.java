package io.github.dl4jx.studies.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** The comparison of two runs sees a single bit. */
class OutcomeTest {

  @TempDir Path folder;

  private static Outcome outcome(long count, float first, double second) {
    return new Outcome()
        .count("epoch", count)
        .array("params", Nd4j.createFromArray(first, 2f))
        .array("average", Nd4j.createFromArray(second, 2d, 3d));
  }

  @Test
  void differences_writtenAndRead_none() throws IOException {
    Path file = folder.resolve("outcome.bin");
    Outcome outcome = outcome(3, 1, 1);
    outcome.write(file);
    assertThat(Outcome.read(file).differences(outcome)).isEmpty();
    assertThat(Outcome.read(file).sha256()).isEqualTo(outcome.sha256());
  }

  @Test
  void differences_lastBitOfEach_areNamedAndCounted() {
    assertThat(outcome(4, Math.nextUp(1f), Math.nextUp(1d)).differences(outcome(3, 1, 1)))
        .containsExactly(
            "average: 1 of 3 values differ",
            "epoch: 1 of 1 values differ",
            "params: 1 of 2 values differ");
  }

  @Test
  void differences_signOfZero_isOne() {
    assertThat(outcome(3, -0f, 1).differences(outcome(3, 0f, 1)))
        .containsExactly("params: 1 of 2 values differ");
  }

  @Test
  void differences_arrayMissing_isOne() {
    assertThat(new Outcome().count("epoch", 3).differences(outcome(3, 1, 1))).hasSize(1);
  }
}
