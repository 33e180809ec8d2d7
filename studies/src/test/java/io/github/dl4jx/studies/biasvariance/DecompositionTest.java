package io.github.dl4jx.studies.biasvariance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecompositionTest {

  private static final double CLOSE = 1e-6; // probabilities are floats

  private static float[] one(int c) {
    float[] p = new float[3];
    p[c] = 1;
    return p;
  }

  /**
   * Four examples of class 0 and the classes that three samples predict:
   *
   * <pre>
   * 0 0 0  main 0, right                      V = 0
   * 0 0 1  main 0, right; sample 3 is wrong   V = 1/3, unbiased
   * 1 1 0  main 1, wrong; sample 3 is right   V = 1/3, biased
   * 1 1 2  main 1, wrong; sample 3, too       V = 1/3, corrects nothing
   * </pre>
   *
   * Bias 2/4. Errors 2/4, 2/4, 2/4: sample 3 loses the second and wins the third.
   */
  @Test
  void of_zeroOneLoss_isThatByHand() {
    float[][][] p = {
      {one(0), one(0), one(1), one(1)},
      {one(0), one(0), one(1), one(1)},
      {one(0), one(1), one(0), one(2)}
    };
    List<Decomposition.Part> parts = Decomposition.of(new int[4], p);
    assertThat(parts).extracting(Decomposition.Part::bias).containsExactly(0.5, 0.5, 0.5);
    assertThat(parts).extracting(Decomposition.Part::unbiased).containsExactly(0.0, 0.0, 0.25);
    assertThat(parts).extracting(Decomposition.Part::biased).containsExactly(0.0, 0.0, 0.25);
    assertThat(parts).extracting(Decomposition.Part::error).containsExactly(0.5, 0.5, 0.5);
  }

  /** Two of two samples differ: the first class is the main prediction. */
  @Test
  void of_classesEquallyOften_firstIsTheMainPrediction() {
    float[][][] p = {{one(2)}, {one(1)}};
    List<Decomposition.Part> parts = Decomposition.of(new int[] {2}, p);
    assertThat(parts).extracting(Decomposition.Part::bias).containsExactly(1.0, 1.0);
    assertThat(parts).extracting(Decomposition.Part::biased).containsExactly(1.0, 0.0);
    assertThat(parts).extracting(Decomposition.Part::error).containsExactly(0.0, 1.0);
  }

  /**
   * One example of class 0, two classes, (0.8, 0.2) and (0.4, 0.6). Brier 0.08 and 0.72, 0.4 on
   * average. The mean is (0.6, 0.4), each 0.08 from it, which is 0.16 with n / (n - 1) = 2; its
   * error is 0.32, less 0.16 / 2 is 0.24; and 0.24 + 0.16 = 0.4.
   */
  @Test
  void of_brier_isThatByHand() {
    float[][][] p = {{{0.8f, 0.2f}}, {{0.4f, 0.6f}}};
    List<Decomposition.Part> parts = Decomposition.of(new int[1], p);
    assertThat(parts.get(0).brier()).isCloseTo(0.08, within(CLOSE));
    assertThat(parts.get(1).brier()).isCloseTo(0.72, within(CLOSE));
    for (Decomposition.Part part : parts) {
      assertThat(part.brierVariance()).isCloseTo(0.16, within(CLOSE));
      assertThat(part.brierBias()).isCloseTo(0.24, within(CLOSE));
    }
  }

  @Test
  void of_anyPredictions_partsAddUpToTheErrors() {
    int examples = 50;
    Random random = new Random(4);
    int[] labels = random.ints(examples, 0, 3).toArray();
    float[][][] p = new float[7][examples][3];
    for (float[][] sample : p) {
      for (float[] row : sample) {
        float a = random.nextFloat();
        float b = (1 - a) * random.nextFloat();
        row[0] = a;
        row[1] = b;
        row[2] = 1 - a - b;
      }
    }
    double brier = 0;
    double parts = 0;
    for (Decomposition.Part part : Decomposition.of(labels, p)) {
      assertThat(part.error())
          .isCloseTo(part.bias() + part.unbiased() - part.biased(), within(1e-12));
      brier += part.brier();
      parts += part.brierBias() + part.brierVariance();
    }
    assertThat(parts).isCloseTo(brier, within(1e-5));
  }

  @Test
  void of_oneSample_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decomposition.of(new int[1], new float[1][1][2]))
        .withMessage("probabilities must be of 2 samples, got 1");
  }
}
