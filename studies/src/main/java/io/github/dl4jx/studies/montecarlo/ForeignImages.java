package io.github.dl4jx.studies.montecarlo;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.studies.mnist.DrawnImages;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images on which a network that reads digits should be unsure. */
final class ForeignImages {

  /** Letters that look like no digit, drawn by the program. */
  static final String LETTERS = "letters";

  /** Digits by the same hand: what the letters' score owes to the hand. */
  static final String DRAWN_DIGITS = "drawn digits";

  /** Every pixel uniform in [0, 1). */
  static final String UNIFORM_NOISE = "uniform noise";

  /** The pixels of a digit, in an order of its own. */
  static final String SHUFFLED_PIXELS = "shuffled pixels";

  private static final long SEED = 1;

  private ForeignImages() {}

  /**
   * Images of every kind.
   *
   * @param digits as many as there shall be of each kind, [image, pixel]; not changed
   * @return by kind
   */
  static Map<String, INDArray> like(INDArray digits) {
    int count = (int) digits.size(0);
    INDArray noise = Nd4j.create(DataType.FLOAT, digits.shape());
    KeyedRandom.of(SEED, 0).fillUniform(noise, 0);
    Map<String, INDArray> images = new LinkedHashMap<>();
    images.put(LETTERS, DrawnImages.letters(SEED, count));
    images.put(DRAWN_DIGITS, DrawnImages.digits(SEED, count));
    images.put(SHUFFLED_PIXELS, shuffled(digits));
    images.put(UNIFORM_NOISE, noise);
    return images;
  }

  private static INDArray shuffled(INDArray digits) {
    float[][] rows = digits.toFloatMatrix();
    for (int i = 0; i < rows.length; i++) {
      Random random = new Random(Seeds.derive(SEED, i));
      for (int last = rows[i].length - 1; last > 0; last--) {
        int other = random.nextInt(last + 1);
        float pixel = rows[i][last];
        rows[i][last] = rows[i][other];
        rows[i][other] = pixel;
      }
    }
    return Nd4j.createFromArray(rows);
  }
}
