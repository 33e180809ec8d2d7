package io.github.dl4jx.training.chart;

import io.github.dl4jx.training.chart.Canvas.Pen;

/** How a name is drawn: colour, pen and the shape of its points; immutable. */
final class Marker {

  static final Marker BASELINE = new Marker(Ink.BASELINE, Pen.LINE, 0);

  private static final double RADIUS = 4;

  /** Corners of the shapes, x and y by turns; the first, a circle, has none. */
  private static final double[][] SHAPES = {
    {},
    {-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85},
    {0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0},
    {0, -1.15, 1.1, 0.85, -1.1, 0.85},
    {0, 1.15, 1.1, -0.85, -1.1, -0.85},
    {
      -0.4, -1.1, 0.4, -1.1, 0.4, -0.4, 1.1, -0.4, 1.1, 0.4, 0.4, 0.4, 0.4, 1.1, -0.4, 1.1, -0.4,
      0.4, -1.1, 0.4, -1.1, -0.4, -0.4, -0.4
    }
  };

  final Ink ink;
  final Pen pen;
  private final int shape;

  private Marker(Ink ink, Pen pen, int shape) {
    this.ink = ink;
    this.pen = pen;
    this.shape = shape;
  }

  /** Of a name by its number; when colours repeat, pens and shapes differ. */
  static Marker of(int number) {
    int round = number / Ink.colours();
    return new Marker(
        Ink.ofSeries(number),
        round % 2 == 0 ? Pen.LINE : Pen.DASHED,
        (number + round) % SHAPES.length);
  }

  void draw(Canvas canvas, double x, double y) {
    double[] corners = SHAPES[shape];
    if (corners.length == 0) {
      canvas.circle(ink, RADIUS, x, y);
      return;
    }
    double[] xs = new double[corners.length / 2];
    double[] ys = new double[corners.length / 2];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = x + RADIUS * corners[2 * i];
      ys[i] = y + RADIUS * corners[2 * i + 1];
    }
    canvas.polygon(ink, 1, xs, ys);
  }
}
