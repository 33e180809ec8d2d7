package io.github.dl4jx.studies.mnist;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which sources of the files there are, in the order in which they are asked. */
final class Sources {

  private static final List<URI> MIRRORS =
      List.of(
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"),
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"));

  private static final List<URI> FASHION_MIRRORS =
      List.of(
          URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
          URI.create("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"));

  /** Where Debian's package {@code dataset-fashion-mnist} has the files, gzipped. */
  private static final Path FASHION_OF_DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

  private Sources() {}

  /** As the system properties say. */
  static List<Source> ofThisMachine() {
    return of(
        System.getProperty(Mnist.DIRECTORY_PROPERTY),
        System.getProperty(Mnist.OFFLINE_PROPERTY),
        Path.of("").toAbsolutePath(),
        MIRRORS,
        Patience.DEFAULT);
  }

  /**
   * The sources.
   *
   * @param directory the user's; null or blank for none
   * @param offline true, false or null
   * @param workingDirectory absolute
   */
  static List<Source> of(
      @Nullable String directory,
      @Nullable String offline,
      Path workingDirectory,
      List<URI> mirrors,
      Patience patience) {
    List<Source> sources = new ArrayList<>();
    if (directory != null && !directory.isBlank()) {
      sources.add(
          FolderSource.named(workingDirectory.resolve(directory), Mnist.DIRECTORY_PROPERTY));
    }
    for (Path folder : besideTheCheckout(workingDirectory)) {
      sources.add(FolderSource.found(folder));
    }
    if (!isOffline(offline)) {
      for (URI mirror : mirrors) {
        sources.add(new Mirror(mirror, patience));
      }
    }
    return sources;
  }

  /** Those of Fashion-MNIST, as the system properties say. */
  static List<Source> fashionOfThisMachine() {
    return fashion(
        System.getProperty(Fashion.DIRECTORY_PROPERTY),
        System.getProperty(Mnist.OFFLINE_PROPERTY),
        Path.of("").toAbsolutePath(),
        FASHION_OF_DEBIAN,
        FASHION_MIRRORS,
        Patience.DEFAULT);
  }

  /**
   * The sources of Fashion-MNIST.
   *
   * @param directory the user's; null or blank for none
   * @param offline true, false or null
   * @param workingDirectory absolute
   * @param debian asked if it is there
   */
  static List<Source> fashion(
      @Nullable String directory,
      @Nullable String offline,
      Path workingDirectory,
      Path debian,
      List<URI> mirrors,
      Patience patience) {
    List<Source> sources = new ArrayList<>();
    if (directory != null && !directory.isBlank()) {
      sources.add(
          FolderSource.named(workingDirectory.resolve(directory), Fashion.DIRECTORY_PROPERTY));
    }
    if (Files.isDirectory(debian)) {
      sources.add(FolderSource.found(debian));
    }
    if (!isOffline(offline)) {
      mirrors.forEach(mirror -> sources.add(new Mirror(mirror, patience)));
    }
    return sources;
  }

  /**
   * {@code ../shared/data/mnist} as seen from the checkout. Tests and studies run in the checkout
   * or in one of its modules; both have a POM, so every directory upwards that has one is a
   * candidate.
   */
  private static List<Path> besideTheCheckout(Path workingDirectory) {
    List<Path> folders = new ArrayList<>();
    for (Path at = workingDirectory; at != null; at = at.getParent()) {
      Path folder = at.resolveSibling("shared").resolve("data").resolve("mnist");
      if (Files.exists(at.resolve("pom.xml")) && Files.isDirectory(folder)) {
        folders.add(folder);
      }
    }
    return folders;
  }

  private static boolean isOffline(@Nullable String value) {
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.isEmpty() || value.equals("true")) {
      return true;
    }
    throw new IllegalArgumentException(
        "-D" + Mnist.OFFLINE_PROPERTY + " must be true or false, got " + value);
  }
}
