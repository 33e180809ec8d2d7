package io.github.dl4jx.ensembles.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class CombinationRuleTest {

  private static INDArray rows(float[]... rows) {
    return Nd4j.createFromArray(rows);
  }

  private static float[] row(float... values) {
    return values;
  }

  private static INDArray exact(double... values) {
    return Nd4j.createFromArray(new double[][] {values});
  }

  private static void assertRow(INDArray output, int row, double... expected) {
    assertThat(output.getRow(row).toDoubleVector()).containsExactly(expected, within(1e-6));
  }

  private static void assertExact(INDArray output, double... expected) {
    assertThat(output.toDoubleVector()).containsExactly(expected, within(1e-15));
  }

  /** One rule of every kind, for three members. */
  private static List<CombinationRule> everyRule() {
    return List.of(
        new SoftVote(),
        new HardVote(),
        new HardVote(1, 0, 0.1),
        new MeanOutput(),
        new WeightedVote(0.2, 1e-5, 4e300),
        new MedianOutput(),
        new MedianVote(),
        new GeometricMean());
  }

  @Test
  void softVote_threeMembers_isTheMeanProbability() {
    INDArray y =
        new SoftVote()
            .combine(
                List.of(
                    rows(row(0.6f, 0.3f, 0.1f)),
                    rows(row(0.0f, 0.9f, 0.1f)),
                    rows(row(0.3f, 0.3f, 0.4f))));
    assertRow(y, 0, 0.3, 0.5, 0.2);
  }

  @Test
  void hardVote_majorityAgainstMean_followsTheMajority() {
    // two of three say class 0, though class 1 has the higher mean
    INDArray y =
        new HardVote()
            .combine(List.of(rows(row(0.51f, 0.49f)), rows(row(0.51f, 0.49f)), rows(row(0f, 1f))));
    assertRow(y, 0, 2 / 3.0, 1 / 3.0);
  }

  @Test
  void hardVote_tie_goesToTheTiedClassWithTheHigherMean() {
    // one vote each for 0 and 1; class 2 has none, though the highest mean of all
    INDArray y =
        new HardVote()
            .combine(
                List.of(
                    rows(row(0.42f, 0.18f, 0.40f), row(1, 0, 0)),
                    rows(row(0.05f, 0.50f, 0.45f), row(0.9f, 0.1f, 0))));
    assertRow(y, 0, 1 / 2.001, 1.001 / 2.001, 0);
    assertRow(y, 1, 1, 0, 0);
    assertThat(y.sum(1).toDoubleVector()).containsExactly(new double[] {1, 1}, within(1e-6));
  }

  @Test
  void hardVote_memberAnswersNaN_givesNaNInThatRowOnly() {
    INDArray a = Nd4j.createFromArray(new double[][] {{Double.NaN, 0.9}, {0.2, 0.8}});
    INDArray b = Nd4j.createFromArray(new double[][] {{0.1, 0.9}, {0.3, 0.7}});
    INDArray y = new HardVote().combine(List.of(a, b));
    assertThat(y.getDouble(0, 0)).isNaN();
    assertThat(y.getDouble(0, 1)).isNaN();
    assertThat(y.getDouble(1, 0)).isZero();
    assertThat(y.getDouble(1, 1)).isEqualTo(1);
  }

  @Test
  void hardVote_sequences_votesAtEveryStep() {
    // [examples 1, classes 2, steps 3]
    INDArray a = Nd4j.createFromArray(0.9f, 0.2f, 0.6f, 0.1f, 0.8f, 0.4f).reshape(1, 2, 3);
    INDArray b = Nd4j.createFromArray(0.8f, 0.7f, 0.7f, 0.2f, 0.3f, 0.3f).reshape(1, 2, 3);
    INDArray c = Nd4j.createFromArray(0.7f, 0.1f, 0.1f, 0.3f, 0.9f, 0.9f).reshape(1, 2, 3);
    INDArray y = new HardVote().combine(List.of(a, b.dup('f'), c));
    assertThat(y.shape()).containsExactly(1, 2, 3);
    assertThat(y.slice(0).getRow(0).toDoubleVector())
        .containsExactly(new double[] {1, 1 / 3.0, 2 / 3.0}, within(1e-6));
  }

  @Test
  void hardVote_weights_countByWeight() {
    // 3 of 4 votes by weight for class 1, though 2 of 3 members say class 0
    INDArray y =
        new HardVote(0.5, 0.5, 3)
            .combine(List.of(exact(0.9, 0.1), exact(0.9, 0.1), exact(0.4, 0.6)));
    assertExact(y, 0.25, 0.75);
  }

  @Test
  void hardVote_weightsThatTieUpToRounding_goToTheHigherWeightedMean() {
    // 0.1 + 0.2 is 0.30000000000000004; means: 0.51 * 0.5 + 0.4 * 0.5 = 0.455 against 0.545
    INDArray y =
        new HardVote(0.1, 0.2, 0.3)
            .combine(List.of(exact(0.51, 0.49), exact(0.51, 0.49), exact(0.4, 0.6)));
    double bonus = 1e-3 / 3;
    assertExact(y, 0.5 / (1 + bonus), (0.5 + bonus) / (1 + bonus));
  }

  @Test
  void meanOutput_regression_isTheMeanAndKeepsTheType() {
    INDArray a = Nd4j.createFromArray(new double[][] {{1}, {-4}});
    INDArray b = Nd4j.createFromArray(new double[][] {{2}, {1}});
    INDArray y = new MeanOutput().combine(List.of(a, b));
    assertThat(y.dataType()).isEqualTo(DataType.DOUBLE);
    assertThat(y.toDoubleVector()).containsExactly(1.5, -1.5);
    assertThat(a.toDoubleVector()).containsExactly(1, -4);
  }

  @Test
  void weightedVote_anySum_isTheWeightedMean() {
    INDArray a = exact(0.8, 0.2);
    INDArray y = new WeightedVote(1, 3).combine(List.of(a, exact(0.4, 0.6)));
    assertExact(y, 0.25 * 0.8 + 0.75 * 0.4, 0.25 * 0.2 + 0.75 * 0.6);
    assertExact(a, 0.8, 0.2);
    assertThat(new WeightedVote(1, 3).weights()).containsExactly(1, 3);
  }

  @Test
  void weightedVote_memberWithoutWeight_doesNotCountEvenIfItIsNaN() {
    INDArray broken = exact(Double.NaN, Double.NaN);
    assertExact(new WeightedVote(1, 0).combine(List.of(exact(0.8, 0.2), broken)), 0.8, 0.2);
    assertExact(new HardVote(1, 0).combine(List.of(exact(0.8, 0.2), broken)), 1, 0);
  }

  @Test
  void medianOutput_oddAndEven_isTheMiddle() {
    List<INDArray> outputs = List.of(exact(1, -5), exact(100, -7), exact(3, 9), exact(2, -6));
    assertExact(new MedianOutput().combine(outputs.subList(0, 3)), 3, -5);
    assertExact(new MedianOutput().combine(outputs), 2.5, -5.5);
  }

  @Test
  void medianVote_threeMembers_isTheMedianOfEachClassScaledToOne() {
    // medians 0.2, 0.3 and 0.4
    INDArray y =
        new MedianVote()
            .combine(List.of(exact(0.2, 0.3, 0.5), exact(0.7, 0.1, 0.2), exact(0.1, 0.5, 0.4)));
    assertExact(y, 0.2 / 0.9, 0.3 / 0.9, 0.4 / 0.9);
  }

  @Test
  void medianVote_noClassWithAMedian_isTheMean() {
    INDArray y =
        new MedianVote().combine(List.of(exact(1, 0, 0), exact(0, 0.7, 0.3), exact(0, 0, 1)));
    // medians 0, 0 and 0.3
    assertExact(y, 0, 0, 1);
    y = new MedianVote().combine(List.of(exact(1, 0, 0), exact(0, 1, 0), exact(0, 0, 1)));
    assertExact(y, 1 / 3.0, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void geometricMean_twoMembers_isTheRootOfTheProductScaledToOne() {
    INDArray y = new GeometricMean().combine(List.of(exact(0.9, 0.1), exact(0.4, 0.6)));
    double first = Math.sqrt(0.9 * 0.4);
    double second = Math.sqrt(0.1 * 0.6);
    assertExact(y, first / (first + second), second / (first + second));
  }

  @Test
  void geometricMean_softmaxOutputs_isTheSoftmaxOfTheMeanLogits() {
    double[] a = {1, -2, 0.5};
    double[] b = {-3, 4, 2};
    double[] mean = {-1, 1, 1.25};
    INDArray y = new GeometricMean().combine(List.of(exact(softmax(a)), exact(softmax(b))));
    assertExact(y, softmax(mean));
  }

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray();
  }

  @Test
  void geometricMean_zeros_countAsTheSmallestNumber() {
    assertExact(new GeometricMean().combine(List.of(exact(1, 0), exact(0, 1))), 0.5, 0.5);
    INDArray y = new GeometricMean().combine(List.of(exact(1, 0), exact(0.5, 0.5)));
    assertThat(y.getDouble(0, 1)).isCloseTo(1e-19, within(1e-21));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "DOUBLE"})
  void combine_everyRuleRankAndOrder_equalsItsRowsOneByOne(String type) {
    DataType dataType = DataType.valueOf(type);
    Random random = new Random(5);
    for (long[] shape : new long[][] {{4, 3}, {1, 3}, {4, 3, 5}, {2, 3, 4, 5}}) {
      List<INDArray> outputs = new ArrayList<>();
      for (int m = 0; m < 3; m++) {
        outputs.add(probabilities(random, dataType, shape));
      }
      // strides of all kinds: 'c', 'f', and a view into a larger array
      outputs.set(1, outputs.get(1).dup('f'));
      INDArray larger = Nd4j.concat(0, outputs.get(2), outputs.get(2));
      outputs.set(2, larger.get(NDArrayIndex.interval(0, shape[0])));
      for (CombinationRule rule : everyRule()) {
        INDArray y = rule.combine(outputs);
        assertThat(y.shape()).as("%s", rule).isEqualTo(shape);
        assertThat(y.dataType()).isEqualTo(dataType);
        for (double[][] places : placesOf(outputs, y)) {
          List<INDArray> members =
              Arrays.stream(places).limit(3).map(p -> exact(p)).collect(Collectors.toList());
          assertThat(rule.combine(members).toDoubleVector())
              .as("%s of %s", rule, Arrays.toString(shape))
              .containsExactly(places[3], within(dataType == DataType.DOUBLE ? 1e-15 : 2e-7));
        }
      }
    }
  }

  private static INDArray probabilities(Random random, DataType type, long... shape) {
    INDArray result = Nd4j.create(type, shape);
    long places = result.length() / shape[0] / shape[1];
    INDArray flat = result.reshape('c', shape[0], shape[1], places);
    for (int i = 0; i < shape[0]; i++) {
      for (int place = 0; place < places; place++) {
        double[] logits = DoubleStream.generate(random::nextGaussian).limit(shape[1]).toArray();
        double[] p = softmax(logits);
        for (int k = 0; k < p.length; k++) {
          flat.putScalar(new int[] {i, k, place}, p[k]);
        }
      }
    }
    return result;
  }

  /** The classes of every example and place, of each member and of the result, read one by one. */
  private static List<double[][]> placesOf(List<INDArray> outputs, INDArray y) {
    List<INDArray> arrays = new ArrayList<>(outputs);
    arrays.add(y);
    List<double[][]> result = new ArrayList<>();
    long[] shape = y.shape();
    long height = shape.length > 2 ? shape[2] : 1;
    long width = shape.length > 3 ? shape[3] : 1;
    for (long i = 0; i < shape[0]; i++) {
      for (long h = 0; h < height; h++) {
        for (long w = 0; w < width; w++) {
          double[][] place = new double[arrays.size()][(int) shape[1]];
          for (int a = 0; a < place.length; a++) {
            for (int k = 0; k < shape[1]; k++) {
              place[a][k] =
                  arrays.get(a).getDouble(Arrays.copyOf(new long[] {i, k, h, w}, shape.length));
            }
          }
          result.add(place);
        }
      }
    }
    return result;
  }

  @Test
  void combine_manyExamples_areAllCombined() {
    // 3 members of 200,001 examples and 2 classes are more values than are held at once
    int n = 200_001;
    INDArray a = Nd4j.linspace(DataType.DOUBLE, 0, 1.0 / (n - 1), n).reshape(n, 1);
    INDArray output = Nd4j.hstack(a, a.rsub(1));
    INDArray y = new WeightedVote(1, 2, 1).combine(List.of(output, output, output.mul(0.5)));
    double[] first = y.getColumn(0).toDoubleVector();
    double farthest = 0;
    for (int i = 0; i < n; i++) {
      farthest = Math.max(farthest, Math.abs(first[i] - 0.875 * i / (n - 1)));
    }
    assertThat(first).hasSize(n);
    assertThat(farthest).isLessThan(1e-12);
  }

  @Test
  void named_everyRule_isFoundByItsName() {
    for (CombinationRule rule : everyRule()) {
      assertThat(CombinationRule.named(rule.name())).isEqualTo(rule).hasSameHashCodeAs(rule);
      assertThat(rule).hasToString(rule.name());
    }
    assertThat(everyRule().stream().map(CombinationRule::name))
        .containsExactly(
            "soft-vote",
            "hard-vote",
            "hard-vote(1.0,0.0,0.1)",
            "mean",
            "weighted-vote(0.2,1.0E-5,4.0E300)",
            "median",
            "median-vote",
            "geometric-mean")
        .doesNotHaveDuplicates();
  }

  @Test
  void equals_otherWeightsOrOtherRule_isFalse() {
    assertThat(new WeightedVote(0.2, 0.8))
        .isEqualTo(CombinationRule.named("weighted-vote(0.2,0.8)"))
        .isEqualTo(CombinationRule.named("weighted-vote(0.20,8E-1)"))
        .isNotEqualTo(new WeightedVote(0.8, 0.2))
        .isNotEqualTo(new HardVote(0.2, 0.8))
        .isNotEqualTo(new SoftVote());
    assertThat(new HardVote()).isNotEqualTo(new HardVote(1, 1));
  }

  @Test
  void named_longestRule_isFoundByItsName() {
    double[] weights = new double[10_000];
    Arrays.fill(weights, 2.2250738585072014E-308);
    WeightedVote rule = new WeightedVote(weights);
    assertThat(((WeightedVote) CombinationRule.named(rule.name())).weights()).isEqualTo(weights);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loudest",
        "",
        "soft-vote ",
        "Soft-Vote",
        "soft-vote()",
        "mean(1.0)",
        "weighted-vote",
        "("
      })
  void named_noRule_isRefusedWithTheNames(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named(text))
        .withMessage(
            "combination rule must be weighted-vote(..), hard-vote(..), additive(..),"
                + " additive-softmax(..), geometric-mean, median, median-vote, soft-vote, hard-vote or mean, got "
                + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "()",
        "(1,)",
        "(,1)",
        "(1;2)",
        "(one)",
        "(-1)",
        "(+1)",
        "(NaN)",
        "(Infinity)",
        "(0x1p3)",
        "(1d)",
        "(.5)",
        "(1.)",
        "( 1)",
        "(1,2))",
        "((1,2)",
        "(1e5)",
        "(1.00000000000000000000000)"
      })
  void named_noNumbers_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("weighted-vote" + text))
        .withMessageStartingWith("weights must be numbers such as 0.25, got ");
  }

  @Test
  void named_damagedOrHugeText_isRefusedWithAShortMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("weighted-vote(1,2"))
        .withMessage("weights must be at most 10000 numbers in parentheses, got 4 characters");
    String huge = "9,".repeat(1_000_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("weighted-vote(" + huge + ")"))
        .withMessage(
            "weights must be at most 10000 numbers in parentheses, got 2000002 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("hard-vote(" + "1,".repeat(10_000) + "1)"))
        .withMessage("weights must be 1 to 10000 values, got 10001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("9".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("weighted-vote(" + "9".repeat(200_000) + ")"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
  }

  @Test
  void weights_outOfRange_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(1, -0.5))
        .withMessage("weights must be finite and >= 0, got -0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HardVote(Double.NaN))
        .withMessage("weights must be finite and >= 0, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CombinationRule.named("weighted-vote(1E999)"))
        .withMessage("weights must be finite and >= 0, got Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(0, 0))
        .withMessage("weights must have a finite sum > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(1e308, 1e308))
        .withMessage("weights must have a finite sum > 0, got Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(new double[0]))
        .withMessage("weights must be 1 to 10000 values, got 0");
  }

  @Test
  void combine_badOutputs_sayWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftVote().combine(List.of()))
        .withMessageContaining("at least 1 member, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftVote().combine(List.of(rows(row(1, 0)), rows(row(1, 0, 0)))))
        .withMessageContaining("outputs must have one shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(1, 2).combine(List.of(rows(row(1, 0)))))
        .withMessage("there must be one weight for each member, got 2 weights and 1 members");
    for (CombinationRule rule : List.of(new HardVote(), new MedianVote(), new GeometricMean())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule.combine(List.of(rows(row(0.7f)))))
          .withMessage("%s needs at least 2 classes on axis 1, got 1", rule);
    }
  }

  @Test
  void first_rulesWithAndWithoutWeights_areOfThoseMembers() {
    assertThat(new WeightedVote(1, 2, 3).first(2)).isEqualTo(new WeightedVote(1, 2));
    assertThat(new HardVote(1, 0, 0.1).first(1)).isEqualTo(new HardVote(1.0));
    assertThat(new HardVote().first(7)).isEqualTo(new HardVote());
    assertThat(new SoftVote().first(2)).isEqualTo(new SoftVote());
    double[] start = {0.5, -0.5};
    assertThat(AdditiveScores.softmax(start, 1, 2, 3).first(2))
        .isEqualTo(AdditiveScores.softmax(start, 1, 2));
    for (CombinationRule rule : everyRule()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule.first(0))
          .withMessageStartingWith("members must be ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedVote(1, 2, 3).first(4))
        .withMessage("members must be in [1, 3], got 4");
  }

  /** More values than are combined at a time, of a view that begins after its array does. */
  @Test
  void combine_largeView_isThatOfItsRows() {
    float[] values = new float[3_000_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 1000;
    }
    INDArray all = Nd4j.createFromArray(values).reshape(1_500_000, 2);
    INDArray view = all.get(NDArrayIndex.interval(500_000, 1_500_000), NDArrayIndex.all());
    INDArray y = new WeightedVote(1, 1).combine(List.of(view, view));
    assertThat(y).isEqualTo(view);
  }
}
