package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Lattice;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Points that no trial has had: a finite space is searched once, then the search ends. */
final class Fresh {

  private static final int REDRAWS = 100;

  private final SearchSpace space;
  private final Set<Point> tried = new HashSet<>();

  Fresh(History history) {
    space = history.space();
    for (Trial trial : history.trials()) {
      tried.add(trial.point());
    }
  }

  boolean isNew(Point point) {
    return !tried.contains(point);
  }

  /**
   * A drawn point that is new; after many that are not, a random one; after many of these, in a
   * finite space, any that is left; nothing if none is.
   */
  Optional<Point> point(Draws draws, Supplier<Point> drawn) {
    Lattice all = Lattice.of(space);
    if (tried.size() >= all.size()) {
      return Optional.empty();
    }
    for (int i = 0; i < 2 * REDRAWS; i++) {
      Point point = i < REDRAWS ? drawn.get() : space.at(draws.coordinates(space));
      if (isNew(point)) {
        return Optional.of(point);
      }
    }
    return all.size() == Lattice.UNCOUNTABLE
        ? Optional.of(drawn.get())
        : next(all, draws.below(all.size()));
  }

  private Optional<Point> next(Lattice all, long from) {
    for (long i = 0; i < all.size(); i++) {
      Point point = all.point((from + i) % all.size());
      if (isNew(point)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }
}
