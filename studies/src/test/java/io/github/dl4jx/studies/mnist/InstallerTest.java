package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class InstallerTest {

  private static final Part PART = Part.TRAIN_IMAGES;

  @TempDir Path dir;

  private Path base;
  private Installer installer;

  @BeforeEach
  void createInstaller() {
    base = dir.resolve("base");
    installer = new Installer(base, TinyMnist.FILES);
  }

  @Test
  void install_noDirectoryYet_createsItAndFillsIt() throws IOException {
    assertThat(installer.install(List.of(FakeSource.full("a")))).hasValue("a");
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_everythingThere_asksNoSourceAndWritesNothing() throws IOException {
    TinyMnist.writeTo(base);
    FakeSource source = FakeSource.emptyButRequired("named");

    assertThat(installer.install(List.of(source))).hasValue("already there");

    assertThat(source.timesAsked()).isZero();
    assertThat(base.toFile().list()).hasSize(4);
  }

  @Test
  void install_firstSourceHasAll_secondIsNotAsked() throws IOException {
    FakeSource second = FakeSource.full("second");

    assertThat(installer.install(List.of(FakeSource.full("first"), second))).hasValue("first");

    assertThat(second.timesAsked()).isZero();
  }

  @Test
  void install_firstSourceHasNone_secondIsAsked() throws IOException {
    FakeSource first = FakeSource.empty("first");

    assertThat(installer.install(List.of(first, FakeSource.full("second")))).hasValue("second");

    assertThat(first.timesAsked()).isEqualTo(4);
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_folderWithOneWrongFile_thatOneComesFromTheNextSource() throws IOException {
    Path folder = TinyMnist.writeTo(dir.resolve("folder"));
    Files.writeString(folder.resolve(PART.fileName()), "wrong");
    FakeSource next = FakeSource.full("next");

    assertThat(installer.install(List.of(FolderSource.found(folder), next)))
        .hasValue(folder + ", next");

    assertThat(next.timesAsked()).isEqualTo(1);
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_mirrorsUnreachable_empty() throws IOException {
    Mirror mirror = new Mirror(URI.create("http://127.0.0.1:1/"), Patience.DEFAULT);

    long start = System.nanoTime();
    assertThat(installer.install(List.of(mirror, mirror))).isEmpty();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void install_noSource_emptyAndNothingLeft() throws IOException {
    assertThat(installer.install(List.of(FakeSource.empty("a")))).isEmpty();
    assertThat(base.toFile().list()).containsExactly(".mnist.lock");
  }

  @Test
  void install_namedFolderLacksFiles_throwsAndNamesEach() throws IOException {
    Path folder = TinyMnist.writeTo(dir.resolve("folder"));
    Files.delete(folder.resolve(Part.TRAIN_LABELS.fileName()));
    Files.writeString(folder.resolve(Part.TEST_LABELS.fileName()), "wrong");
    FakeSource next = FakeSource.full("next");
    Source named = FolderSource.named(folder, "some.property");

    assertThatThrownBy(() -> installer.install(List.of(named, next)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "-Dsome.property=" + folder,
            "has neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz",
            "t10k-labels-idx1-ubyte",
            TinyMnist.file(Part.TEST_LABELS).sha256(),
            "found 5 bytes");
    assertThat(next.timesAsked()).isZero();
  }

  @Test
  void install_namedFolderAbsent_throws() {
    Source named = FolderSource.named(dir.resolve("absent"), "some.property");

    assertThatThrownBy(() -> installer.install(List.of(named, FakeSource.full("next"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("absent must be a directory, found nothing");
  }

  static Stream<byte[]> wrongContents() {
    byte[] right = TinyMnist.bytes(PART);
    byte[] oneBitOff = right.clone();
    oneBitOff[100] ^= 1;
    return Stream.of(
        oneBitOff,
        Arrays.copyOf(right, right.length - 1),
        Arrays.copyOf(right, right.length + 1),
        new byte[0],
        "another data set".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("wrongContents")
  void install_wrongFileThere_replacesItAlone(byte[] wrong) throws IOException {
    TinyMnist.writeTo(base);
    Files.write(base.resolve(PART.fileName()), wrong);
    FileTime old = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
    Path right = base.resolve(Part.TEST_LABELS.fileName());
    Files.setLastModifiedTime(right, old);
    FakeSource source = FakeSource.full("a");

    assertThat(installer.install(List.of(source))).hasValue("a");

    assertThat(TinyMnist.isWholeIn(base)).isTrue();
    assertThat(source.timesAsked()).isEqualTo(1);
    assertThat(Files.getLastModifiedTime(right)).isEqualTo(old);
  }

  @Test
  void install_partsOfAKilledInstallation_deletesThem() throws IOException {
    Files.createDirectories(base);
    Path part = Files.createFile(base.resolve(PART.fileName() + ".1234.part"));
    Path others = Files.createFile(base.resolve("somebody-else.part"));

    assertThat(installer.install(List.of(FakeSource.full("a")))).isPresent();

    assertThat(part).doesNotExist();
    assertThat(others).exists();
  }

  @Test
  void install_directoryCannotBeMade_throwsAndNamesIt() throws IOException {
    Files.createFile(base);

    assertThatThrownBy(() -> installer.install(List.of(FakeSource.full("a"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot install MNIST's files into " + base);
  }

  @Test
  void install_severalThreads_eachFileIsFetchedOnce() throws Exception {
    int threads = 4;
    FakeSource source = FakeSource.full("a");
    CountDownLatch ready = new CountDownLatch(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Optional<String>>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return new Installer(base, TinyMnist.FILES).install(List.of(source));
                }));
      }
      for (Future<Optional<String>> result : results) {
        assertThat(result.get()).isPresent();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(source.timesAsked()).isEqualTo(4);
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }
}
