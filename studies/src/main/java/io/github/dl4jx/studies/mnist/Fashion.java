package io.github.dl4jx.studies.mnist;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.common.resources.DL4JResources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts Fashion-MNIST where {@code MnistDataSetIterator} reads it: ten kinds of clothes in MNIST's
 * format, 60,000 to train on and 10,000 to test, harder than digits.
 *
 * <p>The files lie in {@value #DIRECTORY} below Deeplearning4j's base directory, beside MNIST and
 * not in its place. That becomes the base directory of this JVM only; {@link Mnist#install()} goes
 * back to MNIST's. Each file comes from the first of these that has it; size and SHA-256 are
 * checked always:
 *
 * <ol>
 *   <li>that directory itself; a wrong file there is named in the log and replaced
 *   <li>the directory named by {@value #DIRECTORY_PROPERTY}, if that is set: an error if the files
 *       in it are missing or wrong
 *   <li>Debian's package {@code dataset-fashion-mnist}, if it is installed
 *   <li>two public mirrors, unless {@value Mnist#OFFLINE_PROPERTY} is true
 * </ol>
 *
 * <p>If none has them that is an error: drawn digits are no clothes.
 *
 * <p>Reference: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for
 * Benchmarking Machine Learning Algorithms", 2017, arXiv 1708.07747.
 */
public final class Fashion {

  /** System property: a directory with the four files, unpacked or gzipped. Default: none. */
  public static final String DIRECTORY_PROPERTY = "dl4jx.fashion.dir";

  static final String NAME = "Fashion-MNIST";
  static final String DIRECTORY = "fashion-mnist";

  private static final Logger LOG = LoggerFactory.getLogger(Fashion.class);

  private Fashion() {}

  /**
   * Installs Fashion-MNIST. Cheap if it is there already: the files are read once to check them.
   * Safe in several threads and processes at once.
   *
   * @return what was installed and where
   * @throws IllegalArgumentException if {@value Mnist#OFFLINE_PROPERTY} is neither true nor false
   * @throws IOException if the directory cannot be written, no source has the files, or the
   *     directory named by {@value #DIRECTORY_PROPERTY} does not hold them
   */
  public static MnistData install() throws IOException {
    return install(MnistFile.FASHION, Sources.fashionOfThisMachine());
  }

  /** With other files than Fashion-MNIST's. */
  static MnistData install(List<MnistFile> files, List<Source> sources) throws IOException {
    synchronized (BaseDirectories.LOCK) {
      Path directory = BaseDirectories.original().resolve(DIRECTORY);
      Optional<String> origin = new Installer(NAME, directory, files).install(sources);
      if (origin.isEmpty()) {
        throw new FileNotFoundException(
            "no source has Fashion-MNIST, and nothing can stand in for it: install Debian's package"
                + " dataset-fashion-mnist, connect to the network or set -D"
                + DIRECTORY_PROPERTY
                + " to a directory with its four files");
      }
      DL4JResources.setBaseDirectory(directory.toFile());
      LOG.info("{} is in {} ({})", NAME, directory, origin.get());
      return new MnistData(NAME, true, directory, origin.get());
    }
  }
}
