package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import java.util.Optional;

/**
 * Random search: every point is equally likely, whatever the scores so far.
 *
 * <pre>{@code
 * coordinate ~ U[low, high]          numbers, see SearchSpace
 * option     ~ U{1 .. options}       choices
 * }</pre>
 *
 * <p>In a finite space no point comes twice: one that was tried is drawn again, and when all were,
 * the search ends.
 *
 * <p>Reference: J. Bergstra, Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13,
 * 2012.
 */
public final class RandomSearch implements Sampler {

  /** The sampler; it has no settings. */
  public RandomSearch() {}

  @Override
  public Optional<Point> suggest(History history, int trial, long seed) {
    Sampler.check(history, trial);
    return suggest(history, Draws.of(seed, trial));
  }

  static Optional<Point> suggest(History history, Draws draws) {
    SearchSpace space = history.space();
    return new Fresh(history).point(draws, () -> space.at(draws.coordinates(space)));
  }

  @Override
  public String name() {
    return "random";
  }
}
