package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.DigitStrokes.Stroke;
import io.github.dl4jx.studies.mnist.DigitStrokes.Way;
import java.util.ArrayList;
import java.util.List;

/**
 * The hand that writes one digit: unsteady, slanted, in a hurry, and never twice the same.
 *
 * <p>Works on the strokes and not on pixels, so that the lines stay as thick as the pen. Only
 * arithmetic, square roots and {@link StrictMath}, all exact by the language's definition since
 * Java 17: the same points on every machine.
 */
final class DigitHand {

  /** Straight pieces per curve between two knots. */
  private static final int PIECES = 5;

  private static final double MIDDLE = 50;

  private static final double KNOT_JITTER = 4.0;
  private static final double WOBBLE = 3.5;
  private static final double ROTATION = 0.12;
  private static final double SLANT_MEAN = 0.12;
  private static final double SLANT = 0.22;
  private static final double NARROWEST = 0.60;
  private static final double WIDEST = 1.10;
  private static final double LONGEST_CUT = 0.06;

  /** MNIST's digits fill 20 pixels in their longer direction. */
  private static final double SIZE = 20;

  private static final double SMALLEST = 0.86;
  private static final double LARGEST = 1.02;
  private static final double SHIFT = 0.6;

  /** Stays white all around, whatever the shift. */
  private static final double MARGIN = 1;

  private static final double CENTRE = DigitPen.SIDE / 2.0;

  private final DigitRandom random;

  /** A point: of the strokes' box, then in pixels. */
  record Point(double x, double y) {}

  DigitHand(DigitRandom random) {
    this.random = random;
  }

  /**
   * The digit's lines in pixels, sized like MNIST's and with the centre of mass in the middle.
   *
   * @param way what to write
   * @param thickness the pen's, in pixels
   */
  List<List<Point>> write(Way way, double thickness) {
    Distortion distortion = new Distortion();
    List<List<Point>> lines = new ArrayList<>();
    for (Stroke stroke : way.strokes()) {
      lines.add(cut(curve(stroke, distort(stroke, distortion))));
    }
    return place(lines, thickness);
  }

  private List<Point> distort(Stroke stroke, Distortion distortion) {
    List<Point> knots = new ArrayList<>();
    for (int i = 0; i < stroke.x().length; i++) {
      double x = stroke.x()[i] + random.normal(KNOT_JITTER);
      double y = stroke.y()[i] + random.normal(KNOT_JITTER);
      knots.add(distortion.apply(x - MIDDLE, y - MIDDLE));
    }
    return knots;
  }

  /** One smooth bend of the whole sheet, then a turn, a slant and a squeeze. */
  private final class Distortion {

    private final double bendX = random.normal(WOBBLE);
    private final double bendY = random.normal(WOBBLE);
    private final double phaseX = random.uniform(0, 2 * Math.PI);
    private final double phaseY = random.uniform(0, 2 * Math.PI);
    private final double waves = random.uniform(0.03, 0.08);
    private final double width = random.uniform(NARROWEST, WIDEST);
    private final double slant = SLANT_MEAN + random.normal(SLANT);
    private final double angle = random.normal(ROTATION);
    private final double cos = StrictMath.cos(angle);
    private final double sin = StrictMath.sin(angle);

    Point apply(double x, double y) {
      double bentX = x + bendX * StrictMath.sin(waves * y + phaseX);
      double bentY = y + bendY * StrictMath.sin(waves * x + phaseY);
      double wide = width * bentX - slant * bentY;
      return new Point(cos * wide - sin * bentY, sin * wide + cos * bentY);
    }
  }

  /** Catmull-Rom: the tangent at a knot is half the way from the knot before to the knot after. */
  private static List<Point> curve(Stroke stroke, List<Point> knots) {
    List<Point> points = new ArrayList<>();
    points.add(knots.get(0));
    for (int i = 0; i + 1 < knots.size(); i++) {
      Point from = knots.get(i);
      Point to = knots.get(i + 1);
      Point before = i == 0 || stroke.sharp()[i] ? from : knots.get(i - 1);
      Point after = i + 2 == knots.size() || stroke.sharp()[i + 1] ? to : knots.get(i + 2);
      for (int piece = 1; piece <= PIECES; piece++) {
        double t = (double) piece / PIECES;
        points.add(
            new Point(
                hermite(t, from.x, (to.x - before.x) / 2, to.x, (after.x - from.x) / 2),
                hermite(t, from.y, (to.y - before.y) / 2, to.y, (after.y - from.y) / 2)));
      }
    }
    return points;
  }

  private static double hermite(double t, double p0, double m0, double p1, double m1) {
    double u = 1 - t;
    return (1 + 2 * t) * u * u * p0 + t * u * u * m0 + t * t * (3 - 2 * t) * p1 - t * t * u * m1;
  }

  /** The pen comes down a little late and is lifted a little early. */
  private List<Point> cut(List<Point> line) {
    int start = random.below(1 + (int) (LONGEST_CUT * line.size()));
    int end = random.below(1 + (int) (LONGEST_CUT * line.size()));
    return line.subList(start, line.size() - end);
  }

  private List<List<Point>> place(List<List<Point>> lines, double thickness) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    double length = 0;
    double massX = 0;
    double massY = 0;
    for (List<Point> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        Point p = line.get(i);
        left = Math.min(left, p.x);
        right = Math.max(right, p.x);
        top = Math.min(top, p.y);
        bottom = Math.max(bottom, p.y);
        if (i > 0) {
          Point q = line.get(i - 1);
          double piece = Math.sqrt((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
          length += piece;
          massX += piece * (p.x + q.x) / 2;
          massY += piece * (p.y + q.y) / 2;
        }
      }
    }
    double size = SIZE * random.uniform(SMALLEST, LARGEST) - thickness;
    double scale = size / Math.max(right - left, bottom - top);
    double shiftX = CENTRE + random.normal(SHIFT) - scale * massX / length;
    double shiftY = CENTRE + random.normal(SHIFT) - scale * massY / length;
    double margin = MARGIN + thickness;
    shiftX = clamp(shiftX, margin - scale * left, DigitPen.SIDE - margin - scale * right);
    shiftY = clamp(shiftY, margin - scale * top, DigitPen.SIDE - margin - scale * bottom);
    List<List<Point>> placed = new ArrayList<>();
    for (List<Point> line : lines) {
      List<Point> points = new ArrayList<>();
      for (Point p : line) {
        points.add(new Point(scale * p.x + shiftX, scale * p.y + shiftY));
      }
      placed.add(points);
    }
    return placed;
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
