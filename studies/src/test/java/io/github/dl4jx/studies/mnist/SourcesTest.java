package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {

  private static final List<URI> MIRRORS =
      List.of(URI.create("https://first.invalid/"), URI.create("https://second.invalid/"));

  @TempDir Path dir;

  private Path module;
  private Path beside;

  @BeforeEach
  void createCheckout() throws IOException {
    module = Files.createDirectories(dir.resolve("checkout").resolve("module"));
    Files.createFile(module.resolve("pom.xml"));
    Files.createFile(dir.resolve("checkout").resolve("pom.xml"));
    beside = dir.resolve("shared").resolve("data").resolve("mnist");
  }

  @Test
  void of_everythingThere_namedFolderThenCheckoutThenMirrors() throws IOException {
    Files.createDirectories(beside);
    String named = dir.resolve("named").toString();

    assertThat(names(Sources.of(named, null, module, MIRRORS, Patience.DEFAULT)))
        .containsExactly(
            "-Ddl4jx.mnist.dir=" + named,
            beside.toString(),
            "https://first.invalid/",
            "https://second.invalid/");
  }

  @Test
  void of_namedFolder_onlyItIsRequired() throws IOException {
    Files.createDirectories(beside);

    assertThat(Sources.of("named", null, module, MIRRORS, Patience.DEFAULT))
        .extracting(Source::required)
        .containsExactly(true, false, false, false);
  }

  @Test
  void of_startedInTheCheckout_findsTheFolderBesideIt() throws IOException {
    Files.createDirectories(beside);

    assertThat(names(Sources.of(null, "true", dir.resolve("checkout"), MIRRORS, Patience.DEFAULT)))
        .containsExactly(beside.toString());
  }

  @Test
  void of_folderBesideWhatIsNoCheckout_isIgnored() throws IOException {
    Files.createDirectories(beside);
    Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));

    assertThat(Sources.of(null, "true", elsewhere, MIRRORS, Patience.DEFAULT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", ""})
  void of_offline_noMirror(String offline) {
    assertThat(Sources.of(null, offline, module, MIRRORS, Patience.DEFAULT)).isEmpty();
  }

  @Test
  void of_notOffline_mirrors() {
    assertThat(Sources.of(null, "false", module, MIRRORS, Patience.DEFAULT)).hasSize(2);
  }

  @Test
  void of_offlineNeitherTrueNorFalse_throws() {
    assertThatThrownBy(() -> Sources.of(null, "yes", module, MIRRORS, Patience.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("-Ddl4jx.mnist.offline must be true or false, got yes");
  }

  @Test
  void fashion_everythingThere_namedFolderThenDebiansThenMirrors() throws IOException {
    Path debian = Files.createDirectories(dir.resolve("datasets"));
    Files.createDirectories(beside);

    List<Source> sources =
        Sources.fashion("named", null, module, debian, MIRRORS, Patience.DEFAULT);

    assertThat(names(sources))
        .containsExactly(
            "-Ddl4jx.fashion.dir=" + module.resolve("named"),
            debian.toString(),
            "https://first.invalid/",
            "https://second.invalid/");
    assertThat(sources).extracting(Source::required).containsExactly(true, false, false, false);
  }

  @Test
  void fashion_packageNotInstalledAndOffline_none() {
    Path debian = dir.resolve("datasets");
    assertThat(Sources.fashion(" ", "true", module, debian, MIRRORS, Patience.DEFAULT)).isEmpty();
    assertThat(Sources.fashion(null, "", module, debian, MIRRORS, Patience.DEFAULT)).isEmpty();
  }

  private static List<String> names(List<Source> sources) {
    return sources.stream().map(Source::name).toList();
  }
}
