package io.github.dl4jx.studies.mnist;

import java.nio.file.Path;
import org.deeplearning4j.common.resources.DL4JResources;
import org.jspecify.annotations.Nullable;

/** Moves Deeplearning4j's base directory for a test, and back. */
final class BaseDirectory implements AutoCloseable {

  private static final String PROPERTY = "org.deeplearning4j.resources.directory";

  private final @Nullable String before = System.getProperty(PROPERTY);

  /** The property first: Deeplearning4j's class would else create the default directory. */
  BaseDirectory(Path directory) {
    System.setProperty(PROPERTY, directory.toString());
    DL4JResources.resetBaseDirectoryLocation();
  }

  @Override
  public void close() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
    DL4JResources.resetBaseDirectoryLocation();
  }
}
