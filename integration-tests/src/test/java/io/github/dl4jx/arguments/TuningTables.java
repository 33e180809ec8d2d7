package io.github.dl4jx.arguments;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.report.SearchReport;
import io.github.dl4jx.tuning.run.AskTell;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchListener;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.run.TrialSetup;
import io.github.dl4jx.tuning.sample.Bohb;
import io.github.dl4jx.tuning.sample.GridSearch;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.sample.SobolSearch;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.schedule.Asha;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.MedianStopping;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.space.Lattice;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.store.Event;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.store.TrialFolder;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;

/** Good values for dl4j-tuning. */
final class TuningTables {

  private TuningTables() {}

  static void add(Good good) {
    values(good);
    space(good);
    samplers(good);
    schedules(good);
    searches(good);
    storage(good);
    reports(good);
  }

  /** A choice and two numbers. */
  private static SearchSpace space(World world) {
    return world.once(
        "space",
        () -> {
          SearchSpace space = new SearchSpace();
          space.choice("updater", "adam", "sgd");
          space.uniform("momentum", 0.5, 0.99);
          space.integer("layers", 1, 3);
          return space;
        });
  }

  @SuppressWarnings("unchecked")
  private static <T> Parameter<T> parameter(World world, int index) {
    return (Parameter<T>) space(world).parameters().get(index);
  }

  private static Point point(World world) {
    return space(world).at(1, 0.75, 2);
  }

  private static Trial trial(World world) {
    return world.once("trial", () -> Trial.begin(0, point(world)));
  }

  private static AskTell search(World world) {
    return world.once("search", () -> AskTell.minimizing(space(world), new RandomSearch()).build());
  }

  private static void values(Good good) {
    good.value("SearchSpace", TuningTables::space)
        .value("Parameter", world -> parameter(world, 1))
        .value("Point", TuningTables::point)
        .value("Trial", TuningTables::trial)
        .value("State", world -> Trial.State.PAUSED)
        .value("Sampler", world -> new RandomSearch())
        .value("History", world -> new History(space(world), true, List.of(trial(world))))
        .value("History:trials", world -> List.of(trial(world)))
        .value("AskTell:trial", world -> search(world).ask().orElseThrow())
        .instance("Trial", TuningTables::trial)
        .instance("History", world -> new History(space(world), true, List.of(trial(world))))
        .instance("AskTell", TuningTables::search)
        .instance("AskTell.Builder", world -> AskTell.minimizing(space(world), new RandomSearch()));
  }

  private static void space(Good good) {
    good.value("SearchSpace:low", world -> 0.1)
        .value("SearchSpace:high", world -> 0.9)
        .value("SearchSpace:step", world -> 0.4)
        .value("SearchSpace#integer:low", world -> 1)
        .value("SearchSpace#integer:high", world -> 5)
        .value("SearchSpace#logInt:low", world -> 1)
        .value("SearchSpace#logInt:high", world -> 5)
        .value("SearchSpace:options", world -> new Object[] {"a", "b"})
        .value("SearchSpace:coordinates", world -> new double[] {0, 0.75, 2})
        .value("SearchSpace:json", world -> point(world).toString())
        .value("SearchSpace:top", world -> List.of(point(world)))
        .value("Parameter:parent", world -> parameter(world, 0))
        .value("Parameter:values", world -> new Object[] {"sgd"})
        .value("Point.Builder:value", world -> 0.75)
        .value("Lattice:points", world -> new int[] {1, 2, 3})
        .instance("SearchSpace", TuningTables::space)
        .instance("Parameter", world -> parameter(world, 1))
        .instance("Point", TuningTables::point)
        .instance(
            "Point.Builder",
            world ->
                space(world)
                    .point()
                    .set(parameter(world, 0), "sgd")
                    .set(parameter(world, 1), 0.75)
                    .set(parameter(world, 2), 2))
        .instance("Lattice", world -> Lattice.grid(space(world), 1, 2, 3));
  }

