package io.github.dl4jx.tuning.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a search that is not kept. It is deleted when it is closed, when the garbage
 * collector finds that nobody needs it, or when the process ends.
 */
public final class TemporaryFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TemporaryFolder.class);

  private static final Cleaner CLEANER = Cleaner.create();
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> Set.copyOf(OPEN).forEach(TemporaryFolder::delete)));
  }

  private final Path path;
  private final Cleaner.Cleanable cleanable;

  /**
   * A new folder.
   *
   * @throws UncheckedIOException if none can be made
   */
  public TemporaryFolder() {
    try {
      Path made = Files.createTempDirectory("dl4jx-search-");
      this.path = made;
      OPEN.add(made);
      this.cleanable = CLEANER.register(this, () -> delete(made));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder: " + e, e);
    }
  }

  /**
   * Where it is.
   *
   * @return a folder that exists until this is closed
   */
  public File file() {
    return path.toFile();
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  private static void delete(Path folder) {
    OPEN.remove(folder);
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      log.debug("Cannot delete {}: {}", folder, e.toString());
    }
  }
}
