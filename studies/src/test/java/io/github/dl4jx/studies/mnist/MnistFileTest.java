package io.github.dl4jx.studies.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistFileTest {

  // "abc" and its digest are the first example of FIPS 180-4.
  private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);
  private static final MnistFile FILE =
      new MnistFile(
          Part.TEST_LABELS, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  @TempDir Path dir;

  @Test
  void mismatch_rightBytes_empty() throws IOException {
    assertThat(FILE.mismatch(Files.write(dir.resolve("f"), ABC))).isEmpty();
  }

  @Test
  void mismatch_truncated_namesBothSizes() throws IOException {
    assertThat(FILE.mismatch(Files.write(dir.resolve("f"), new byte[] {'a', 'b'})))
        .hasValue("expected 3 bytes with SHA-256 " + FILE.sha256() + ", found 2 bytes");
  }

  @Test
  void mismatch_otherBytes_namesBothDigests() throws IOException {
    // SHA-256 of "abd", from sha256sum.
    assertThat(FILE.mismatch(Files.write(dir.resolve("f"), new byte[] {'a', 'b', 'd'})))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(FILE.sha256())
                    .contains("found 3 bytes with SHA-256 a52d159f262b2c6ddb724a61840befc3"));
  }

  @Test
  void mismatch_directory_saysSo() throws IOException {
    assertThat(FILE.mismatch(dir)).hasValueSatisfying(t -> assertThat(t).contains("not a file"));
  }

  @Test
  void copy_plainBytes_writesThem() throws IOException {
    FILE.copy(new ByteArrayInputStream(ABC), dir.resolve("f"), "origin", total -> {});

    assertThat(dir.resolve("f")).hasBinaryContent(ABC);
  }

  @Test
  void copy_gzippedBytes_writesThemUnpacked() throws IOException {
    List<Long> totals = new ArrayList<>();

    FILE.copy(
        new ByteArrayInputStream(TinyMnist.gzip(ABC)), dir.resolve("f"), "origin", totals::add);

    assertThat(dir.resolve("f")).hasBinaryContent(ABC);
    assertThat(totals).last().isEqualTo(3L);
  }

  @Test
  void copy_wrongBytes_namesFileOriginAndBothDigests() {
    assertThat(failure(new ByteArrayInputStream(new byte[] {'a', 'b', 'd'})))
        .hasMessageContainingAll(FILE.name(), "from origin", FILE.sha256(), "a52d159f262b2c6d")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.FILE);
  }

  @Test
  void copy_endlessStream_readsOneByteMoreThanExpected() {
    CountingZeros zeros = new CountingZeros();

    assertThat(failure(zeros)).hasMessageContaining("found more than that");
    assertThat(zeros.count).isEqualTo(4);
  }

  @Test
  void copy_gzipCutShort_mayPass() {
    byte[] whole = TinyMnist.gzip(ABC);

    assertThat(failure(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 4))))
        .hasMessageContaining("breaks off")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.MOMENT);
  }

  @Test
  void copy_gzipWithWrongChecksum_isNotSound() {
    byte[] gzip = TinyMnist.gzip(ABC);
    gzip[gzip.length - 8]++;

    assertThat(failure(new ByteArrayInputStream(gzip)))
        .hasMessageContaining("is not sound gzip")
        .extracting(SourceException::reach)
        .isEqualTo(Reach.FILE);
  }

  @Test
  void copy_targetCannotBeWritten_blamesNoSource() {
    Path nowhere = dir.resolve("missing").resolve("f");

    assertThatThrownBy(
            () -> FILE.copy(new ByteArrayInputStream(ABC), nowhere, "origin", total -> {}))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void mnist_sizes_areThoseOfTheIdxFormat() {
    // 28 x 28 bytes an image after a header of 16, one byte a label after a header of 8.
    assertThat(MnistFile.MNIST)
        .extracting(MnistFile::part, MnistFile::size)
        .containsExactly(
            tuple(Part.TRAIN_IMAGES, 16 + 60_000L * 784),
            tuple(Part.TRAIN_LABELS, 8 + 60_000L),
            tuple(Part.TEST_IMAGES, 16 + 10_000L * 784),
            tuple(Part.TEST_LABELS, 8 + 10_000L));
  }

  @Test
  void fashion_sizes_areThoseOfMnistAndDigestsAreNot() {
    for (int i = 0; i < 4; i++) {
      MnistFile fashion = MnistFile.FASHION.get(i);
      MnistFile mnist = MnistFile.MNIST.get(i);
      assertThat(fashion.part()).isEqualTo(mnist.part());
      assertThat(fashion.size()).isEqualTo(mnist.size());
      assertThat(fashion.sha256()).isNotEqualTo(mnist.sha256());
    }
  }

  private SourceException failure(InputStream in) {
    return catchThrowableOfType(
        SourceException.class, () -> FILE.copy(in, dir.resolve("f"), "origin", total -> {}));
  }

  /** Zeros without end. */
  private static final class CountingZeros extends InputStream {
    private int count;

    @Override
    public int read() {
      count++;
      return 0;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      Arrays.fill(buffer, offset, offset + length, (byte) 0);
      count += length;
      return length;
    }
  }
}
