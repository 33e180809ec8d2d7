package io.github.dl4jx.studies.montecarlo;

import java.util.Arrays;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns square images about their centre, counterclockwise, with bilinear interpolation.
 *
 * <pre>{@code
 * out(x, y) = in(c + dx cos a - dy sin a, c + dx sin a + dy cos a)    dx = x - c, dy = y - c
 * }</pre>
 *
 * <p>x goes to the right, y downwards, and c = (side - 1) / 2 is the centre. What comes from
 * outside is 0. Multiples of 90 degrees move pixels without changing them, but for the last bit.
 */
final class Rotation {

  private final double cos;
  private final double sin;

  /**
   * A rotation.
   *
   * @param degrees by how much, counterclockwise
   */
  Rotation(double degrees) {
    // StrictMath: the same pixels on every machine
    this.cos = StrictMath.cos(StrictMath.toRadians(degrees));
    this.sin = StrictMath.sin(StrictMath.toRadians(degrees));
  }

  /**
   * Turns images.
   *
   * @param images [image, side * side], row after row; not changed
   * @return the turned images: float, of the same shape
   * @throws IllegalArgumentException if the images are not square
   */
  INDArray of(INDArray images) {
    int side = images.rank() == 2 ? (int) Math.round(Math.sqrt(images.columns())) : 0;
    Preconditions.checkArgument(
        side > 0 && (long) side * side == images.columns(),
        "images must have the shape [image, side * side], got %s",
        Arrays.toString(images.shape()));
    float[][] rows = images.toFloatMatrix();
    float[][] turned = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      turned[i] = turn(rows[i], side);
    }
    return Nd4j.createFromArray(turned);
  }

  private float[] turn(float[] image, int side) {
    float[] turned = new float[image.length];
    double centre = (side - 1) / 2.0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double dx = x - centre;
        double dy = y - centre;
        turned[y * side + x] =
            (float) at(image, side, centre + dx * cos - dy * sin, centre + dx * sin + dy * cos);
      }
    }
    return turned;
  }

  /** Between four pixels: of each as much as the point is near to it. */
  private static double at(float[] image, int side, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double right = x - left;
    double down = y - top;
    return (1 - down)
            * ((1 - right) * pixel(image, side, left, top)
                + right * pixel(image, side, left + 1, top))
        + down
            * ((1 - right) * pixel(image, side, left, top + 1)
                + right * pixel(image, side, left + 1, top + 1));
  }

  private static double pixel(float[] image, int side, int x, int y) {
    return x >= 0 && x < side && y >= 0 && y < side ? image[y * side + x] : 0;
  }
}
