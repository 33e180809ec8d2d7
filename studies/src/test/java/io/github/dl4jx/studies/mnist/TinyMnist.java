package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Four small files in the place of MNIST's. */
final class TinyMnist {

  static final List<MnistFile> FILES =
      Arrays.stream(Part.values()).map(part -> MnistFile.of(part, bytes(part))).toList();

  private static final int SIZE = 3000;

  private TinyMnist() {}

  /** Random bytes, which gzip cannot shrink. */
  static byte[] bytes(Part part) {
    byte[] bytes = new byte[SIZE];
    new Random(part.fileName().hashCode()).nextBytes(bytes);
    return bytes;
  }

  static MnistFile file(Part part) {
    return MnistFile.of(part, bytes(part));
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** All four, unpacked. */
  static Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Part part : Part.values()) {
      Files.write(folder.resolve(part.fileName()), bytes(part));
    }
    return folder;
  }

  /** All four, gzipped. */
  static Path writeGzippedTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Part part : Part.values()) {
      Files.write(folder.resolve(part.fileName() + ".gz"), gzip(bytes(part)));
    }
    return folder;
  }

  /** Whether a directory holds the four and, but for the lock, nothing else. */
  static boolean isWholeIn(Path directory) throws IOException {
    for (MnistFile file : FILES) {
      Path path = directory.resolve(file.name());
      if (!Files.exists(path) || file.mismatch(path).isPresent()) {
        return false;
      }
    }
    try (var paths = Files.list(directory)) {
      return paths.noneMatch(path -> path.toString().endsWith(".part"));
    }
  }
}
