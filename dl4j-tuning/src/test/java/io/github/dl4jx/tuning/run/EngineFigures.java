package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.sample.Functions;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.store.TemporaryFolder;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Not a test: prints how fast journals are read, how busy threads are, and what workers cost, for
 * so many seeds as its argument says.
 */
final class EngineFigures {

  private static final double MILLI = 1e6;

  private EngineFigures() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    for (String schedule : new String[] {"full", "asha", "hyperband"}) {
      replay(schedule);
    }
    busy("uniform in 1:4", random -> 1 + 3 * random.nextDouble());
    busy("1 or 4", random -> random.nextBoolean() ? 1 : 4);
    for (Functions function : Functions.values()) {
      for (int workers : new int[] {1, 2, 4, 8}) {
        regret(function, workers, args.length == 0 ? 100 : Integer.parseInt(args[0]));
      }
    }
  }

  /** 10,000 lines or more, read and gone through by the engine in a process that has done so. */
  private static void replay(String schedule) {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      CheapSearch search = new CheapSearch();
      search.schedule = CheapSearch.SCHEDULES.get(schedule);
      int trials = schedule.equals("full") ? 3334 : 2300;
      search.run(trials, folder.file().toPath());
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      double[] millis = new double[5];
      double[] processor = new double[5];
      int events = 0;
      for (int i = 0; i < millis.length; i++) {
        long start = System.nanoTime();
        long startProcessor = threads.getCurrentThreadCpuTime();
        try (Journal journal = Journal.in(folder.file())) {
          events = journal.events().size();
          search.run(trials, journal);
        }
        millis[i] = (System.nanoTime() - start) / MILLI;
        processor[i] = (threads.getCurrentThreadCpuTime() - startProcessor) / MILLI;
      }
      System.out.printf(
          "replay of %d events, %s: first %.0f ms (%.0f of the processor), fastest of 5 %.0f ms"
              + " (%.0f of the processor)%n",
          events,
          schedule,
          millis[0],
          processor[0],
          Arrays.stream(millis).min().orElseThrow(),
          Arrays.stream(processor).min().orElseThrow());
    }
  }

  private interface Times {
    double next(Random random);
  }

  /** Two threads and four workers; the virtual clock knows the times, or takes them for equal. */
  private static void busy(String name, Times times) {
    for (boolean known : new boolean[] {false, true}) {
      double[] shares = new double[5];
      for (int seed = 0; seed < shares.length; seed++) {
        Random random = new Random(seed);
        double[] time = new double[100];
        Arrays.setAll(time, i -> times.next(random));
        AtomicLong work = new AtomicLong();
        SearchSpace space = new SearchSpace();
        space.uniform("x", 0, 1);
        Plan plan =
            new Plan(
                space,
                true,
                Tpe.builder().build(),
                FullTraining.maxEpochs(1),
                4,
                seed,
                trial -> known ? time[trial.number()] : 1,
                List.of());
        long start = System.nanoTime();
        SearchRun.run(
            plan,
            time.length,
            Journal.none(),
            stretch -> {
              long begun = System.nanoTime();
              long end = begun + (long) (20 * MILLI * time[stretch.trial]);
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
              }
              work.addAndGet(System.nanoTime() - begun);
              return Optional.of(Outcome.scored(time[stretch.trial], 0));
            },
            2,
            null,
            null,
            new ArrayList<>(),
            () -> {});
        shares[seed] = work.get() / (2.0 * (System.nanoTime() - start));
      }
      System.out.printf(
          "two threads, 4 workers, times %s, %s to the clock: busy %s%n",
          name, known ? "known" : "not known", percents(shares));
    }
  }

  private static String percents(double[] shares) {
    Arrays.sort(shares);
    return String.format(
        "%.1f %% (median of %d, from %.1f to %.1f)",
        100 * Functions.median(shares),
        shares.length,
        100 * shares[0],
        100 * shares[shares.length - 1]);
  }

  private static void regret(Functions function, int workers, int seeds) {
    Sampler tpe = Tpe.builder().build();
    double[] regrets = new double[seeds];
    Arrays.setAll(regrets, seed -> regret(function, tpe, workers, seed));
    System.out.printf(
        "%s, %d seeds, 100 trials, times 1:4, %d workers: mean %.4f, median %.4f%n",
        function, seeds, workers, mean(regrets), median(regrets));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Functions.median(sorted);
  }

  /** Of 100 trials that take from 1 to 4 units of virtual time. */
  static double regret(Functions function, Sampler sampler, int workers, int seed) {
    SearchSpace space = new SearchSpace();
    List<Parameter<Double>> parameters = function.parameters(space);
    Plan plan =
        new Plan(
            space,
            true,
            sampler,
            FullTraining.maxEpochs(1),
            workers,
            seed,
            trial -> 1 + 3 * new Random(trial.seed()).nextDouble(),
            List.of());
    Engine.Work work =
        new Engine.Work() {
          @Override
          public void begin(Stretch stretch) {}

          @Override
          public Optional<Outcome> await(Stretch stretch) {
            double[] x = parameters.stream().mapToDouble(stretch.setup::get).toArray();
            return Optional.of(Outcome.scored(function.at(x), 0));
          }

          @Override
          public void changed(Trial trial, History history, boolean replayed) {}

          @Override
          public void over(Trial trial) {}
        };
    History history = new Engine(plan, 100, Journal.none(), work).run();
    return history.top(1).get(0).score().orElseThrow();
  }
}
