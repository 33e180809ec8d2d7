package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A search for the hyperparameters of a network. Immutable: it may be run any number of times.
 *
 * <pre>{@code
 * SearchSpace space = new SearchSpace();
 * Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
 * Parameter<Integer> hidden = space.logInt("hidden", 32, 512);
 *
 * Search search = Search.of(space, trial -> conf(trial.get(rate), trial.get(hidden)))
 *     .score(new DataSetLossCalculator(validation, true))
 *     .sampler(Tpe.builder().build())
 *     .schedule(Hyperband.maxEpochs(27))
 *     .workers(4)                     // virtual; part of the result
 *     .parallelism(2)                 // threads; never changes the result
 *     .seed(42).resumeIn(folder).build();
 * try (SearchResult result = search.run(train, 60)) {
 *   MultiLayerNetwork best = result.best().network();
 * }
 * }</pre>
 *
 * <p>A search is a function of the space, the data, the seed, the sampler, the schedule, the number
 * of workers and the costs: a virtual clock says which worker is free when, and samplers and
 * schedules see what has ended by it. A trial lasts as long as its epochs cost. Where the same
 * epochs take the same time, so many workers are as busy as so many machines would be.
 *
 * <p>Each trial's network and the order of its data have a seed of their own, whatever the
 * configuration says. A paused trial goes on from its checkpoint to the bits that it would have had
 * in one piece. One that diverges or fails is kept with its cause, and counts as worse than all
 * others. If the first three do, the search ends, and so it does in its folder each time: when the
 * cause is mended, delete that or take another one.
 *
 * <p>With {@link Builder#resumeIn} a search that was killed goes on where it was, and several
 * processes may share one: see {@link io.github.dl4jx.tuning.store}. All must be built alike, the
 * function of the configuration included. Without it, checkpoints are in a temporary folder.
 */
public final class Search {

  private final Networks networks;
  private final Scorer scorer;
  private final Plan plan;
  private final int parallelism;
  private final @Nullable Execution execution;
  private final @Nullable Path folder;
  private final @Nullable Duration timeLimit;
  private final @Nullable SearchListener listener;

  private Search(Builder builder, Scorer scorer, Plan plan) {
    this.networks = builder.networks;
    this.scorer = scorer;
    this.plan = plan;
    this.parallelism = builder.parallelism;
    this.execution = builder.execution;
    this.folder = builder.folder;
    this.timeLimit = builder.timeLimit;
    this.listener = builder.listener;
  }

  /**
   * Begins a search for the hyperparameters of a {@code MultiLayerNetwork}.
   *
   * @param space what to search; it cannot be changed afterwards
   * @param configuration makes a trial's configuration, the same each time for the same values;
   *     called from several threads; its seed does not matter
   * @return a builder
   * @throws IllegalArgumentException if an argument is null or the space has no parameters
   */
  public static Builder of(
      SearchSpace space, Function<? super TrialSetup, MultiLayerConfiguration> configuration) {
    return new Builder(space, Networks.ofLayers(configuration));
  }

  /**
   * Begins a search for the hyperparameters of a {@code ComputationGraph}.
   *
   * @param space what to search; it cannot be changed afterwards
   * @param configuration makes a trial's configuration, the same each time for the same values;
   *     called from several threads; its seed does not matter
   * @return a builder
   * @throws IllegalArgumentException if an argument is null or the space has no parameters
   */
  public static Builder ofGraph(
      SearchSpace space,
      Function<? super TrialSetup, ComputationGraphConfiguration> configuration) {
    return new Builder(space, Networks.ofGraph(configuration));
  }

  /**
   * Searches.
   *
   * @param data the training data; see {@link TrainingData#of(DataSetIterator)}
   * @param trials how many there are in all, at least 1, those of earlier runs in the folder
   *     included; fewer if a finite space has no more points, or the time is over
   * @return what was found
   * @throws IllegalArgumentException as {@link #run(TrainingData, int)}
   * @throws IllegalStateException as {@link #run(TrainingData, int)}
   * @throws java.io.UncheckedIOException as {@link #run(TrainingData, int)}
   */
  public SearchResult run(DataSetIterator data, int trials) {
    checkTrials(trials);
    return run(TrainingData.of(data), trials);
  }

  /**
   * Searches.
   *
   * @param data the training data
   * @param trials how many there are in all, at least 1, those of earlier runs in the folder
   *     included; fewer if a finite space has no more points, or the time is over
   * @return what was found; a trial that was at work when the time was over is still running in it
   * @throws IllegalArgumentException if the data is null, there are no trials, or the folder has
   *     another search: the message says in what it differs
   * @throws IllegalStateException if the first three trials fail, or the thread is interrupted, or
   *     the folder's journal is that of a search that went otherwise
   * @throws java.io.UncheckedIOException if the folder cannot be used
   */
  public SearchResult run(TrainingData data, int trials) {
    Arguments.notNull("data", data);
    checkTrials(trials);
    return new SearchRun(plan, networks, scorer, parallelism, execution, listener)
        .run(data, trials, folder, timeLimit);
  }

  private static void checkTrials(int trials) {
    Preconditions.checkArgument(trials >= 1, "trials must be >= 1, got %s", trials);
  }

  /** Collects the settings of a {@link Search}. */
  public static final class Builder extends PlanBuilder<Builder> {

    private final Networks networks;
    private @Nullable Scorer scorer;
    private int parallelism = 1;
    private @Nullable Execution execution;
    private @Nullable Path folder;
    private @Nullable Duration timeLimit;
    private @Nullable SearchListener listener;

    Builder(SearchSpace space, Networks networks) {
      super(space);
      this.networks = networks;
    }

    /**
     * Sets what scores a network; its {@code minimizeScore()} gives the direction. It must be given
     * once, here or by {@link #score(Supplier)}.
     *
     * @param calculator of validation data; one thread at a time uses it
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder score(ScoreCalculator<?> calculator) {
      scorer = Scorer.of(calculator);
      return this;
    }

    /**
     * Sets what scores a network, in each thread by a calculator of its own, so that threads do not
     * wait for each other.
     *
     * @param calculators makes calculators that do not share an iterator
     * @return this builder
     * @throws IllegalArgumentException if it is null, or gives null
     */
    public Builder score(Supplier<? extends ScoreCalculator<?>> calculators) {
      scorer = Scorer.of(calculators);
      return this;
    }

    /**
     * Sets the number of threads. It never changes the result; more than there are workers are of
     * no use. Twice as many workers as threads keep these busy.
     *
     * @param threads at least 1; default 1
     * @return this builder
     * @throws IllegalArgumentException if there are fewer
     */
    public Builder parallelism(int threads) {
      Preconditions.checkArgument(threads >= 1, "parallelism must be >= 1, got %s", threads);
      parallelism = threads;
      return this;
    }

    /**
     * Sets where networks are trained, if not in this process: with {@code SparkTraining.on(sc)} on
     * a cluster, up to {@link #workers} at a time. It does not change the result, as far as the
     * machines compute the same bits.
     *
     * <p>The folder of the search stays with this process: a trial's checkpoint goes with it to
     * wherever it goes on, and the one at the end of its epochs comes back. Networks are scored
     * here, as many at a time as {@link #parallelism} says. A trial that throws is a failed trial;
     * if the execution itself fails, the search ends, and goes on in its folder. Data that is a
     * stream must come from a serializable source.
     *
     * @param training the execution
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder execution(Execution training) {
      execution = Arguments.notNull("execution", training);
      return this;
    }

    /**
     * Keeps the search in a folder, where it goes on if the program is run again.
     *
     * @param folder a folder for this search alone; made if need be
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder resumeIn(Path folder) {
      this.folder = Arguments.path("folder", Arguments.notNull("folder", folder).toFile());
      return this;
    }

    /**
     * Ends a run early. What was at work goes on in the next run in the folder, and the trials that
     * had ended by the virtual clock are those with which any longer search begins.
     *
     * @param limit how long a run may take, above 0; default: as long as it takes
     * @return this builder
     * @throws IllegalArgumentException if it is null or not above 0
     */
    public Builder timeLimit(Duration limit) {
      Arguments.notNull("timeLimit", limit);
      Preconditions.checkArgument(
          !limit.isNegative() && !limit.isZero(), "timeLimit must be > 0, got %s", limit);
      timeLimit = limit;
      return this;
    }

    /**
     * Sets who follows the search.
     *
     * @param following the listener
     * @return this builder
     * @throws IllegalArgumentException if it is null
     */
    public Builder listener(SearchListener following) {
      listener = Arguments.notNull("listener", following);
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds the search.
     *
     * @return a search that has not begun
     * @throws IllegalStateException if there is no score or no schedule
     */
    public Search build() {
      Scorer scoring = scorer;
      if (scoring == null) {
        throw new IllegalStateException("score must be given before build()");
      }
      return new Search(this, scoring, plan(scoring.minimizes()));
    }
  }
}
