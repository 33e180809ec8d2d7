package io.github.dl4jx.training.chart;

/** How a text is written: size in pixels, weight, place, direction; immutable. */
final class Lettering {

  /** Which part of a text is at its place. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    /** How much of the text is before its place. */
    final double before;

    Anchor(double before) {
      this.before = before;
    }
  }

  static final double TITLE_SIZE = 16;
  static final double LABEL_SIZE = 12;
  static final double TICK_SIZE = 11;

  final double size;
  final boolean bold;
  final Anchor anchor;

  /** In degrees, clockwise around the text's place. */
  final int turn;

  private Lettering(double size, boolean bold, Anchor anchor, int turn) {
    this.size = size;
    this.bold = bold;
    this.anchor = anchor;
    this.turn = turn;
  }

  static Lettering title(double size) {
    return new Lettering(size, true, Anchor.START, 0);
  }

  static Lettering label(Anchor anchor) {
    return new Lettering(LABEL_SIZE, false, anchor, 0);
  }

  static Lettering tick(Anchor anchor) {
    return new Lettering(TICK_SIZE, false, anchor, 0);
  }

  Lettering turned(int degrees) {
    return new Lettering(size, bold, anchor, degrees);
  }
}
