package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.nd4j.common.base.Preconditions;

/** What makes a search what it is, but for the data and the networks. Immutable. */
final class Plan {

  final SearchSpace space;
  final boolean minimize;
  final Sampler sampler;
  final Schedule schedule;
  final int workers;
  final long seed;
  final ToDoubleFunction<? super TrialSetup> cost;
  final List<Point> enqueued;

  Plan(
      SearchSpace space,
      boolean minimize,
      Sampler sampler,
      Schedule schedule,
      int workers,
      long seed,
      ToDoubleFunction<? super TrialSetup> cost,
      List<Point> enqueued) {
    this.space = space.complete();
    this.minimize = minimize;
    this.sampler = sampler;
    this.schedule = schedule;
    this.workers = workers;
    this.seed = seed;
    this.cost = cost;
    this.enqueued = enqueued;
  }

  TrialSetup setup(int trial, Point point) {
    return setup(trial, point, 0);
  }

  /** With another seed for each repetition. */
  TrialSetup setup(int trial, Point point, int repetition) {
    long networks = Seeds.derive(seed, -2 - repetition); // the grid has -1, samplers 0 and more
    return new TrialSetup(trial, point, schedule.maxEpochs(), Seeds.derive(networks, trial));
  }

  /** How long the trial takes from one epoch to another, by the virtual clock. */
  double duration(TrialSetup setup, int from, int to) {
    double epoch = cost.applyAsDouble(setup);
    Preconditions.checkArgument(
        epoch > 0 && epoch < Double.POSITIVE_INFINITY,
        "cost must be finite and > 0, got %s for %s",
        epoch,
        setup);
    return epoch * (to - from);
  }

  /** The settings in words, for the search's file. */
  Map<String, String> description() {
    Map<String, String> description = new LinkedHashMap<>();
    description.put("space", space.toString());
    description.put("scores", minimize ? "low are good" : "high are good");
    description.put("sampler", sampler.name());
    description.put("schedule", schedule.name());
    description.put("seed", String.valueOf(seed));
    description.put("workers", String.valueOf(workers));
    return description;
  }
}
