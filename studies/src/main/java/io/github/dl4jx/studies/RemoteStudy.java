package io.github.dl4jx.studies;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.commons.io.FileUtils;

/**
 * A study on a machine that makes single runs of it.
 *
 * <p>The study itself says what its runs are. It is started in an empty folder, where all runs are
 * missing, makes the one that is asked for, and is left.
 */
final class RemoteStudy {

  private final Study study;
  private final Study.Context context;

  RemoteStudy(Study study, StudyOptions options) {
    this.study = study;
    this.context = Study.Context.of(Path.of(""), options); // has the data, for all runs
  }

  /**
   * Makes a run.
   *
   * @return the file that the study's log keeps of it
   * @throws IllegalStateException if it fails, or there is no such run
   * @throws CancellationException if the thread is interrupted
   */
  byte[] make(String name, long seed) {
    OneRun one = new OneRun(name, seed);
    File folder = temporaryFolder();
    try {
      study.run(context.in(folder.toPath(), one));
    } catch (Made made) {
      return made.file;
    } catch (CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the run " + one + " failed: " + e, e);
    } finally {
      FileUtils.deleteQuietly(folder);
    }
    throw new IllegalStateException(
        "the study "
            + study.name()
            + " has no run "
            + one
            + " here: all machines need one version");
  }

  private static File temporaryFolder() {
    try {
      return Files.createTempDirectory("dl4jx-study").toFile();
    } catch (IOException e) {
      throw new IllegalStateException("a run needs a temporary folder: " + e, e);
    }
  }

  /** Makes one run of those that the study offers. */
  private record OneRun(String name, long seed) implements Workplace {

    @Override
    public void make(List<StudyRun> runs) throws IOException {
      for (StudyRun run : runs) {
        if (run.name().equals(name) && run.seed() == seed) {
          throw new Made(file(run));
        }
      }
    }

    private static byte[] file(StudyRun run) throws IOException {
      try {
        return run.maker().make();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e.toString(), e);
      }
    }

    @Override
    public String toString() {
      return name + " of seed " + seed;
    }
  }

  /** Leaves the study: what comes after its runs needs all of them. */
  @SuppressWarnings("serial") // is caught where it is thrown
  private static final class Made extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final byte[] file;

    Made(byte[] file) {
      super("made", null, false, false);
      this.file = file;
    }
  }
}
