package io.github.dl4jx.studies.mnist;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.common.resources.DL4JResources;

/** Where {@code MnistDataSetIterator} looks: one directory for the JVM, which data may take. */
final class BaseDirectories {

  /** Of data that are not MNIST, below the directory where MNIST belongs. */
  private static final List<String> OTHERS = List.of(Mnist.DRAWN_DIRECTORY, Fashion.DIRECTORY);

  /** For whoever changes it, or looks where it is to change it. */
  static final Object LOCK = new Object();

  private BaseDirectories() {}

  /** Deeplearning4j's own, or what it was before other data took its place. */
  static Path original() {
    Path current = DL4JResources.getBaseDirectory().toPath().toAbsolutePath();
    Path parent = current.getParent();
    return parent != null && OTHERS.stream().anyMatch(current::endsWith) ? parent : current;
  }
}
