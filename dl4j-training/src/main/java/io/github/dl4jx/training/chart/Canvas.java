package io.github.dl4jx.training.chart;

/** What charts are drawn on; in pixels from the upper left corner. */
interface Canvas {

  /** A filled rectangle; {@code opacity} is from 0, invisible, to 1. */
  void rectangle(Ink ink, double opacity, Box box);

  /** A line through points; {@code x} and {@code y} have one length. */
  void line(Ink ink, Pen pen, double[] x, double[] y);

  /** A filled polygon. */
  void polygon(Ink ink, double opacity, double[] x, double[] y);

  /** A filled circle. */
  void circle(Ink ink, double radius, double x, double y);

  /** A text; {@code y} is its base line. */
  void text(Ink ink, Lettering lettering, double x, double y, String text);

  /** From now on nothing is drawn outside of a box, until {@link #unclip()}. */
  void clip(Box box);

  /** Ends {@link #clip}. */
  void unclip();

  /** How a line is drawn. */
  enum Pen {
    HAIR(1, 0),
    WHISKER(1.5, 0),
    LINE(2, 0),
    DASHED(2, 6),
    DOTTED(1.5, 3);

    final double width;

    /** Length of the dashes and of the gaps, in pixels; 0 for none. */
    final double dash;

    Pen(double width, double dash) {
      this.width = width;
      this.dash = dash;
    }
  }

  /** A rectangle, immutable. */
  final class Box {

    final double left;
    final double top;
    final double width;
    final double height;

    Box(double left, double top, double width, double height) {
      this.left = left;
      this.top = top;
      this.width = width;
      this.height = height;
    }

    double right() {
      return left + width;
    }

    double bottom() {
      return top + height;
    }
  }
}
