package io.github.dl4jx.studies;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The finished runs of a study whose runs are many lines of its CSV each: learning curves, say.
 *
 * <p>{@link RunLog} has a line a run; a run here has many, which count only together. So each run
 * is a file of its own, written when it is finished, whole or not at all, in a folder that {@link
 * KeptRuns} names, where an interrupted study of the same settings finds it again. When all are
 * there they are put together as {@code results.csv}.
 *
 * @param <P> a line, say a point of a curve
 */
final class CurveLog<P> {

  /**
   * How a line is written and read.
   *
   * @param header names of the columns
   * @param values the columns of a line
   * @param parse the line of some columns
   */
  record Form<P>(
      List<String> header, Function<P, List<String>> values, Function<List<String>, P> parse) {}

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private final KeptRuns kept;
  private final Path partial;
  private final Path complete;
  private final Form<P> form;

  private CurveLog(KeptRuns kept, Path complete, Form<P> form) throws IOException {
    this.kept = kept;
    this.partial = Files.createDirectories(kept.path());
    this.complete = complete;
    this.form = form;
  }

  /**
   * Opens the log of a folder.
   *
   * @param settings what the runs depend on, the data among it, in words
   * @param form of a line
   */
  static <P> CurveLog<P> open(Path folder, String settings, Form<P> form) throws IOException {
    return new CurveLog<>(KeptRuns.in(folder, settings), folder.resolve("results.csv"), form);
  }

  boolean contains(String network, long seed) {
    return Files.exists(file(network, seed));
  }

  void add(String network, long seed, List<P> run) throws IOException {
    write(file(network, seed), run);
  }

  /** Writes the runs in the given order of networks, then of seeds from 1, as results.csv. */
  List<P> complete(List<String> networks, int seeds) throws IOException {
    List<P> all = new ArrayList<>();
    for (String network : networks) {
      for (long seed = 1; seed <= seeds; seed++) {
        all.addAll(read(file(network, seed)));
      }
    }
    write(complete, all);
    kept.complete();
    return all;
  }

  private Path file(String network, long seed) {
    return partial.resolve(network + "-" + seed + ".csv");
  }

  private void write(Path file, List<P> points) throws IOException {
    StringBuilder text = new StringBuilder(FORMAT.format(form.header().toArray()));
    points.forEach(
        point -> text.append('\n').append(FORMAT.format(form.values().apply(point).toArray())));
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** Reads a file of this log's form, such as an earlier results.csv. */
  List<P> read(Path file) throws IOException {
    return read(file, form);
  }

  /** Reads a whole file. */
  static <P> List<P> read(Path file, Form<P> form) throws IOException {
    List<P> points = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(Files.readString(file), FORMAT)) {
      for (CSVRecord line : parser) {
        if (line.getRecordNumber() > 1) {
          points.add(form.parse().apply(line.toList()));
        }
      }
    }
    return points;
  }
}
