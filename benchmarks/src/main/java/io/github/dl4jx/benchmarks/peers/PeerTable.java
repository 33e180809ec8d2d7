package io.github.dl4jx.benchmarks.peers;

import io.github.dl4jx.benchmarks.peers.Peer.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Prints one table of what this library and PyTorch take for the same work, with one thread and
 * with two: a process for each, which take turns.
 *
 * <p>System properties: {@code peers.quick} (one turn, a tenth of the work, no figures to keep),
 * {@code peers.only} (rows that begin so, such as {@code train}), {@code peers.python} (default
 * {@code /usr/bin/python3}), {@code peers.script} (default {@code benchmarks/peers/torch_peer.py}).
 */
public final class PeerTable {

  private static final boolean QUICK = System.getProperty("peers.quick") != null;
  private static final int TURNS = QUICK ? 1 : 7;
  private static final String ONLY = System.getProperty("peers.only", "");
  private static final String PART = QUICK ? "0.1" : "1";

  private PeerTable() {}

  /** Prints the table. */
  public static void main(String[] args) throws IOException {
    Map<String, List<Time>> times = new LinkedHashMap<>();
    Set<String> about = new LinkedHashSet<>();
    about.add(processor());
    for (int threads = 1; threads <= 2; threads++) {
      measure(threads, times, about);
    }
    System.out.println(String.join("; ", about));
    System.out.println(
        QUICK ? "one turn of a tenth of the work" : "medians of " + TURNS + " turns");
    System.out.printf(
        "%-24s %7s  %-36s %9s %9s   %s%n",
        "", "threads", "", "wall ms", "CPU ms", "times as fast as torch, CPU");
    times.forEach((row, own) -> print(row.split("\t", -1), own, baseline(row, times)));
  }

  /** A process with one OpenMP thread for members side by side, one with all for the rest. */
  private static void measure(int threads, Map<String, List<Time>> times, Set<String> about)
      throws IOException {
    try (Peer torch = new Peer(torch(threads), threads);
        Peer members = new Peer(java(threads), 1);
        Peer others = threads == 1 ? members : new Peer(java(threads), threads)) {
      about.add(torch.about());
      about.add(others.about());
      Map<String, Peer> work = new LinkedHashMap<>();
      for (String ours : others.work()) {
        String name = ours.substring(0, ours.indexOf('\t') + 1);
        if (!name.startsWith(ONLY)) {
          continue;
        }
        torch.work().stream().filter(w -> w.startsWith(name)).forEach(w -> work.put(w, torch));
        work.put(ours, name.startsWith("train") ? members : others);
      }
      for (int turn = QUICK ? 0 : -1; turn < TURNS; turn++) { // one for the compiler, not counted
        for (Map.Entry<String, Peer> each : work.entrySet()) {
          Time time = each.getValue().run(each.getKey());
          String row = each.getKey().replace("\t", "\t" + threads + "\t");
          List<Time> all = times.computeIfAbsent(row, key -> new ArrayList<>());
          if (turn >= 0) {
            all.add(time);
          }
        }
      }
    }
  }

  private static List<String> torch(int threads) {
    return List.of(
        System.getProperty("peers.python", "/usr/bin/python3"),
        System.getProperty("peers.script", "benchmarks/peers/torch_peer.py"),
        String.valueOf(threads),
        PART);
  }

  private static List<String> java(int threads) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:ActiveProcessorCount=" + threads,
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-cp",
        System.getProperty("java.class.path"),
        JavaPeer.class.getName(),
        String.valueOf(threads),
        PART);
  }

  /** The times of PyTorch's first way for the row's work, or none. */
  private static List<Time> baseline(String row, Map<String, List<Time>> times) {
    String prefix = row.substring(0, row.lastIndexOf('\t') + 1) + "torch";
    return times.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(List.of());
  }

  private static void print(String[] row, List<Time> own, List<Time> torch) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %7s  %-36s %9.1f %9.1f   %s %s%n",
        row[0],
        row[1],
        row[2],
        1e3 * median(own, Time::wall),
        1e3 * median(own, Time::cpu),
        ratio(own, torch, Time::wall),
        ratio(own, torch, Time::cpu));
  }

  /** The median of the ratios within the turns: what else the machine does is the same in both. */
  private static String ratio(List<Time> own, List<Time> torch, ToDoubleFunction<Time> of) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < torch.size(); i++) {
      ratios.add(of.applyAsDouble(torch.get(i)) / of.applyAsDouble(own.get(i)));
    }
    return ratios.isEmpty()
        ? "        -"
        : String.format(Locale.ROOT, "%9.2f", median(ratios, Double::doubleValue));
  }

  private static <T> double median(List<T> values, ToDoubleFunction<T> of) {
    double[] sorted = values.stream().mapToDouble(of).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    String model = System.getProperty("os.arch");
    if (Files.exists(info)) {
      model =
          Files.readAllLines(info).stream()
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.replaceFirst(".*: ", ""))
              .findFirst()
              .orElse(model);
    }
    return model + ", " + Runtime.getRuntime().availableProcessors() + " processors";
  }
}
