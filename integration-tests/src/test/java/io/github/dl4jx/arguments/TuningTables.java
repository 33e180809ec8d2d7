package io.github.dl4jx.arguments;

import io.github.dl4jx.tuning.run.AskTell;
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
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.List;

/** Good values for dl4j-tuning. */
final class TuningTables {

  private TuningTables() {}

  static void add(Good good) {
    values(good);
    space(good);
    samplers(good);
    schedules(good);
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
}
