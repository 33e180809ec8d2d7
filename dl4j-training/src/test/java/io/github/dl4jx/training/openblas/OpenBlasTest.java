package io.github.dl4jx.training.openblas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dl4jx.training.guard.BroadcastGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenBLAS chooses once in a process: each test has its own. */
class OpenBlasTest {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private String expected = "";

  /** By what the system says, not the JVM. */
  @BeforeEach
  void readProcessor() throws IOException {
    assumeTrue(Files.isReadable(CPU_INFO) && System.getProperty("os.arch").equals("amd64"));
    String info = Files.readString(CPU_INFO);
    assumeTrue(info.contains(" avx2 ") && info.contains(" fma "));
    expected = info.contains(" avx512f ") ? "SkylakeX" : "Haswell";
  }

  @Test
  void useBestCoreType_first_isWhatOpenBlasUses() throws Exception {
    assertThat(run("use", null)).contains("use: Optional[" + expected + "]", "has: " + expected);
  }

  @Test
  void useBestCoreType_named_staysAsItIs() throws Exception {
    assertThat(run("use", "Nehalem")).contains("use: Optional[Nehalem]", "has: Nehalem");
  }

  @Test
  void useBestCoreType_nd4jIsLoaded_throwsUnlessItHasThem() throws Exception {
    String output = run("late", null);
    String chosen = output.replaceFirst("(?s).*has: (\\w+).*", "$1");
    assertThat(output)
        .contains(
            List.of("Haswell", "Zen", "SkylakeX", "Cooperlake").contains(chosen)
                ? "late: Optional[" + chosen + "]"
                : "before ND4J is used, which has loaded OpenBLAS for " + chosen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Prescott", "Sandybridge"})
  void check_withoutAvx2_saysSoOnce(String coreType) throws Exception {
    assertThat(run("check", coreType))
        .containsOnlyOnce("multiplies by its kernels for " + coreType + ", without AVX2")
        .contains("OPENBLAS_CORETYPE=" + expected + " in the environment instead of " + coreType);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Haswell", "Zen"})
  void check_withAvx2_saysNothing(String coreType) throws Exception {
    assertThat(run("check", coreType)).doesNotContain("OpenBlas -").contains("checked");
  }

  private static String run(String what, String coreType) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.add(what);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("OPENBLAS_CORETYPE");
    if (coreType != null) {
      builder.environment().put("OPENBLAS_CORETYPE", coreType);
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** The main class of another JVM. */
  static final class Child {

    private Child() {}

    public static void main(String[] args) {
      switch (args[0]) {
        case "use" -> {
          System.out.println("use: " + OpenBlas.useBestCoreType());
          System.out.println("has: " + OpenBlas.coreType().orElse("unknown"));
        }
        case "late" -> {
          System.out.println("has: " + OpenBlas.coreType().orElse("unknown"));
          System.out.println("late: " + OpenBlas.useBestCoreType());
        }
        default -> {
          BroadcastGuard.install();
          BroadcastGuard.install();
          System.out.println("checked");
        }
      }
    }
  }
}
