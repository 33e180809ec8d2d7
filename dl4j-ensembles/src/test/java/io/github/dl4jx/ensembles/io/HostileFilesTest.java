package io.github.dl4jx.ensembles.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import evil.Evil;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, or made to do harm. */
class HostileFilesTest {

  private static final int MOST_MILLIS = 2000;

  /** Of the Java heap, and off-heap: 256 MB together. */
  private static final int HALF_MEGABYTES = 128;

  @TempDir File folder;

  /** Reads hostile files in a process of their own. */
  private List<String> read(String what) throws Exception {
    Path output = folder.toPath().resolveSibling(folder.getName() + "-" + what + ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HALF_MEGABYTES + "m",
                "-Dorg.bytedeco.javacpp.maxBytes=" + HALF_MEGABYTES + "m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                HostileFilesProcess.class.getName(),
                folder.toString(),
                what)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(java.nio.file.Files.readString(output)).isZero();
    List<String> lines = java.nio.file.Files.readAllLines(output, StandardCharsets.UTF_8);
    java.nio.file.Files.delete(output);
    return lines;
  }

  private static List<String> starting(List<String> lines, String with) {
    return lines.stream().filter(line -> line.startsWith(with)).collect(Collectors.toList());
  }

  private static void assertRefused(List<String> lines) {
    for (String line : starting(lines, "FILE\t")) {
      String[] parts = line.split("\t", -1);
      assertThat(parts[3]).as(line).doesNotStartWith("BAD");
      assertThat(Integer.parseInt(parts[2])).as(line).isLessThanOrEqualTo(MOST_MILLIS);
    }
    assertThat(starting(lines, "EVIL")).containsExactly("EVIL none");
  }

  @Test
  void load_hostileFiles_areRefusedInTimeAndMemory() throws Exception {
    List<String> lines = read("table");
    assertRefused(lines);
    assertThat(starting(lines, "FILE\t")).hasSizeGreaterThan(600);
    assertThat(starting(lines, "LEFT")).containsExactly("LEFT []");
  }

  @Test
  void load_elevenThousandMutations_areRefusedOrEqual() throws Exception {
    List<String> lines = read("mutations");
    assertRefused(lines);
    int equal = Integer.parseInt(starting(lines, "EQUAL ").get(0).substring("EQUAL ".length()));
    assertThat(equal).isLessThan(1000);
    assertThat(folder.list()).containsExactly("hostile.zip");
  }

  /** The same texts do harm where their classes are allowed: the table tests what it says. */
  @Test
  void read_evilClassThatIsAllowed_isInitialized() throws IOException {
    String text = HostileConfigurations.all().get("PROPERTY in /vertices/hidden/layerConf/layer");
    byte[] zip =
        HostileZips.with(
            ModelFiles.write(HostileConfigurations.graph()),
            HostileZips.JSON,
            text.getBytes(StandardCharsets.UTF_8));
    Network.Kind kind = Network.Kind.COMPUTATION_GRAPH;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ModelFiles.read(zip, kind, "it"))
        .withMessageContaining("the class evil.Evil$Dense is not allowed");
    assertThat(System.getProperty(Evil.INITIALIZED)).isNull();
    Model read = ModelFiles.read(zip, kind, "it", LoadPolicy.standard().allowing(Evil.Dense.class));
    assertThat(read.numParams()).isEqualTo(15);
    assertThat(System.getProperty(Evil.INITIALIZED)).contains("Dense");
    System.clearProperty(Evil.INITIALIZED);
  }
}
