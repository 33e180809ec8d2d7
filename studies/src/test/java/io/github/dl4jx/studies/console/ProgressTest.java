package io.github.dl4jx.studies.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(1));
  private final Progress progress = new Progress("Training", 100, null, clock::get);

  private void pass(int seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void timeLeft_aQuarterIsDone_isThreeTimesAsLong() {
    pass(10);
    assertThat(progress.timeLeft(25)).isEqualTo(", 30 s left");
    pass(90);
    assertThat(progress.timeLeft(25)).isEqualTo(", 5 min left");
  }

  @Test
  void timeLeft_anEarlierLifeDidAHalf_countsThisLifesSteps() {
    progress.resume(50);
    assertThat(progress.timeLeft(50)).isEmpty();
    pass(10);
    assertThat(progress.timeLeft(60)).isEqualTo(", 40 s left");
  }

  @Test
  void timeLeft_atTheBeginningAndTheEnd_isNotTold() {
    pass(1);
    assertThat(progress.timeLeft(0)).isEmpty();
    assertThat(progress.timeLeft(100)).isEmpty();
  }
}
