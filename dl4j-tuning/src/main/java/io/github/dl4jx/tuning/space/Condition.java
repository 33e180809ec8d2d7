package io.github.dl4jx.tuning.space;

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
