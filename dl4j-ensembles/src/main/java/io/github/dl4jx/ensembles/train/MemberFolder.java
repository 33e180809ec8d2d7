package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.RegularFiles;
import io.github.dl4jx.training.resume.FolderLock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finished members of a run, so that a run that was killed does not train them again.
 *
 * <pre>
 * training.txt     what is trained: settings, configurations, data; another run is refused
 * member-0.zip     a finished member, as Deeplearning4j saves networks
 * </pre>
 *
 * <p>The folder is one training's at a time, until it is closed: see {@link FolderLock}.
 */
final class MemberFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MemberFolder.class);

  private static final String RECORD = "training.txt";
  private static final String MEMBER = "member-";

  private final Path folder;
  private final LoadPolicy policy;
  private final FolderLock lock;

  private MemberFolder(Path folder, LoadPolicy policy, FolderLock lock) {
    this.folder = folder;
    this.policy = policy;
    this.lock = lock;
  }

  /**
   * Opens the folder of a run, or begins one.
   *
   * @param description what is trained; must be the same each time
   * @param policy what the files of members may hold
   * @throws IllegalArgumentException if the folder holds another run
   * @throws IllegalStateException if another process or thread trains in the folder
   */
  static MemberFolder open(File file, String description, LoadPolicy policy) {
    Path folder = file.toPath().toAbsolutePath();
    FolderLock lock;
    try {
      Files.createDirectories(folder);
      lock = FolderLock.acquire(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder of members " + folder + ": " + e, e);
    }
    try {
      prepare(folder, description);
      return new MemberFolder(folder, policy, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void prepare(Path folder, String description) {
    Path record = folder.resolve(RECORD);
    byte[] text = description.getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFiles.deleteLeftovers(folder, RECORD);
      AtomicFiles.deleteLeftovers(folder, MEMBER);
      if (Files.exists(record)) {
        RegularFiles.check(record);
        Preconditions.checkArgument(
            Files.size(record) == text.length
                && description.equals(Files.readString(record, StandardCharsets.UTF_8)),
            "folder must be empty or hold the same training, got %s, whose %s tells of another"
                + " configuration, setting or data",
            folder,
            RECORD);
      } else {
        AtomicFiles.write(record, out -> out.write(text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder of members " + folder + ": " + e, e);
    }
  }

  /** A finished member, or null if it is not there; one that cannot be read is trained again. */
  @Nullable Model load(int member, Network.Kind kind) {
    File file = file(member);
    if (!file.exists()) {
      return null;
    }
    try {
      return ModelFiles.read(file, kind, policy);
    } catch (IOException e) {
      log.warn("Training member {} again: {}", member + 1, e.getMessage());
      return null;
    }
  }

  void save(int member, Model network) {
    File file = file(member);
    // a thread that did not stop when the training failed comes too late
    Preconditions.checkState(lock.isHeld(), "the training in %s is over", folder);
    try {
      ModelFiles.write(network, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save the member " + file + ": " + e, e);
    }
  }

  private File file(int member) {
    return folder.resolve(MEMBER + member + ".zip").toFile();
  }

  /** Gives the folder up. */
  @Override
  public void close() {
    lock.close();
  }
}
