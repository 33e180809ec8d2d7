package io.github.dl4jx.ensembles.combine;

import org.jspecify.annotations.Nullable;

/** A rule whose name has all of its settings: rules with equal names are equal. */
abstract class NamedRule implements CombinationRule {

  private final String name;

  NamedRule(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof NamedRule && ((NamedRule) other).name.equals(name);
  }

  @Override
  public final int hashCode() {
    return name.hashCode();
  }

  @Override
  public final String toString() {
    return name;
  }
}
