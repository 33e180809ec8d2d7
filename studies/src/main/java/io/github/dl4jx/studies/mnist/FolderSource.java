package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with the files as they are, or gzipped under their name and {@code .gz}. */
final class FolderSource implements Source {

  private final Path folder;
  private final String name;
  private final boolean required;

  private FolderSource(Path folder, String name, boolean required) {
    this.folder = folder;
    this.name = name;
    this.required = required;
  }

  /** A folder that happens to be there. */
  static FolderSource found(Path folder) {
    return new FolderSource(folder, folder.toString(), false);
  }

  /** The folder that the user named. */
  static FolderSource named(Path folder, String property) {
    return new FolderSource(folder, "-D" + property + "=" + folder, true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean required() {
    return required;
  }

  @Override
  public void write(MnistFile file, Path target) throws IOException {
    if (!Files.isDirectory(folder)) {
      String message = folder + " must be a directory, found " + what(folder);
      throw new SourceException(Reach.SOURCE, message, null);
    }
    Path plain = folder.resolve(file.name());
    Path path = Files.exists(plain) ? plain : folder.resolve(file.name() + ".gz");
    if (!Files.isRegularFile(path)) {
      String message = folder + " has neither " + file.name() + " nor " + path.getFileName();
      throw new SourceException(Reach.FILE, message, null);
    }
    try (InputStream in = open(path)) {
      file.copy(in, target, path.toString(), total -> {});
    }
  }

  private static String what(Path path) {
    return Files.exists(path) ? "something else" : "nothing";
  }

  private static InputStream open(Path path) throws SourceException {
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new SourceException(Reach.FILE, path + " cannot be opened: " + e, e);
    }
  }
}
