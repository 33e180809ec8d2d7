package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.sample.Bohb;
import io.github.dl4jx.tuning.sample.GridSearch;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.sample.SobolSearch;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.schedule.Asha;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.MedianStopping;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.trial.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Searches of a function that costs nothing, but takes some time, another one each time. */
final class CheapSearch {

  static final Map<String, Sampler> SAMPLERS =
      new TreeMap<>(
          Map.of(
              "random", new RandomSearch(),
              "grid", GridSearch.of(7),
              "sobol", new SobolSearch(),
              "tpe", Tpe.builder().startupTrials(5).build(),
              "bohb", Bohb.builder().build()));

  static final Map<String, Schedule> SCHEDULES =
      new TreeMap<>(
          Map.of(
              "full", FullTraining.maxEpochs(9),
              "median", MedianStopping.maxEpochs(9),
              "halving", SuccessiveHalving.maxEpochs(9),
              "hyperband", Hyperband.maxEpochs(9),
              "asha", Asha.maxEpochs(9)));

  final SearchSpace space = new SearchSpace();
  final Parameter<Double> x = space.uniform("x", 0, 1);
  final Parameter<Integer> y = space.integer("y", 1, 9);
  final List<Point> enqueued = new ArrayList<>();
  Sampler sampler = new RandomSearch();
  Schedule schedule = FullTraining.maxEpochs(9);
  int workers = 4;
  int parallelism = 1;
  long mostMicros;
  SearchListener listener = (trial, progress) -> {};
  Long deadline;

  Plan plan() {
    return new Plan(
        space, true, sampler, schedule, workers, 42, trial -> trial.get(y), List.copyOf(enqueued));
  }

  void enqueue(double atX, int atY) {
    enqueued.add(space.point().set(x, atX).set(y, atY).build());
  }

  /** Some points fail, and some have no score. */
  Outcome outcome(Stretch stretch) {
    LockSupport.parkNanos(
        mostMicros == 0
            ? 0
            : TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextLong(mostMicros)));
    double at = stretch.setup.get(x);
    if (at > 0.97) {
      return Outcome.failed("too much", 0);
    }
    double score = Math.pow(at - 0.3, 2) + stretch.setup.get(y) / 10.0 + 1.0 / stretch.to;
    return Outcome.scored(at > 0.93 ? Double.NaN : score, Math.random());
  }

  History run(int trials, Journal journal) {
    return SearchRun.run(
        plan(),
        trials,
        journal,
        stretch -> Optional.of(outcome(stretch)),
        parallelism,
        deadline,
        listener,
        new ArrayList<>(),
        () -> {});
  }

  History run(int trials, Path folder) {
    try (Journal journal = Journal.in(folder.toFile())) {
      return run(trials, journal);
    }
  }

  /** The journal without what the real clock says, and so without the checksums. */
  static List<String> timeless(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("journal.jsonl")).stream()
          .map(line -> line.replaceAll(",\"(seconds|time|crc)\":[^,}]*", ""))
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(History history) {
    return history.trials().stream().map(String::valueOf).collect(Collectors.joining("\n"));
  }

  /** A process: folder, sampler, schedule, threads, trials, microseconds. */
  public static void main(String[] args) {
    CheapSearch search = new CheapSearch();
    search.sampler = SAMPLERS.get(args[1]);
    search.schedule = SCHEDULES.get(args[2]);
    search.parallelism = Integer.parseInt(args[3]);
    search.mostMicros = Long.parseLong(args[5]);
    search.run(Integer.parseInt(args[4]), Path.of(args[0]));
  }
}
