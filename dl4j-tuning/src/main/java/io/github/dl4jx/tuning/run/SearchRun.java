package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.store.SearchFile;
import io.github.dl4jx.tuning.store.TemporaryFolder;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a search: the virtual clock, threads that train, a folder, and who follows it. */
final class SearchRun {

  private static final Logger log = LoggerFactory.getLogger(SearchRun.class);

  private final Plan plan;
  private final Networks networks;
  private final Scorer scorer;
  private final int parallelism;
  private final @Nullable Execution execution;
  private final @Nullable SearchListener listener;

  SearchRun(
      Plan plan,
      Networks networks,
      Scorer scorer,
      int parallelism,
      @Nullable Execution execution,
      @Nullable SearchListener listener) {
    this.plan = plan;
    this.networks = networks;
    this.scorer = scorer;
    this.parallelism = parallelism;
    this.execution = execution;
    this.listener = listener;
  }

  SearchResult run(
      TrainingData train, int trials, @Nullable Path kept, @Nullable Duration timeLimit) {
    if (parallelism > 1 && !"1".equals(System.getenv("OMP_NUM_THREADS"))) {
      log.info(
          "Training {} networks side by side: with OMP_NUM_THREADS=1 in the environment they do"
              + " not compete for the processor's cores",
          parallelism);
    }
    Long deadline = timeLimit == null ? null : System.nanoTime() + timeLimit.toNanos();
    TemporaryFolder temporary = kept == null ? new TemporaryFolder() : null;
    File root = kept != null ? kept.toFile() : temporary == null ? new File("") : temporary.file();
    try {
      List<int[]> order = new ArrayList<>();
      History history = run(train, trials, root, kept != null, deadline, order);
      return new SearchResult(history, order, this, train, root, temporary);
    } catch (RuntimeException | Error e) {
      if (temporary != null) {
        temporary.close();
      }
      throw e;
    }
  }

  private History run(
      TrainingData train,
      int trials,
      File root,
      boolean kept,
      @Nullable Long deadline,
      List<int[]> order) {
    if (kept) {
      Map<String, String> description = plan.description();
      description.put("score", scorer.name());
      description.put("network", networks.kind().name());
      description.put("data", train.description());
      SearchFile.check(root, description);
    }
    return training(
        root,
        kept,
        train,
        scorer,
        trials,
        plan.workers,
        (trainer, threads) -> {
          try (Journal journal = kept ? Journal.in(root) : Journal.none()) {
            return run(
                plan,
                trials,
                journal,
                trainer,
                threads,
                deadline,
                listener,
                order,
                trainer::cancel);
          }
        });
  }

  /** Does some work with a trainer and a number of threads. */
  private <R> R training(
      File root,
      boolean kept,
      TrainingData train,
      Scorer by,
      int trials,
      int atATime,
      BiFunction<Trainer, Integer, R> work) {
    if (execution == null) {
      return work.apply(
          new Trainer(root, kept, networks, train, by, parallelism, null), parallelism);
    }
    try (Execution.Session<SharedExamples, TrainedStretch> session =
        execution.open(new StretchJob(train, trials))) {
      Elsewhere elsewhere = new Elsewhere(session, train);
      return work.apply(
          new Trainer(root, kept, networks, train, by, parallelism, elsewhere),
          Math.min(session.parallelism(), atATime)); // most of them wait
    }
  }

  /**
   * Runs the engine with any worker.
   *
   * @param order gets the trial and the number of epochs of every score, in their order
   */
  static History run(
      Plan plan,
      int trials,
      Journal journal,
      Worker worker,
      int parallelism,
      @Nullable Long deadline,
      @Nullable SearchListener listener,
      List<int[]> order,
      Runnable cancel) {
    SearchThreads threads = new SearchThreads(parallelism, worker);
    try {
      return new Engine(
              plan, trials, journal, new Real(threads, worker, trials, deadline, listener, order))
          .run();
    } finally {
      cancel.run();
      threads.close();
    }
  }

  /** What the engine sees of the real world. */
  private static final class Real implements Engine.Work {

    private final SearchThreads threads;
    private final Worker worker;
    private final int trials;
    private final @Nullable Long deadline;
    private final @Nullable SearchListener listener;
    private final List<int[]> order;
    private long start = System.nanoTime();
    private @Nullable History before;

    Real(
        SearchThreads threads,
        Worker worker,
        int trials,
        @Nullable Long deadline,
        @Nullable SearchListener listener,
        List<int[]> order) {
      this.threads = threads;
      this.worker = worker;
      this.trials = trials;
      this.deadline = deadline;
      this.listener = listener;
      this.order = order;
    }

    @Override
    public void begin(Stretch stretch) {
      threads.begin(stretch);
    }

    @Override
    public Optional<Outcome> await(Stretch stretch) {
      return threads.await(stretch, deadline);
    }

    @Override
    public void changed(Trial trial, History history, boolean replayed) {
      if (trial.state() != Trial.State.FAILED) {
        order.add(new int[] {trial.number(), trial.epochs()});
      }
      if (replayed) {
        before = history;
        start = System.nanoTime();
        return;
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      int ended = before == null ? 0 : before.ranked().size();
      SearchProgress progress = new SearchProgress(history, trials, ended, elapsed);
      if (trial.state() == Trial.State.PAUSED) {
        log.debug("{}: {}", progress, trial);
      } else {
        log.info("Search: {}: {}", progress, trial);
      }
      if (listener != null) {
        listener.scored(trial, progress);
      }
    }

    @Override
    public void over(Trial trial) {
      worker.forget(trial);
    }
  }

  Networks networks() {
    return networks;
  }

  Plan plan() {
    return plan;
  }

  /** Trains some trials again, side by side, each with some fresh seeds. */
  List<Confirmation> confirm(
      List<TrialResult> results, int seeds, TrainingData train, Scorer unseen) {
    int all = results.size() * seeds;
    if (all == 0) {
      return List.of();
    }
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return training(
          folder.file(),
          false,
          train,
          unseen,
          all,
          all,
          (trainer, threads) -> confirm(results, seeds, trainer, threads));
    }
  }

  private List<Confirmation> confirm(
      List<TrialResult> results, int seeds, Trainer trainer, int parallel) {
    SearchThreads threads = new SearchThreads(parallel, trainer);
    try {
      List<Stretch> stretches = new ArrayList<>();
      for (TrialResult result : results) {
        for (int i = 1; i <= seeds; i++) {
          TrialSetup setup = plan.setup(result.number(), result.point(), i);
          int number = stretches.size();
          Stretch stretch = new Stretch(setup, number, 0, setup.maxEpochs(), number);
          stretches.add(stretch);
          threads.begin(stretch);
        }
      }
      List<Confirmation> confirmations = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        List<Double> scores = new ArrayList<>();
        for (Stretch stretch : stretches.subList(i * seeds, (i + 1) * seeds)) {
          scores.add(threads.await(stretch, null).map(Outcome::score).orElse(Double.NaN));
        }
        confirmations.add(new Confirmation(results.get(i), scores));
      }
      return confirmations;
    } finally {
      trainer.cancel();
      threads.close();
    }
  }
}
