package io.github.dl4jx.studies;

import io.github.dl4jx.updaters.resume.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.io.FileUtils;

/**
 * The learning curves of a study's finished runs.
 *
 * <p>{@link RunLog} has a line a run; a run here has many, which count only together. So each run
 * is a file of its own in {@code results-SETTINGS.partial}, written when it is finished, whole or
 * not at all; an interrupted study of the same settings finds it there again. At the study's end
 * they are put together as {@code results.csv}.
 */
final class CurveLog {

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private final Path partial;
  private final Path complete;

  private CurveLog(Path partial, Path complete) {
    this.partial = partial;
    this.complete = complete;
  }

  /**
   * Opens the log of a folder.
   *
   * @param settings what the runs depend on, the data among it, in words
   */
  static CurveLog open(Path folder, String settings) throws IOException {
    String key = Integer.toHexString(settings.hashCode());
    Path partial = Files.createDirectories(folder.resolve("results-" + key + ".partial"));
    return new CurveLog(partial, folder.resolve("results.csv"));
  }

  boolean contains(String network, long seed) {
    return Files.exists(file(network, seed));
  }

  void add(String network, long seed, List<CurvePoint> run) throws IOException {
    write(file(network, seed), run);
  }

  /** Writes the runs in the given order of networks, then of seeds from 1, as results.csv. */
  List<CurvePoint> complete(List<String> networks, int seeds) throws IOException {
    List<CurvePoint> all = new ArrayList<>();
    for (String network : networks) {
      for (long seed = 1; seed <= seeds; seed++) {
        all.addAll(read(file(network, seed)));
      }
    }
    write(complete, all);
    FileUtils.deleteDirectory(partial.toFile());
    return all;
  }

  private Path file(String network, long seed) {
    return partial.resolve(network + "-" + seed + ".csv");
  }

  private static void write(Path file, List<CurvePoint> points) throws IOException {
    StringBuilder text = new StringBuilder(FORMAT.format(CurvePoint.HEADER.toArray()));
    points.forEach(point -> text.append('\n').append(FORMAT.format(point.values().toArray())));
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  private static List<CurvePoint> read(Path file) throws IOException {
    List<CurvePoint> points = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(Files.readString(file), FORMAT)) {
      for (CSVRecord line : parser) {
        if (line.getRecordNumber() > 1) {
          points.add(CurvePoint.parse(line.toList()));
        }
      }
    }
    return points;
  }
}
