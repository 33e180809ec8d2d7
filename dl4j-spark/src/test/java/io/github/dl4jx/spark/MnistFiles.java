package io.github.dl4jx.spark;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** MNIST from a folder of its four packed files: pixels in [0, 1], labels one-hot. */
final class MnistFiles {

  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;

  private MnistFiles() {}

  /**
   * Reads one half of MNIST.
   *
   * @param name {@code train} or {@code t10k}
   */
  static DataSet read(Path folder, String name) throws IOException {
    byte[] pixels = numbers(folder.resolve(name + "-images-idx3-ubyte.gz"), 16);
    byte[] classes = numbers(folder.resolve(name + "-labels-idx1-ubyte.gz"), 8);
    int n = classes.length;
    float[] features = new float[n * PIXELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (pixels[i] & 255) / 255f;
    }
    float[] labels = new float[n * CLASSES];
    for (int i = 0; i < n; i++) {
      labels[i * CLASSES + classes[i]] = 1;
    }
    return new DataSet(
        Nd4j.create(features, new long[] {n, PIXELS}, 'c'),
        Nd4j.create(labels, new long[] {n, CLASSES}, 'c'));
  }

  private static byte[] numbers(Path file, int header) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file))))) {
      in.skipBytes(header);
      return in.readAllBytes();
    }
  }
}
