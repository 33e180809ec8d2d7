package io.github.dl4jx.tuning.space;

import org.nd4j.common.base.Preconditions;

/** Which options of another parameter this one is for. */
final class Condition {

  private final Parameter<?> parent;
  private final boolean[] accepted;

  Condition(Parameter<?> parent, boolean[] accepted) {
    this.parent = parent;
    this.accepted = accepted;
  }

  Parameter<?> parent() {
    return parent;
  }

  boolean accepts(int option) {
    return accepted[option];
  }

  /** Whether it is met, and that of the parent, and so on. */
  boolean isMet(double[] coordinates) {
    Condition before = parent.condition();
    if (before != null && !before.isMet(coordinates)) {
      return false;
    }
    double option = coordinates[parent.index()];
    Preconditions.checkArgument(
        option >= 0 && option < accepted.length,
        "coordinates[%s], of %s, must be in [0, %s), got %s",
        parent.index(),
        parent.name(),
        accepted.length,
        option);
    return accepts((int) option);
  }

  /** The condition in a space whose parent has fewer options, by their values. */
  Condition in(Parameter<?> smaller) {
    boolean[] kept = new boolean[smaller.options()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = accepted[indexOf(smaller.domain().value(i))];
    }
    return new Condition(smaller, kept);
  }

  private int indexOf(Object value) {
    for (int i = 0; i < accepted.length; i++) {
      if (parent.domain().value(i).equals(value)) {
        return i;
      }
    }
    throw new IllegalStateException(value + " is no option of " + parent.name());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(parent.name()).append(" = ");
    String separator = "";
    for (int i = 0; i < accepted.length; i++) {
      if (accepted[i]) {
        text.append(separator).append(parent.domain().value(i));
        separator = " or ";
      }
    }
    return text.toString();
  }
}
