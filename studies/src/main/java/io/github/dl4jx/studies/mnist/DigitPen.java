package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.DigitHand.Point;
import java.util.List;

/**
 * The pen: lines to grey pixels with soft edges, 0 for paper and 255 for ink, as in MNIST.
 *
 * <p>A pixel's ink falls off linearly over {@value #EDGE} pixels at the line's edge; where lines
 * meet the darker one counts. The pen presses harder here and lighter there, and the ink is grainy.
 */
final class DigitPen {

  /** Pixels in a row and in a column. */
  static final int SIDE = 28;

  private static final double THINNEST = 1.6;
  private static final double THICKEST = 4.0;
  private static final double PRESSURE = 0.18;
  private static final double EDGE = 1.4;
  private static final double GRAIN = 0.25;

  private final DigitRandom random;
  private final double thickness;
  private final double[] ink = new double[SIDE * SIDE];

  DigitPen(DigitRandom random) {
    this.random = random;
    this.thickness = random.uniform(THINNEST, THICKEST);
  }

  /** How thick the pen is, in pixels. */
  double thickness() {
    return thickness;
  }

  /**
   * Draws.
   *
   * @param lines points in pixels
   * @param image takes {@code SIDE * SIDE} bytes, row after row
   * @param offset of the first byte
   */
  void draw(List<List<Point>> lines, byte[] image, int offset) {
    double phase = random.uniform(0, 2 * Math.PI);
    double waves = random.uniform(0.1, 0.5);
    for (List<Point> line : lines) {
      for (int i = 1; i < line.size(); i++) {
        double radius = thickness / 2 * (1 + PRESSURE * StrictMath.sin(phase + waves * i));
        segment(line.get(i - 1), line.get(i), radius);
      }
    }
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] > 0) {
        double grain = random.uniform();
        image[offset + i] = (byte) (int) (255 * ink[i] * (1 - GRAIN * grain * grain * grain) + 0.5);
      }
    }
  }

  private void segment(Point from, Point to, double radius) {
    double reach = radius + EDGE / 2;
    int firstX = Math.max(0, (int) (Math.min(from.x(), to.x()) - reach));
    int lastX = Math.min(SIDE - 1, (int) (Math.max(from.x(), to.x()) + reach));
    int firstY = Math.max(0, (int) (Math.min(from.y(), to.y()) - reach));
    int lastY = Math.min(SIDE - 1, (int) (Math.max(from.y(), to.y()) + reach));
    for (int y = firstY; y <= lastY; y++) {
      for (int x = firstX; x <= lastX; x++) {
        double d = distance(x + 0.5, y + 0.5, from, to);
        double dark = Math.min(1, (reach - d) / EDGE);
        int pixel = y * SIDE + x;
        if (dark > ink[pixel]) {
          ink[pixel] = dark;
        }
      }
    }
  }

  /** From a pixel's middle to the nearest point of the segment. */
  private static double distance(double x, double y, Point from, Point to) {
    double alongX = to.x() - from.x();
    double alongY = to.y() - from.y();
    double square = alongX * alongX + alongY * alongY;
    double t = square == 0 ? 0 : ((x - from.x()) * alongX + (y - from.y()) * alongY) / square;
    double nearest = Math.max(0, Math.min(1, t));
    double dx = x - from.x() - nearest * alongX;
    double dy = y - from.y() - nearest * alongY;
    return Math.sqrt(dx * dx + dy * dy);
  }
}
