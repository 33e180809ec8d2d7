package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * Collects the settings that make a search what it is, but for the score; how it is run is set by
 * the builder itself.
 *
 * @param <B> the builder's own type
 */
public abstract class PlanBuilder<B extends PlanBuilder<B>> {

  private final SearchSpace space;
  private final List<Point> enqueued = new ArrayList<>();
  private Sampler sampler = Tpe.builder().build();
  private @Nullable Schedule schedule;
  private int workers = 1;
  private long seed;
  private ToDoubleFunction<? super TrialSetup> cost = setup -> 1;

  PlanBuilder(SearchSpace space) {
    this.space = Arguments.notNull("space", space);
    Preconditions.checkArgument(
        !space.parameters().isEmpty(), "space must have at least 1 parameter, got 0");
  }

  abstract B self();

  /**
   * The plan.
   *
   * @param minimize whether low scores are good
   * @throws IllegalStateException if there is no schedule
   */
  Plan plan(boolean minimize) {
    Schedule epochs = schedule;
    if (epochs == null) {
      throw new IllegalStateException("schedule must be given before build()");
    }
    return new Plan(space, minimize, sampler, epochs, workers, seed, cost, points());
  }

  private List<Point> points() {
    SearchSpace complete = space.complete();
    List<Point> points = new ArrayList<>();
    for (Point point : enqueued) {
      // it may be older than some of the parameters
      points.add(complete.parse(point.toString()));
    }
    return points;
  }

  /**
   * Sets what suggests the points.
   *
   * @param suggesting the sampler; default {@link Tpe} with its defaults
   * @return this builder
   * @throws IllegalArgumentException if it is null
   */
  public B sampler(Sampler suggesting) {
    sampler = Arguments.notNull("sampler", suggesting);
    return self();
  }

  /**
   * Sets how many epochs each trial gets. It must be given.
   *
   * @param epochs the schedule
   * @return this builder
   * @throws IllegalArgumentException if it is null
   */
  public B schedule(Schedule epochs) {
    schedule = Arguments.notNull("schedule", epochs);
    return self();
  }

  /**
   * Sets the number of virtual workers: how many trials are at work at a time, so that a new one
   * cannot learn from their scores. More workers keep more threads busy, and learn a little less.
   *
   * @param virtual at least 1; default 1, the best for one thread
   * @return this builder
   * @throws IllegalArgumentException if there are fewer
   */
  public B workers(int virtual) {
    Preconditions.checkArgument(virtual >= 1, "workers must be >= 1, got %s", virtual);
    workers = virtual;
    return self();
  }

  /**
   * Sets the seed.
   *
   * @param seed any number; default 0
   * @return this builder
   */
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * Makes a point one of the first to be tried, after those that were given before: one that is
   * known to be good.
   *
   * @param point a point of the space, or of one with the same parameters
   * @return this builder
   * @throws IllegalArgumentException if the point is null, or not of the space
   */
  public B enqueue(Point point) {
    Arguments.notNull("point", point);
    space.parse(point.toString());
    enqueued.add(point);
    return self();
  }

  /**
   * Sets what an epoch of a trial costs, for the virtual clock: the nearer to the times that epochs
   * take, the less threads wait for each other. It is part of the result.
   *
   * @param epoch a number above 0 for each trial, the same each time; default 1 for all
   * @return this builder
   * @throws IllegalArgumentException if it is null
   */
  public B cost(ToDoubleFunction<? super TrialSetup> epoch) {
    cost = Arguments.notNull("cost", epoch);
    return self();
  }
}
