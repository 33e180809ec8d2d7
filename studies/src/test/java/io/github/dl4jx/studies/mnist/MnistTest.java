package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

@Timeout(120)
class MnistTest {

  private static final DrawnDigits DRAWN = new DrawnDigits(3, 10, 10);

  @TempDir Path dir;

  private Path base;
  private BaseDirectory moved;

  @BeforeEach
  void moveBaseDirectory() {
    base = dir.resolve("base");
    moved = new BaseDirectory(base);
  }

  @AfterEach
  void restoreBaseDirectory() {
    moved.close();
  }

  @Test
  void install_aSourceHasIt_intoTheBaseDirectory() throws IOException {
    MnistData data = install(FakeSource.full("somewhere"));

    assertThat(data).isEqualTo(new MnistData(true, base, "somewhere"));
    assertThat(data.label()).isEqualTo("MNIST");
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(base);
  }

  @Test
  void install_noSource_drawnDigitsInADirectoryOfTheirOwn() throws IOException {
    MnistData data = install();

    Path drawn = base.resolve("drawn-digits");
    assertThat(data.genuine()).isFalse();
    assertThat(data.label()).isEqualTo("drawn digits (not MNIST)");
    assertThat(data.directory()).isEqualTo(drawn);
    assertThat(data.origin()).isEqualTo("the generator of drawn digits, seed 3");
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(drawn);
    for (Part part : Part.values()) {
      assertThat(drawn.resolve(part.fileName())).exists();
      assertThat(base.resolve(part.fileName())).doesNotExist();
    }
  }

  @Test
  void install_noSourceTwice_drawnDigitsStayWhereTheyAre() throws IOException {
    MnistData first = install();

    MnistData second = install();

    assertThat(second.directory()).isEqualTo(first.directory());
    assertThat(second.origin()).isEqualTo("already there");
  }

  @Test
  void install_drawnFileCorrupt_drawsItAgain() throws IOException {
    Path labels = install().directory().resolve(Part.TEST_LABELS.fileName());
    Files.writeString(labels, "corrupt");

    install();

    assertThat(labels).hasBinaryContent(DRAWN.bytes(Part.TEST_LABELS));
  }

  @Test
  void install_sourceAppearsAfterDrawnDigits_mnistInTheOriginalBaseDirectory() throws IOException {
    install();

    MnistData data = install(FakeSource.full("late"));

    assertThat(data).isEqualTo(new MnistData(true, base, "late"));
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(base);
  }

  @Test
  void install_drawnDigitsWhereMnistBelongs_areReplaced() throws IOException {
    Path drawn = install().directory();
    for (Part part : Part.values()) {
      Files.copy(drawn.resolve(part.fileName()), base.resolve(part.fileName()));
    }

    assertThat(install(FakeSource.full("late")).genuine()).isTrue();
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_requiredSourceFails_drawsNothing() {
    assertThatThrownBy(() -> install(FakeSource.emptyButRequired("named")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("named has no train-images-idx3-ubyte");
    assertThat(base.resolve("drawn-digits")).doesNotExist();
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(base);
  }

  @Test
  void install_drawnDigits_mnistDataSetIteratorReadsThem() throws IOException {
    // The iterator wants a whole test set, however little is read from it.
    DrawnDigits whole = new DrawnDigits(3, 0, 10_000);
    Mnist.install(TinyMnist.FILES, List.of(), filesOf(whole), List.of(whole));
    byte[] labels = whole.bytes(Part.TEST_LABELS);
    byte[] images = whole.bytes(Part.TEST_IMAGES);

    DataSet batch = new MnistDataSetIterator(16, 32, false, false, false, 1).next();

    assertThat(batch.getFeatures().shape()).containsExactly(16, 784);
    for (int i = 0; i < 16; i++) {
      assertThat(batch.getLabels().getDouble(i, labels[8 + i])).isEqualTo(1.0);
      for (int pixel = 0; pixel < 784; pixel += 27) {
        float expected = Byte.toUnsignedInt(images[16 + 784 * i + pixel]) / 255f;
        assertThat(batch.getFeatures().getFloat(i, pixel)).isEqualTo(expected);
      }
    }
  }

  @Test
  void install_twoProcesses_eachFileIsDownloadedOnce() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    try (FakeWeb web =
        new FakeWeb(
            (exchange, before) -> {
              waiting.await(); // no file comes before the other process waits
              FakeWeb.tinyMnist().to(exchange, before);
            })) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Process process = installMain(web).redirectOutput(Redirect.PIPE).start();
        processes.add(process);
        new Thread(() -> tell(process, waiting)).start();
      }
      for (Process process : processes) {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      }
      assertThat(waiting.getCount()).as("processes that should still wait").isZero();
      assertThat(web.requests()).hasSize(4).doesNotHaveDuplicates();
    }
    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_processKilledInTheMiddle_theNextOneCleansUpAndFinishes() throws Exception {
    try (FakeWeb web =
        new FakeWeb(
            (exchange, before) -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write(new byte[100]);
              exchange.getResponseBody().flush();
              new CountDownLatch(1).await(); // until the server is closed
            })) {
      Process process = installMain(web).start();
      while (!hasPart()) {
        assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
        Thread.sleep(20);
      }
      process.destroyForcibly().waitFor();
    }
    assertThat(hasPart()).isTrue();

    assertThat(install(FakeSource.full("a")).genuine()).isTrue();

    assertThat(TinyMnist.isWholeIn(base)).isTrue();
  }

  @Test
  void install_realFilesBesideTheCheckout_mnistItself() throws IOException {
    List<Source> sources =
        Sources.of(null, "true", Path.of("").toAbsolutePath(), List.of(), Patience.DEFAULT);
    assumeFalse(sources.isEmpty(), "no ../shared/data/mnist beside the checkout");

    MnistData data = Mnist.install(MnistFile.MNIST, sources, List.of(), List.of());

    assertThat(data.genuine()).isTrue();
    // The first ten test digits, as printed in many a tutorial.
    int[] digits = new int[10];
    DataSet first = new MnistDataSetIterator(10, 10, false, false, false, 1).next();
    Arrays.setAll(digits, i -> first.getLabels().getRow(i).argMax().getInt(0));
    assertThat(digits).containsExactly(7, 2, 1, 0, 4, 1, 4, 9, 5, 9);
  }

  private static MnistData install(Source... sources) throws IOException {
    return Mnist.install(TinyMnist.FILES, List.of(sources), filesOf(DRAWN), List.of(DRAWN));
  }

  private static List<MnistFile> filesOf(DrawnDigits digits) {
    return Arrays.stream(Part.values())
        .map(part -> MnistFile.of(part, digits.bytes(part)))
        .toList();
  }

  /** Counts down when the process says that it waits for another one. */
  private static void tell(Process process, CountDownLatch waiting) {
    process
        .inputReader()
        .lines()
        .peek(System.out::println)
        .filter(line -> line.contains("Another installation is at work"))
        .forEach(line -> waiting.countDown());
  }

  private ProcessBuilder installMain(FakeWeb web) {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.deeplearning4j.resources.directory=" + base,
            "-cp",
            System.getProperty("java.class.path"),
            InstallMain.class.getName(),
            web.address().toString())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log().toFile()));
  }

  /** What the other processes print. */
  private Path log() {
    return dir.resolve("install.log");
  }

  private boolean hasPart() throws IOException {
    try (var paths = Files.list(base)) {
      return paths.anyMatch(path -> path.toString().endsWith(".part"));
    }
  }
}
