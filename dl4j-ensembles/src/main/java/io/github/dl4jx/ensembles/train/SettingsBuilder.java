package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.random.internal.Arguments;
import java.io.File;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The settings that all trainers of ensembles have.
 *
 * <p>Training stops after the step it is at when the thread that called {@code fit} is interrupted;
 * with {@link #resumeIn} what is finished is then there for the next time.
 *
 * @param <B> the builder's own type
 */
public abstract class SettingsBuilder<B extends SettingsBuilder<B>> {

  long seed;
  EnsembleListener progress = (member, finished, members, network) -> {};
  @Nullable File folder;

  SettingsBuilder() {}

  abstract B self();

  /**
   * Seed of everything random.
   *
   * @param seed any value; default 0
   * @return this builder
   */
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * What is told of finished members.
   *
   * @param listener the listener; default none (the log has a line for each member)
   * @return this builder
   */
  public B progress(EnsembleListener listener) {
    Preconditions.checkArgument(listener != null, "listener must not be null");
    this.progress = listener;
    return self();
  }

  /**
   * Keeps what is finished in a folder: {@code fit} called again with the same settings and data
   * goes on where it was stopped, to the same ensemble. While one {@code fit} uses the folder,
   * another, of this process or any other, is refused with an {@link IllegalStateException} that
   * has the id of the process.
   *
   * @param folder a folder for this training alone; made if need be; default none
   * @return this builder
   * @throws IllegalArgumentException if it is a file
   */
  public B resumeIn(File folder) {
    Arguments.path("folder", folder);
    Preconditions.checkArgument(
        !folder.isFile(), "folder must be a folder or not be there yet, got the file %s", folder);
    this.folder = folder;
    return self();
  }
}
