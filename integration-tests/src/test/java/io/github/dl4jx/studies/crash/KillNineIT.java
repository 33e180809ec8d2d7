package io.github.dl4jx.studies.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed with SIGKILL and restarted ends as if it never had been. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGKILL")
class KillNineIT {

  @TempDir Path folder;

  @Test
  void fit_killedThreeTimes_endsWithTheSameBits() throws IOException {
    // the second kill falls into the epoch that the first one keeps from beginning
    List<Moment> moments = List.of(Moment.EPOCH_END, Moment.WRITE, Moment.WRITE);
    TrialResult result =
        new CrashTrial(folder, Mnist.install().directory(), new Plan(3, 2), moments, 1)
            .run(lives -> {});
    assertThat(result.failure()).as("restarts").isEmpty();
    assertThat(result.kills()).as("kills").hasSize(3);
    assertThat(result.inWrites()).as("kills in a write, of %s", result.kills()).isPositive();
    assertThat(result.kills()).as("newest checkpoints").allMatch(Kill::newestWhole);
    assertThat(result.differences()).isEmpty();
    assertThat(result.leftovers()).as("temporary files at the end").isFalse();
  }
}
