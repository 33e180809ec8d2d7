package io.github.dl4jx.studies.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.Form;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveRunnerTest {

  private record Line(String network, long seed) {}

  @TempDir Path folder;

  private final Queue<String> made = new ConcurrentLinkedQueue<>();
  private CurveLog<Line> log;
  private CurveRunner<Line> runner;

  @BeforeEach
  void open() throws IOException {
    log = CurveLog.open(folder, "full", Form.of(Line.class, "network", "seed"));
    runner = new CurveRunner<>(Study.Context.of(folder), log, "Making", " steps", 2);
  }

  private static Line line(String network, long seed) {
    return new Line(network, seed);
  }

  private List<Line> make(String network, long seed, Runnable stepDone) {
    stepDone.run();
    made.add(network + seed);
    stepDone.run();
    return List.of(line(network, seed));
  }

  @Test
  void run_nothingFinished_makesEveryRun() throws IOException {
    runner.run(List.of("b", "a"), 2, this::make);
    assertThat(made).containsExactlyInAnyOrder("a1", "a2", "b1", "b2");
    assertThat(log.complete(List.of("a", "b"), 2))
        .containsExactly(line("a", 1), line("a", 2), line("b", 1), line("b", 2));
  }

  @Test
  void run_someFinished_makesTheOthers() throws IOException {
    log.add("a", 2, List.of(line("a", 2)));
    log.add("b", 1, List.of(line("b", 1)));
    runner.run(List.of("b", "a"), 2, this::make);
    assertThat(made).containsExactlyInAnyOrder("a1", "b2");
  }

  @Test
  void run_aRunFails_throwsAndDoesNotCountIt() {
    assertThatThrownBy(
            () ->
                runner.run(
                    List.of("a"),
                    1,
                    (network, seed, stepDone) -> {
                      throw new IllegalStateException("no memory");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("a run failed: java.lang.IllegalStateException: no memory");
    assertThat(log.contains("a", 1)).isFalse();
  }
}
