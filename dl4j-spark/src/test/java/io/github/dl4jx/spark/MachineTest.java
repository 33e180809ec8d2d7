package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {

  private static Machine machine(String host, int threads, String kernels) {
    return new Machine(host, "1", 0, threads, kernels, "nd4j 1");
  }

  @Test
  void givesTheSameBitsAs_otherHost_yes() {
    assertThat(machine("a", 1, "Zen").givesTheSameBitsAs(machine("b", 1, "Zen"))).isTrue();
  }

  @Test
  void givesTheSameBitsAs_otherThreadsOrKernels_no() {
    assertThat(machine("a", 1, "Zen").givesTheSameBitsAs(machine("a", 2, "Zen"))).isFalse();
    assertThat(machine("a", 1, "Zen").givesTheSameBitsAs(machine("a", 1, "Haswell"))).isFalse();
  }

  @Test
  void givesTheSameBitsAs_otherVersions_no() {
    Machine old = new Machine("a", "1", 0, 1, "Zen", "nd4j 0");
    assertThat(machine("a", 1, "Zen").givesTheSameBitsAs(old)).isFalse();
  }

  @Test
  void softwareHere_namesVersionsAndBinaries() {
    assertThat(Machine.softwareHere())
        .contains("nd4j-api 1.0.0-M2.1")
        .contains("deeplearning4j-nn 1.0.0-M2.1")
        .containsPattern("binaries of level \\d");
  }

  @Test
  void processor_linux_isTheFirstOnesModelAndVectors() {
    List<String> cpuInfo =
        List.of(
            "processor\t: 0",
            "vendor_id\t: GenuineIntel",
            "cpu family\t: 6",
            "model\t\t: 85",
            "model name\t: Intel(R) Xeon(R)",
            "flags\t\t: fpu avx avx2 avx512f avx512dq",
            "",
            "vendor_id\t: AuthenticAMD");
    assertThat(Machine.processor(cpuInfo))
        .isEqualTo(
            System.getProperty("os.arch")
                + " vendor_id GenuineIntel cpu family 6 model 85 avx512f");
  }

  @Test
  void processor_unknownText_isTheArchitecture() {
    assertThat(Machine.processor(List.of())).isEqualTo(System.getProperty("os.arch"));
  }
}