  private static void samplers(Good good) {
    good.instance("RandomSearch", world -> new RandomSearch())
        .instance("GridSearch", world -> GridSearch.of(3))
        .instance("SobolSearch", world -> new SobolSearch())
        .instance("Tpe", world -> Tpe.builder().build())
        .instance("Tpe.Builder", world -> Tpe.builder())
        .instance("Bohb", world -> Bohb.builder().build())
        .instance("Bohb.Builder", world -> Bohb.builder());
  }

  private static void schedules(Good good) {
    good.value("Bracket:s", world -> 0)
        .value("Bracket:n", world -> 3)
        .value("Bracket:maxEpochs", world -> 9)
        .value("Bracket:reduction", world -> 3)
        .instance("FullTraining", world -> FullTraining.maxEpochs(9))
        .instance("MedianStopping", world -> MedianStopping.maxEpochs(9))
        .instance("SuccessiveHalving", world -> SuccessiveHalving.maxEpochs(9))
        .instance("Hyperband", world -> Hyperband.maxEpochs(9))
        .instance("Asha", world -> Asha.maxEpochs(9));
  }

  private static Search.Builder builder(World world) {
    return Search.of(space(world), setup -> world.once("configuration", World::configuration))
        .score(new DataSetLossCalculator(World.data(), true))
        .schedule(FullTraining.maxEpochs(1));
  }

  private static SearchResult result(World world) {
    return world.once(
        "result",
        () -> builder(world).build().run(TrainingData.of(World.examples(), World.EXAMPLES), 1));
  }

  private static TrialSetup setup(World world) {
    AtomicReference<TrialSetup> seen = new AtomicReference<>();
    builder(world)
        .cost(
            setup -> {
              seen.set(setup);
              return 1;
            })
        .build()
        .run(TrainingData.of(World.examples(), World.EXAMPLES), 1)
        .close();
    return seen.get();
  }

  private static void searches(Good good) {
    good.value("Schedule", world -> FullTraining.maxEpochs(1))
        .value("Duration", world -> Duration.ofMinutes(1))
        .value("SearchListener", world -> (SearchListener) (trial, progress) -> {})
        .value("ToDoubleFunction", world -> (ToDoubleFunction<?>) setup -> 2)
        .value(
            "Search.Builder:calculators",
            world -> (Supplier<?>) () -> new DataSetLossCalculator(World.data(), true))
        .instance("Search", world -> builder(world).build())
        .instance("Search.Builder", TuningTables::builder)
        .instance("SearchResult", TuningTables::result)
        .instance("TrialResult", world -> result(world).best())
        .instance("TrialSetup", TuningTables::setup);
  }

  private static void storage(Good good) {
    good.value("Event", world -> Event.resume(1, 2, 3))
        .value("Event:line", world -> Event.resume(1, 2, 3).toString())
        .value(
            "Event#state(Trial, double):trial",
            world -> trial(world).scored(1, 0.5).in(Trial.State.PAUSED))
        .value("Outcome", world -> Outcome.scored(0.5, 1))
        .instance("Event", world -> Event.resume(1, 2, 3))
        .instance("Journal", world -> Journal.none())
        .instance("TrialFolder", world -> new TrialFolder(world.folder(), 1));
  }

  private static SearchReport.Builder report(World world) {
    Trial scored = Trial.begin(0, point(world)).scored(1, 0.5);
    return SearchReport.of(new History(space(world), true, List.of(scored)));
  }

  private static void reports(Good good) {
    good.value("SearchReport.Builder:trial", world -> 0)
        .value("SearchReport.Builder:epochs", world -> 1)
        .value("SearchReport.Builder:scores", world -> new double[] {0.5})
        .instance("SearchReport.Builder", TuningTables::report)
        .instance("SearchReport", world -> report(world).build());
  }
}
