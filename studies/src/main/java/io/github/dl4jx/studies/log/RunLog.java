package io.github.dl4jx.studies.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The finished runs of a study, one CSV line each, on disk as soon as they are finished.
 *
 * <p>They are in a file that {@link KeptRuns} names, where an interrupted study of the same
 * settings finds them again. When all are there they are put in order as {@code results.csv}.
 */
public final class RunLog {

  private final KeptRuns kept;
  private final Path partial;
  private final Path complete;
  private final List<Run> runs;

  private RunLog(Path folder, KeptRuns kept, List<Run> runs) {
    this.kept = kept;
    this.partial = kept.path();
    this.complete = folder.resolve("results.csv");
    this.runs = runs;
  }

  /** Opens the log of a folder, with the runs of an interrupted study on the same data. */
  public static RunLog open(Path folder, String settings, String data) throws IOException {
    RunLog log = new RunLog(folder, KeptRuns.in(folder, settings), new ArrayList<>());
    if (Files.exists(log.partial)) {
      log.runs.addAll(read(log.partial));
      log.runs.removeIf(run -> !run.data().equals(data));
    }
    replace(log.partial, Run.FORM.file(log.runs)); // without a line that a crash has torn
    return log;
  }

  /** A file of one run. */
  public static byte[] file(Run run) {
    return Run.FORM.file(List.of(run)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Keeps a finished run.
   *
   * @param file of the run
   * @throws IOException if it is no file of runs
   */
  public void keep(byte[] file) throws IOException {
    Run.FORM.check(new String(file, StandardCharsets.UTF_8)).forEach(this::add);
  }

  /** Keeps a finished run. */
  public synchronized void add(Run run) {
    runs.add(run);
    byte[] line = Run.FORM.line(run).getBytes(StandardCharsets.UTF_8);
    try (FileChannel file = FileChannel.open(partial, StandardOpenOption.APPEND)) {
      file.write(ByteBuffer.wrap(line));
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append a finished run to " + partial, e);
    }
  }

  /** Whether a run is finished. */
  public synchronized boolean contains(String technique, long seed) {
    return runs.stream().anyMatch(r -> r.technique().equals(technique) && r.seed() == seed);
  }

  /** Number of finished runs. */
  public synchronized int size() {
    return runs.size();
  }

  /** Writes the runs in the given order of techniques as {@code results.csv}. */
  public synchronized List<Run> complete(List<String> techniques) throws IOException {
    List<Run> ordered =
        techniques.stream()
            .flatMap(
                t ->
                    runs.stream()
                        .filter(r -> r.technique().equals(t))
                        .sorted((a, b) -> Long.compare(a.seed(), b.seed())))
            .collect(Collectors.toList());
    replace(complete, Run.FORM.file(ordered));
    kept.complete();
    return ordered;
  }

  private static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, text);
    try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads the whole lines of a file of runs. */
  public static List<Run> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int whole = bytes.length; // a crash may tear a line, in the middle of a letter even
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    return Run.FORM.lines(new String(bytes, 0, whole, StandardCharsets.UTF_8));
  }
}
