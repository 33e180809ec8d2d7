package io.github.dl4jx.studies;

import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Other machines, a task a run. What is sent of a run is its name and its seed; the machine has the
 * same study, and the data from its own sources.
 */
final class Elsewhere implements Workplace {

  private final String study;
  private final StudyOptions options;
  private final Execution execution;

  Elsewhere(String study, StudyOptions options, Execution execution) {
    this.study = study;
    this.options = options;
    this.execution = execution;
  }

  @Override
  public void make(List<StudyRun> runs) throws IOException {
    if (runs.isEmpty()) {
      return;
    }
    Runs job = new Runs(new PackedStudy(study, options), runs);
    try (Execution.Session<RemoteStudy, byte[]> session = execution.open(job)) {
      job.run(session, KeptResults.none(), (index, done, file) -> keep(runs.get(index), file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalStateException e) {
      throw new IOException("a run failed: " + e.getMessage(), e);
    }
  }

  private static void keep(StudyRun run, byte[] file) {
    try {
      run.keeper().keep(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot keep the run " + run.name() + " of seed " + run.seed() + ": " + e, e);
    }
  }

  private static final class Runs extends Job<RemoteStudy, byte[]> {

    private final PackedStudy study;
    private final List<StudyRun> runs;

    Runs(PackedStudy study, List<StudyRun> runs) {
      this.study = study;
      this.runs = runs;
    }

    @Override
    public String name() {
      return "the study " + study.name();
    }

    @Override
    public String unit() {
      return "run";
    }

    @Override
    public int size() {
      return runs.size();
    }

    @Override
    public Task<RemoteStudy, byte[]> task(int index) {
      return new RemoteRun(runs.get(index).name(), runs.get(index).seed());
    }

    @Override
    public RemoteStudy shared() {
      return study.unpack();
    }

    @Override
    public Packed<RemoteStudy> packed() {
      return study;
    }

    @Override
    public ResultFormat<byte[]> format() {
      return new Files();
    }
  }

  /** A run by name. */
  private static final class RemoteRun implements Task<RemoteStudy, byte[]> {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final long seed;

    RemoteRun(String name, long seed) {
      this.name = name;
      this.seed = seed;
    }

    @Override
    public byte[] run(RemoteStudy study) {
      return study.make(name, seed);
    }
  }

  /** Files as they are; the log that keeps one looks whether it is one of its own. */
  private static final class Files implements ResultFormat<byte[]> {

    private static final long serialVersionUID = 1L;

    @Override
    public String extension() {
      return "run";
    }

    @Override
    public byte[] write(byte[] result) {
      return result;
    }

    @Override
    public byte[] read(byte[] bytes, String name) {
      return bytes;
    }
  }
}
