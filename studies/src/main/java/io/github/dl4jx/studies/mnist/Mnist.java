package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.common.resources.DL4JResources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts MNIST where {@code MnistDataSetIterator} looks for it.
 *
 * <p>The iterator's own download host is switched off, but it takes the four unpacked files from
 * Deeplearning4j's base directory ({@code ~/.deeplearning4j}, or {@code
 * -Dorg.deeplearning4j.resources.directory}) as they are, without a check.
 *
 * <pre>{@code
 * MnistData data = Mnist.install();
 * DataSetIterator train = new MnistDataSetIterator(64, true, 42);
 * log.info("Trained on {}", data.label());
 * }</pre>
 *
 * <p>Each file comes from the first of these that has it; size and SHA-256 are checked always:
 *
 * <ol>
 *   <li>the base directory itself; a wrong file there is named in the log and replaced
 *   <li>the directory named by {@value #DIRECTORY_PROPERTY}, if that is set: an error if the files
 *       in it are missing or wrong
 *   <li>{@code ../shared/data/mnist} beside the checkout
 *   <li>two public mirrors, unless {@value #OFFLINE_PROPERTY} is true
 * </ol>
 *
 * <p>If none has them, digits are drawn in MNIST's format, the same on every machine. They are
 * learnable, but they are not MNIST: they lie in the subdirectory {@value #DRAWN_DIRECTORY}, which
 * becomes the base directory of this JVM only, a warning is logged, and {@link MnistData#genuine()}
 * is false. The next call asks for MNIST again.
 *
 * <p>Reference: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to
 * Document Recognition", Proceedings of the IEEE 86(11), 1998, doi:10.1109/5.726791.
 */
public final class Mnist {

  /** System property: a directory with MNIST's four files, unpacked or gzipped. Default: none. */
  public static final String DIRECTORY_PROPERTY = "dl4jx.mnist.dir";

  /** System property: {@code true} forbids to use the network. Default: {@code false}. */
  public static final String OFFLINE_PROPERTY = "dl4jx.mnist.offline";

  static final String DRAWN_DIRECTORY = "drawn-digits";

  private static final Logger LOG = LoggerFactory.getLogger(Mnist.class);

  private Mnist() {}

  /**
   * Installs MNIST, or drawn digits if it cannot be had. Cheap if it is there already: the files
   * are read once to check them. Safe in several threads and processes at once.
   *
   * @return what was installed and where
   * @throws IllegalArgumentException if {@value #OFFLINE_PROPERTY} is neither true nor false
   * @throws IOException if the base directory cannot be written, or if the directory named by
   *     {@value #DIRECTORY_PROPERTY} does not hold MNIST's files
   */
  public static MnistData install() throws IOException {
    return install(
        MnistFile.MNIST,
        Sources.ofThisMachine(),
        DrawnDigits.DEFAULT_FILES,
        List.of(DrawnDigits.DEFAULT));
  }

  /** With other files than MNIST's. */
  static MnistData install(
      List<MnistFile> files,
      List<Source> sources,
      List<MnistFile> drawnFiles,
      List<Source> generators)
      throws IOException {
    synchronized (BaseDirectories.LOCK) {
      return installLocked(files, sources, drawnFiles, generators);
    }
  }

  private static MnistData installLocked(
      List<MnistFile> files,
      List<Source> sources,
      List<MnistFile> drawnFiles,
      List<Source> generators)
      throws IOException {
    Path base = BaseDirectories.original();
    Optional<String> origin = new Installer(base, files).install(sources);
    if (origin.isPresent()) {
      DL4JResources.setBaseDirectory(base.toFile());
      LOG.info("MNIST is in {} ({})", base, origin.get());
      return new MnistData(true, base, origin.get());
    }
    Path drawn = base.resolve(DRAWN_DIRECTORY);
    LOG.warn(
        "NOT MNIST: no source has it, so digits drawn by the program stand in for it, in {}. To use"
            + " MNIST, connect to the network or set -D{} to a directory with its four files.",
        drawn,
        DIRECTORY_PROPERTY);
    String drawnOrigin =
        new Installer(drawn, drawnFiles)
            .install(generators)
            .orElseThrow(() -> new IOException("no generator for the drawn digits in " + drawn));
    DL4JResources.setBaseDirectory(drawn.toFile());
    return new MnistData(false, drawn, drawnOrigin);
  }
}
