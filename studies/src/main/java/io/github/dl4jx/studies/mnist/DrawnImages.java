package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.DigitStrokes.Way;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images for tests of what a network makes of the unknown: letters and, to tell whether it is the
 * letters that it notices or how they are drawn, digits by the same hand and pen.
 *
 * <p>An image depends on the seed and its row only. The arrays are like those of {@code
 * MnistDataSetIterator}: float, [count, 784], 0 for paper and 1 for ink.
 */
public final class DrawnImages {

  private static final int PIXELS = DigitPen.SIDE * DigitPen.SIDE;
  private static final int DIGITS = 10;
  private static final float BLACK = 255;

  // Streams of random numbers; the first three are those of DrawnDigits.
  private static final int LETTER_STREAM = 3;
  private static final int DIGIT_STREAM = 4;

  private DrawnImages() {}

  /**
   * Capital letters that look like no digit: A, E, F, H, K, M, N, R, T, W, X.
   *
   * @param seed any value
   * @param count number of images, at least 1
   * @return the images
   * @throws IllegalArgumentException if count is below 1
   */
  public static INDArray letters(long seed, int count) {
    return draw(seed, LETTER_STREAM, count, random -> LetterStrokes.all());
  }

  /**
   * Digits; none of those that stand in for MNIST where it cannot be had.
   *
   * @param seed any value
   * @param count number of images, at least 1
   * @return the images
   * @throws IllegalArgumentException if count is below 1
   */
  public static INDArray digits(long seed, int count) {
    return draw(seed, DIGIT_STREAM, count, random -> DigitStrokes.of(random.below(DIGITS)));
  }

  private static INDArray draw(
      long seed, int stream, int count, Function<DigitRandom, List<Way>> ways) {
    Preconditions.checkArgument(count >= 1, "count must be >= 1, got %s", count);
    byte[] bytes = new byte[count * PIXELS];
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              DigitRandom random = new DigitRandom(seed, stream, i);
              DrawnDigits.draw(ways.apply(random), random, bytes, i * PIXELS);
            });
    float[] grey = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      grey[i] = Byte.toUnsignedInt(bytes[i]) / BLACK;
    }
    return Nd4j.createFromArray(grey).reshape('c', count, PIXELS);
  }
}
