package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {

  private static final Part PART = Part.TEST_LABELS;
  private static final MnistFile FILE = TinyMnist.file(PART);

  @TempDir Path dir;

  @Test
  void write_unpackedFile_copiesIt() throws IOException {
    Path folder = TinyMnist.writeTo(dir.resolve("folder"));

    FolderSource.found(folder).write(FILE, dir.resolve("copy"));

    assertThat(dir.resolve("copy")).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @Test
  void write_gzippedFile_unpacksIt() throws IOException {
    Path folder = TinyMnist.writeGzippedTo(dir.resolve("folder"));

    FolderSource.found(folder).write(FILE, dir.resolve("copy"));

    assertThat(dir.resolve("copy")).hasBinaryContent(TinyMnist.bytes(PART));
  }

  @Test
  void write_noFolder_concernsTheWholeSource() {
    Path folder = dir.resolve("absent");

    assertThat(failure(folder))
        .hasMessage(folder + " must be a directory, found nothing")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.SOURCE);
  }

  @Test
  void write_fileInPlaceOfFolder_saysSo() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    assertThat(failure(file)).hasMessage(file + " must be a directory, found something else");
  }

  @Test
  void write_fileMissing_namesBothNames() {
    assertThat(failure(dir))
        .hasMessage(dir + " has neither " + FILE.name() + " nor " + FILE.name() + ".gz")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.FILE);
  }

  @Test
  void write_wrongFile_namesItsPath() throws IOException {
    Path wrong = Files.writeString(dir.resolve(FILE.name()), "not labels");

    assertThat(failure(dir)).hasMessageContainingAll(wrong.toString(), FILE.sha256(), "10 bytes");
  }

  private SourceException failure(Path folder) {
    return catchThrowableOfType(
        SourceException.class, () -> FolderSource.found(folder).write(FILE, dir.resolve("copy")));
  }
}
