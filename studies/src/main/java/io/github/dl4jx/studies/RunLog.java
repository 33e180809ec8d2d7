package io.github.dl4jx.studies;

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
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The finished runs of a study, one CSV line each, on disk as soon as they are finished.
 *
 * <p>They are in a file that {@link KeptRuns} names, where an interrupted study of the same
 * settings finds them again. When all are there they are put in order as {@code results.csv}.
 */
final class RunLog {

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

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
  static RunLog open(Path folder, String settings, String data) throws IOException {
    RunLog log = new RunLog(folder, KeptRuns.in(folder, settings), new ArrayList<>());
    if (Files.exists(log.partial)) {
      log.runs.addAll(read(log.partial));
      log.runs.removeIf(run -> !run.data().equals(data));
    }
    replace(log.partial, log.csv(log.runs)); // without a line that a crash has torn
    return log;
  }

  synchronized void add(Run run) {
    runs.add(run);
    byte[] line = (FORMAT.format(run.values().toArray()) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel file = FileChannel.open(partial, StandardOpenOption.APPEND)) {
      file.write(ByteBuffer.wrap(line));
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append a finished run to " + partial, e);
    }
  }

  synchronized boolean contains(String technique, long seed) {
    return runs.stream().anyMatch(r -> r.technique().equals(technique) && r.seed() == seed);
  }

  synchronized int size() {
    return runs.size();
  }

  /** Writes the runs in the given order of techniques as {@code results.csv}. */
  synchronized List<Run> complete(List<String> techniques) throws IOException {
    List<Run> ordered =
        techniques.stream()
            .flatMap(
                t ->
                    runs.stream()
                        .filter(r -> r.technique().equals(t))
                        .sorted((a, b) -> Long.compare(a.seed(), b.seed())))
            .collect(Collectors.toList());
    replace(complete, csv(ordered));
    kept.complete();
    return ordered;
  }

  Path file() {
    return complete;
  }

  private String csv(List<Run> rows) {
    StringBuilder text = new StringBuilder(FORMAT.format(Run.HEADER.toArray())).append('\n');
    rows.forEach(run -> text.append(FORMAT.format(run.values().toArray())).append('\n'));
    return text.toString();
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
  static List<Run> read(Path file) throws IOException {
    List<Run> runs = new ArrayList<>();
    byte[] bytes = Files.readAllBytes(file);
    int whole = bytes.length; // a crash may tear a line, in the middle of a letter even
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
    try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
      for (CSVRecord line : parser) {
        if (line.getRecordNumber() > 1) {
          List<String> values = new ArrayList<>(line.toList());
          if (values.size() == Run.HEADER.size() - 1) {
            values.add(Run.HEADER.indexOf("aurc"), "NaN"); // a file of before it was measured
          }
          runs.add(Run.parse(values));
        }
      }
    }
    return runs;
  }
}
