package io.github.dl4jx.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.crash.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * ND4J's crash, and that it is gone, in JVMs with a young generation so small that it is collected
 * hundreds of times a second.
 *
 * <p>Without the guard, broadcasts alone died 26 times of 26, after 118 to 1120 collections (390 on
 * average); plain {@code fit} and {@code Bagging} 6 times of 6 each, after 1700 and 2000 on
 * average. If the times to death are exponential, an unguarded process lives through 3000
 * collections of broadcasts once in 2000 tries, and through five minutes of them (some 60,000)
 * practically never: that is the chance that the first test fails although nothing has changed. The
 * others cannot fail by chance.
 */
class BroadcastGuardIT {

  private static final int FOREVER = Integer.MAX_VALUE;

  @TempDir Path folder;

  private String output = "";

  /** Its exit value. */
  private int run(Stress.Work work, String guard, int collections, String... options)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> all =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-Xmn1m",
                "-XX:TieredStopAtLevel=4",
                "-Dorg.slf4j.simpleLogger.log.io.github.dl4jx=info",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err.log")));
    all.addAll(List.of(options));
    Process process =
        ChildJvm.start(
            List.of(),
            all,
            Stress.class,
            List.of(work.name(), guard, Integer.toString(collections), "300"),
            log);
    int exit = process.waitFor();
    output = Files.readString(log);
    return exit;
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the crash was measured there")
  void addiRowVector_guardOff_kills() throws Exception {
    int exit = run(Stress.Work.BROADCAST, "plain", FOREVER, "-Ddl4jx.guard=off");

    assertThat(exit).as(output).isNotZero();
    assertThat(Files.readString(folder.resolve("hs_err.log")))
        .contains("SIGSEGV")
        .containsPattern("Problematic frame:\\s+# C +\\[libnd4jcpu")
        .contains("NativeOpExecutioner.exec(Lorg/nd4j/linalg/api/ops/BroadcastOp;");
  }

  @Test
  void addiRowVector_guarded_lives() throws Exception {
    int exit = run(Stress.Work.BROADCAST, "guarded", 3000);

    assertThat(exit).as(output).isZero();
    assertThat(output).containsPattern("guarded: 3\\d{3} collections");
  }

  @Test
  void fit_guarded_lives() throws Exception {
    int exit = run(Stress.Work.FIT, "guarded", 1500);

    assertThat(exit).as(output).isZero();
    assertThat(output).containsPattern("guarded: 1\\d{3} collections");
  }

  @Test
  void bagging_guardsItself_lives() throws Exception {
    int exit = run(Stress.Work.BAGGING, "plain", 1500);

    assertThat(exit).as(output).isZero();
    assertThat(output)
        .contains("ND4J's executioner is guarded")
        .containsPattern("guarded: 1\\d{3} collections");
  }
}
