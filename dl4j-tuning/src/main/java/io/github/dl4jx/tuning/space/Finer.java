package io.github.dl4jx.tuning.space;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of a space around some of its points. */
final class Finer {

  private Finer() {}

  static SearchSpace around(SearchSpace space, List<Point> top) {
    SearchSpace finer = new SearchSpace();
    for (Parameter<?> parameter : space.parameters()) {
      double[] coordinates =
          top.stream()
              .mapToDouble(point -> point.coordinate(parameter.index()))
              .filter(coordinate -> !Double.isNaN(coordinate))
              .toArray();
      if (coordinates.length > 0) {
        Parameter<?> added = finer.add(parameter.name(), parameter.domain().around(coordinates));
        added.setCondition(in(finer, parameter.condition()));
      }
    }
    return finer;
  }

  private static @Nullable Condition in(SearchSpace finer, @Nullable Condition old) {
    if (old == null) {
      return null;
    }
    Parameter<?> parent = finer.find(old.parent().name());
    return parent == null ? null : old.in(parent);
  }
}
