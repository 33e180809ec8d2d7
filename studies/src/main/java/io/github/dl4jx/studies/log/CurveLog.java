package io.github.dl4jx.studies.log;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.commons.io.FileUtils;

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
public final class CurveLog<P> {

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
  public static <P> CurveLog<P> open(Path folder, String settings, Form<P> form)
      throws IOException {
    return new CurveLog<>(KeptRuns.in(folder, settings), folder.resolve("results.csv"), form);
  }

  /** Whether a run is finished. */
  public boolean contains(String network, long seed) {
    return Files.exists(file(network, seed));
  }

  /** Where a run that takes hours keeps its checkpoints; deleted when it is finished. */
  public Path checkpoints(String network, long seed) {
    return partial.resolve(network + "-" + seed + "-checkpoints");
  }

  /** Keeps the lines of a finished run. */
  public void add(String network, long seed, List<P> run) throws IOException {
    keep(network, seed, file(run));
  }

  /** The file that is kept of a run. */
  public byte[] file(List<P> run) {
    return form.file(run).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Keeps the file of a finished run.
   *
   * @throws IOException if it is no file of such lines
   */
  public void keep(String network, long seed, byte[] file) throws IOException {
    form.check(new String(file, StandardCharsets.UTF_8));
    AtomicFiles.write(file(network, seed), out -> out.write(file));
    FileUtils.deleteDirectory(checkpoints(network, seed).toFile());
  }

  /**
   * Takes over the runs of an earlier {@code results.csv}.
   *
   * @param file its path
   * @param network label of a line's network
   * @param seed a line's seed
   * @param wanted whether to take a run, of one line at least
   */
  public void takeOver(
      Path file, Function<P, String> network, ToLongFunction<P> seed, Predicate<List<P>> wanted)
      throws IOException {
    Map<String, Map<Long, List<P>>> runs = new LinkedHashMap<>();
    for (P line : read(file)) {
      runs.computeIfAbsent(network.apply(line), label -> new LinkedHashMap<>())
          .computeIfAbsent(seed.applyAsLong(line), s -> new ArrayList<>())
          .add(line);
    }
    for (Map.Entry<String, Map<Long, List<P>>> label : runs.entrySet()) {
      for (Map.Entry<Long, List<P>> run : label.getValue().entrySet()) {
        if (wanted.test(run.getValue())) {
          add(label.getKey(), run.getKey(), run.getValue());
        }
      }
    }
  }

  /** Writes the runs in the given order of networks, then of seeds from 1, as results.csv. */
  public List<P> complete(List<String> networks, int seeds) throws IOException {
    Map<String, Integer> runs = new LinkedHashMap<>();
    networks.forEach(network -> runs.put(network, seeds));
    return complete(runs);
  }

  /** The same, of as many seeds as each network has. */
  public List<P> complete(Map<String, Integer> seeds) throws IOException {
    List<P> all = new ArrayList<>();
    for (Map.Entry<String, Integer> network : seeds.entrySet()) {
      for (long seed = 1; seed <= network.getValue(); seed++) {
        all.addAll(read(file(network.getKey(), seed)));
      }
    }
    TextFiles.write(complete, form.file(all));
    kept.complete();
    return all;
  }

  private Path file(String network, long seed) {
    return partial.resolve(network + "-" + seed + ".csv");
  }

  /** Reads a file of this log's form, such as an earlier results.csv. */
  public List<P> read(Path file) throws IOException {
    return read(file, form);
  }

  /** Reads a whole file. */
  public static <P> List<P> read(Path file, Form<P> form) throws IOException {
    return form.lines(Files.readString(file));
  }
}
