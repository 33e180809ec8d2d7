package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

@Timeout(120)
class FashionTest {

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
  void install_aSourceHasIt_intoADirectoryOfItsOwn() throws IOException {
    MnistData data = install(FakeSource.full("somewhere"));

    Path fashion = base.resolve("fashion-mnist");
    assertThat(data).isEqualTo(new MnistData("Fashion-MNIST", true, fashion, "somewhere"));
    assertThat(TinyMnist.isWholeIn(fashion)).isTrue();
    assertThat(base.toFile().list()).containsExactly("fashion-mnist");
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(fashion);
  }

  @Test
  void install_twice_staysWhereItIs() throws IOException {
    MnistData first = install(FakeSource.full("somewhere"));

    MnistData second = install();

    assertThat(second.directory()).isEqualTo(first.directory());
    assertThat(second.origin()).isEqualTo("already there");
  }

  @Test
  void install_betweenMnistAndDrawnDigits_eachHasItsDirectory() throws IOException {
    DrawnDigits drawn = new DrawnDigits(3, 10, 10);
    List<MnistFile> drawnFiles =
        Arrays.stream(Part.values()).map(part -> MnistFile.of(part, drawn.bytes(part))).toList();
    Path digits = Mnist.install(TinyMnist.FILES, List.of(), drawnFiles, List.of(drawn)).directory();
    Path fashion = install(FakeSource.full("a")).directory();

    MnistData mnist =
        Mnist.install(TinyMnist.FILES, List.of(FakeSource.full("b")), drawnFiles, List.of(drawn));

    assertThat(digits).isEqualTo(base.resolve("drawn-digits"));
    assertThat(fashion).isEqualTo(base.resolve("fashion-mnist"));
    assertThat(mnist).isEqualTo(new MnistData(true, base, "b"));
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(base);
  }

  @Test
  void install_noSource_saysWhatToDoAndDrawsNothing() {
    assertThatThrownBy(() -> install(FakeSource.empty("a")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContainingAll(
            "no source has Fashion-MNIST", "dataset-fashion-mnist", "-Ddl4jx.fashion.dir");
    assertThat(DL4JResources.getBaseDirectory().toPath()).isEqualTo(base);
    assertThat(base.resolve("drawn-digits")).doesNotExist();
  }

  @Test
  void install_namedDirectoryLacksFiles_throws() {
    assertThatThrownBy(() -> install(FakeSource.emptyButRequired("named")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("named has no train-images-idx3-ubyte");
  }

  @Test
  void install_mnistsFiles_areRefused() throws IOException {
    Path folder = TinyMnist.writeGzippedTo(dir.resolve("digits"));
    assertThatThrownBy(
            () -> Fashion.install(MnistFile.FASHION, List.of(FolderSource.found(folder))))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void install_directoryCannotBeMade_namesTheData() throws IOException {
    Files.createDirectories(base);
    Path fashion = Files.createFile(base.resolve("fashion-mnist"));
    assertThatThrownBy(() -> install(FakeSource.full("a")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot install Fashion-MNIST's files into " + fashion);
  }

  @Test
  void install_debiansPackage_isFashionMnistItself() throws IOException {
    Path debian = Path.of("/usr/share/datasets/fashion-mnist");
    assumeTrue(
        Files.isDirectory(debian), "Debian's package dataset-fashion-mnist is not installed");

    MnistData data = Fashion.install(MnistFile.FASHION, List.of(FolderSource.found(debian)));

    assertThat(data.origin()).isEqualTo(debian.toString());
    // The first test examples: an ankle boot, a pullover, two trousers, a shirt, ...
    int[] kinds = new int[10];
    DataSet first = new MnistDataSetIterator(10, 10, false, false, false, 1).next();
    Arrays.setAll(kinds, i -> first.getLabels().getRow(i).argMax().getInt(0));
    assertThat(kinds).containsExactly(9, 2, 1, 1, 6, 1, 4, 6, 5, 7);
    assertThat(data.test(10).getLabels()).isEqualTo(first.getLabels());
  }

  private static MnistData install(Source... sources) throws IOException {
    return Fashion.install(TinyMnist.FILES, List.of(sources));
  }
}
