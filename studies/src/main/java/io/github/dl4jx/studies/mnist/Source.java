package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.nio.file.Path;

/** Where files come from: a folder, a mirror on the web, the generator of drawn digits. */
interface Source {

  /** For messages: the folder, the address. */
  String name();

  /**
   * Whether the user named this source. Then nothing else may stand in for it unnoticed: when it
   * fails, the installation fails.
   */
  default boolean required() {
    return false;
  }

  /**
   * Writes the unpacked bytes of a file and checks them.
   *
   * @param file which one, and what its bytes must be
   * @param target created, or overwritten; after an exception its content is undefined
   * @throws SourceException if this source has no such file, cannot be reached, or has other bytes
   * @throws IOException if the target cannot be written
   */
  void write(MnistFile file, Path target) throws IOException;
}
