package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files into a directory: checked, whole or not at all, once even when several ask.
 *
 * <p>A file is written under another name beside its place and then renamed, which readers see as
 * one step. Files that are right stay as they are.
 */
final class Installer {

  private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

  private static final String UNFINISHED = ".part";

  private final String name;
  private final Path directory;
  private final List<MnistFile> files;

  Installer(Path directory, List<MnistFile> files) {
    this("MNIST", directory, files);
  }

  /**
   * An installer.
   *
   * @param name of the data, for messages
   */
  Installer(String name, Path directory, List<MnistFile> files) {
    this.name = name;
    this.directory = directory;
    this.files = files;
  }

  /**
   * Makes every file right, from the first source that can.
   *
   * @param sources tried in this order for what is missing
   * @return where the files come from, or empty if some are still missing
   * @throws SourceException if a required source fails
   * @throws IOException if the directory cannot be written
   */
  Optional<String> install(List<Source> sources) throws IOException {
    try {
      if (wrong(false).isEmpty()) {
        return Optional.of("already there");
      }
      Files.createDirectories(directory);
      try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
        return installLocked(sources);
      }
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot install " + name + "'s files into " + directory + ": " + e, e);
    }
  }

  private Optional<String> installLocked(List<Source> sources) throws IOException {
    deleteUnfinished();
    List<String> origins = new ArrayList<>();
    List<MnistFile> wanted = wrong(true);
    for (Source source : sources) {
      List<MnistFile> left = wanted.isEmpty() ? wanted : take(wanted, source);
      if (left.size() < wanted.size()) {
        origins.add(source.name());
      }
      wanted = left;
    }
    if (!wanted.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(origins.isEmpty() ? "already there" : String.join(", ", origins));
  }

  /** Those files that are missing or not right. */
  private List<MnistFile> wrong(boolean tell) throws IOException {
    List<MnistFile> wrong = new ArrayList<>();
    for (MnistFile file : files) {
      Path path = directory.resolve(file.name());
      if (!Files.exists(path)) {
        wrong.add(file);
        continue;
      }
      Optional<String> mismatch = file.mismatch(path);
      if (mismatch.isPresent()) {
        wrong.add(file);
        if (tell) {
          LOG.warn("{} is not the right file: {}", path, mismatch.get());
        }
      }
    }
    return wrong;
  }

  /** Takes what a source has; returns what it has not. */
  private List<MnistFile> take(List<MnistFile> wanted, Source source) throws IOException {
    List<MnistFile> left = new ArrayList<>(wanted);
    List<String> failures = new ArrayList<>();
    for (MnistFile file : wanted) {
      try {
        place(file, source);
        left.remove(file);
      } catch (SourceException e) {
        failures.add(e.getMessage());
        if (e.reach() == SourceException.Reach.SOURCE) {
          break;
        }
      }
    }
    if (failures.isEmpty()) {
      return left;
    }
    String message = source.name() + " cannot be used: " + String.join("; ", failures);
    if (source.required()) {
      throw new SourceException(SourceException.Reach.SOURCE, message, null);
    }
    LOG.warn("{}", message);
    return left;
  }

  private void place(MnistFile file, Source source) throws IOException {
    Path target = directory.resolve(file.name());
    Path part = directory.resolve(file.name() + "." + UUID.randomUUID() + UNFINISHED);
    try {
      source.write(file, part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    LOG.info("Installed {} from {}", target, source.name());
  }

  /** What killed installations left. Whoever holds the lock is the only one at work. */
  private void deleteUnfinished() throws IOException {
    for (MnistFile file : files) {
      try (DirectoryStream<Path> parts =
          Files.newDirectoryStream(directory, file.name() + ".*" + UNFINISHED)) {
        for (Path part : parts) {
          Files.deleteIfExists(part);
        }
      }
    }
  }
}
