package io.github.dl4jx.mnist;

import java.nio.file.Path;

/**
 * What {@code MnistDataSetIterator} reads from now on.
 *
 * @param genuine whether it is MNIST; if not, it is drawn digits, and results must say so
 * @param directory holds the four files
 * @param origin where the files come from, for people to read
 */
public record MnistData(boolean genuine, Path directory, String origin) {

  /**
   * The data's name for tables and charts.
   *
   * @return {@code MNIST} or {@code drawn digits (not MNIST)}
   */
  public String label() {
    return genuine ? "MNIST" : "drawn digits (not MNIST)";
  }
}
