package io.github.dl4jx.tuning.run;

import org.jspecify.annotations.Nullable;

/** A part of a trial's training, from one epoch to another. Ordered as they end. */
final class Stretch implements Comparable<Stretch> {

  final TrialSetup setup;
  final int trial;
  final int from;
  final int to;

  /** When it ends, by the virtual clock. */
  final double end;

  Stretch(TrialSetup setup, int trial, int from, int to, double end) {
    this.setup = setup;
    this.trial = trial;
    this.from = from;
    this.to = to;
    this.end = end;
  }

  @Override
  @SuppressWarnings("ComparableType") // no two of a search are equal
  public int compareTo(Stretch other) {
    int byEnd = Double.compare(end, other.end);
    return byEnd != 0 ? byEnd : Integer.compare(trial, other.trial);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "trial " + trial + " from epoch " + from + " to " + to;
  }
}
