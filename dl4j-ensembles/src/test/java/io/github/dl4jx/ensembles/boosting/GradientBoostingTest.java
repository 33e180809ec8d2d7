package io.github.dl4jx.ensembles.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.ensembles.io.EnsembleSerializer;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class GradientBoostingTest {

  private static final DataSet RINGS = TestNetworks.rings(299, 5); // 100, 100 and 99 of a class

  private static final List<BoostingLoss> LOSSES =
      List.of(
          BoostingLoss.SOFTMAX,
          BoostingLoss.SQUARED,
          new HuberLoss(0.9),
          new HuberLoss(0.3),
          new QuantileLoss(0.5),
          new QuantileLoss(0.2));

  @TempDir File folder;

  private final List<Double> losses = new ArrayList<>();
  private final List<Double> steps = new ArrayList<>();

  private static MultiLayerConfiguration threeOutputs() {
    MultiLayerConfiguration conf = TestNetworks.regression(1);
    ((OutputLayer) conf.getConf(1).getLayer()).setNOut(3);
    return conf;
  }

  private GradientBoosting.Builder boosting() {
    return watched(GradientBoosting.of(threeOutputs()).rounds(3).seed(42).learningRate(0.5));
  }

  private GradientBoosting.Builder watched(GradientBoosting.Builder builder) {
    losses.clear();
    steps.clear();
    return builder.onRound(
        (round, error, weight) -> {
          losses.add(error);
          steps.add(weight);
        });
  }

  private static TrainingData data() {
    return TrainingData.of(RINGS, 30);
  }

  private static double[] softmax(double... f) {
    double sum = 0;
    double[] p = new double[f.length];
    for (double value : f) {
      sum += Math.exp(value);
    }
    for (int c = 0; c < f.length; c++) {
      p[c] = Math.exp(f[c]) / sum;
    }
    return p;
  }

  private static double loss(double[][] f, double rho, INDArray h) {
    double sum = 0;
    for (int i = 0; i < f.length; i++) {
      double[] moved = new double[3];
      for (int c = 0; c < 3; c++) {
        moved[c] = f[i][c] + rho * h.getDouble(i, c);
      }
      sum -= Math.log(softmax(moved)[i % 3]);
    }
    return sum / f.length;
  }

  private static double[][] firstScores() {
    double[][] f = new double[299][];
    for (int i = 0; i < 299; i++) {
      f[i] = new double[] {Math.log(100 / 299.0), Math.log(100 / 299.0), Math.log(99 / 299.0)};
    }
    return f;
  }

  private static void assertSame(Ensemble one, Ensemble other) {
    assertThat(one.rule()).isEqualTo(other.rule());
    for (int m = 0; m < one.size(); m++) {
      assertThat(one.member(m).params()).isEqualTo(other.member(m).params());
    }
  }

  /** Bit for bit what the rounds have seen: other products differ by some 2^-24. */
  private static List<INDArray> outputsInTraining(Ensemble boosted) {
    List<INDArray> outputs = new ArrayList<>();
    for (int m = 0; m < boosted.size(); m++) {
      outputs.add(Nd4j.createFromArray(Rows.outputs(boosted.member(m), RINGS)));
    }
    return outputs;
  }

  @Test
  void fit_threeRounds_startsAtTheClassesSharesAndStepsToTheLeastLoss() {
    Ensemble boosted = boosting().build().fit(data(), 5);
    AdditiveScores rule = (AdditiveScores) boosted.rule();
    double[][] f = firstScores();
    assertThat(rule.start()).containsExactly(f[0], within(1e-12));
    List<INDArray> outputs = outputsInTraining(boosted);
    for (int m = 0; m < 3; m++) {
      double rho = rule.steps()[m] / 0.5;
      double least = loss(f, rho, outputs.get(m));
      for (double factor = 0; factor < 3; factor += 0.01) { // a grid around it
        assertThat(least).isLessThanOrEqualTo(loss(f, factor * rho, outputs.get(m)) + 1e-12);
      }
      for (int i = 0; i < 299; i++) {
        for (int c = 0; c < 3; c++) {
          f[i][c] += rule.steps()[m] * outputs.get(m).getDouble(i, c);
        }
      }
      assertThat(losses.get(m)).isCloseTo(loss(f, 0, outputs.get(m)), within(1e-9));
      assertThat(steps.get(m)).isEqualTo(rule.steps()[m]);
    }
    INDArray y = boosted.output(RINGS.getFeatures());
    for (int i = 0; i < 299; i++) {
      assertThat(y.getRow(i).toDoubleVector()).containsExactly(softmax(f[i]), within(1e-6));
    }
  }

  @Test
  void fit_secondRound_learnsTheResiduals() {
    Ensemble boosted = boosting().rounds(2).build().fit(data(), 2);
    INDArray h = boosted.memberOutputs(RINGS.getFeatures(), null).get(0);
    INDArray residuals = RINGS.getLabels().dup();
    double[][] f = firstScores();
    for (int i = 0; i < 299; i++) {
      for (int c = 0; c < 3; c++) {
        f[i][c] += steps.get(0) * h.getDouble(i, c);
      }
      double[] p = softmax(f[i]);
      for (int c = 0; c < 3; c++) {
        residuals.putScalar(i, c, (i % 3 == c ? 1 : 0) - p[c]);
      }
    }
    residuals.divi(residuals.norm2Number().doubleValue() / Math.sqrt(299 * 3)); // mean square 1
    long memberSeed = Seeds.derive(42, 1);
    MultiLayerConfiguration conf = threeOutputs();
    conf.getConfs().forEach(c -> c.setSeed(Seeds.derive(memberSeed, 2)));
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    DataSet task = new DataSet(RINGS.getFeatures(), residuals);
    net.fit(new ResumableIterator(task, 30, Seeds.derive(memberSeed, 1)), 2);
    assertThat(boosted.member(1).params().toDoubleVector())
        .containsExactly(net.params().toDoubleVector(), within(1e-4)); // Adam: float rounding
  }

  private static DataSet radius(int n, long seed) {
    DataSet data = TestNetworks.rings(n, seed);
    data.setLabels(data.getFeatures().norm2(true, 1));
    return data;
  }

  @Test
  void squaredLoss_oneRound_stepsByLeastSquares() {
    DataSet data = radius(100, 5);
    Ensemble boosted =
        watched(GradientBoosting.of(TestNetworks.regression(1)).squaredLoss().rounds(1).seed(42))
            .build()
            .fit(TrainingData.of(data, 10), 3);
    AdditiveScores rule = (AdditiveScores) boosted.rule();
    double mean = data.getLabels().meanNumber().doubleValue();
    assertThat(rule.start()).containsExactly(new double[] {mean}, within(1e-6));
    INDArray h = boosted.memberOutputs(data.getFeatures(), null).get(0);
    double rh = 0;
    double hh = 0;
    for (int i = 0; i < 100; i++) {
      double r = data.getLabels().getDouble(i) - rule.start()[0];
      rh += r * h.getDouble(i);
      hh += h.getDouble(i) * h.getDouble(i);
    }
    assertThat(rule.steps()).containsExactly(new double[] {0.1 * rh / hh}, within(1e-9));
  }

  @Test
  void squaredLoss_manyRounds_predictsTheRadius() {
    Ensemble boosted =
        GradientBoosting.of(TestNetworks.regression(1))
            .squaredLoss()
            .learningRate(0.5)
            .rounds(8)
            .build()
            .fit(TrainingData.of(radius(300, 5), 30), 10);
    DataSet test = radius(300, 6);
    assertThat(boosted.evaluateRegression(new ListDataSetIterator<>(test.asList(), 50)).rSquared(0))
        .isGreaterThan(0.8); // as of a bag of such networks
  }

  @Test
  void step_randomRows_isTheLeastOfAGrid() {
    Random random = new Random(3);
    for (BoostingLoss plain : LOSSES) {
      double[][] scores = new double[40][3];
      double[][] labels = new double[40][3];
      double[][] directions = new double[40][3];
      for (int i = 0; i < 40; i++) {
        labels[i][i % 3] = 1;
        for (int c = 0; c < 3; c++) {
          scores[i][c] = random.nextGaussian();
        }
      }
      BoostingLoss loss = plain.before(scores, labels);
      for (int i = 0; i < 40; i++) {
        double[] residual = loss.residual(scores[i], labels[i]);
        Arrays.setAll(directions[i], c -> residual[c] + 0.3 * random.nextGaussian());
      }
      double rho = loss.step(scores, labels, directions);
      double least = moved(loss, scores, labels, directions, rho);
      assertThat(rho).isPositive();
      for (double other = 0; other < 5; other += 0.01) {
        assertThat(least)
            .isLessThanOrEqualTo(moved(loss, scores, labels, directions, other) + 1e-12);
      }
    }
  }

  private static double moved(
      BoostingLoss loss, double[][] f, double[][] y, double[][] h, double rho) {
    double[][] at = new double[f.length][3];
    for (int i = 0; i < f.length; i++) {
      for (int c = 0; c < 3; c++) {
        at[i][c] = f[i][c] + rho * h[i][c];
      }
    }
    return loss.mean(at, y);
  }

  @Test
  void step_wrongDirection_isZero() {
    double[][] scores = {{0, 0}};
    double[][] labels = {{1, 0}};
    for (BoostingLoss plain : LOSSES) {
      BoostingLoss loss = plain.before(scores, labels);
      assertThat(loss.step(scores, labels, new double[][] {{-1, 0}})).isZero();
      assertThat(loss.step(scores, labels, new double[][] {{0, 0}})).isZero();
    }
  }

  /**
   * The loss ln(1 + exp(-rho)) falls for ever; its slope is 1e-9 of the first near ln(2e9) = 21.
   */
  @Test
  void step_lossWithoutMinimum_isFinite() {
    double[][] zero = {{0, 0}};
    double[][] label = {{1, 0}};
    assertThat(BoostingLoss.SOFTMAX.step(zero, label, label)).isBetween(20.0, 50.0);
  }

  /**
   * By hand, labels 0, 1, 2, 3, 10 of one column: the median is 2, the sizes of the residuals that
   * are not 0 are 1, 1, 2, 8, their 0.7-quantile is 2.
   */
  @Test
  void huberLoss_fiveRows_isAsByHand() {
    double[][] labels = {{0}, {1}, {2}, {3}, {10}};
    double[][] scores = {{2}, {2}, {2}, {2}, {2}};
    HuberLoss huber = new HuberLoss(0.7);
    assertThat(huber.start(labels)).containsExactly(2);
    BoostingLoss loss = huber.before(scores, labels);
    assertThat(loss.residual(scores[0], labels[0])).containsExactly(-2);
    assertThat(loss.residual(scores[3], labels[3])).containsExactly(1);
    assertThat(loss.residual(scores[4], labels[4])).containsExactly(2);
    assertThat(loss.mean(scores, labels)).isCloseTo((2 + 0.5 + 0 + 0.5 + 14) / 5, within(1e-15));
  }

  /** By hand: of 0, 1, 2, 3, 10 one fifth is at or below 0, three fifths at or below 2. */
  @Test
  void quantileLoss_fiveRows_isAsByHand() {
    double[][] labels = {{0}, {1}, {2}, {3}, {10}};
    assertThat(new QuantileLoss(0.2).start(labels)).containsExactly(0);
    assertThat(new QuantileLoss(0.5).start(labels)).containsExactly(2);
    QuantileLoss loss = new QuantileLoss(0.9);
    assertThat(loss.residual(new double[] {2}, labels[4])).containsExactly(0.9);
    assertThat(loss.residual(new double[] {2}, labels[0])).containsExactly(0.9 - 1);
    assertThat(loss.of(new double[] {2}, labels[4])).isCloseTo(7.2, within(1e-15));
    assertThat(loss.of(new double[] {2}, labels[0])).isCloseTo(0.2, within(1e-15));
  }

  /** The root mean square of what the members learn is 1, whatever is left to learn. */
  @Test
  void residuals_ofAnyLoss_haveTheRootMeanSquareOne() {
    for (BoostingLoss loss : LOSSES) {
      BoostedScores scores = new BoostedScores(loss, data(), null);
      double[][] residuals = scores.residuals(loss.before(scores.scores, scores.labels));
      double squares = 0;
      for (double[] row : residuals) {
        for (double value : row) {
          squares += value * value;
        }
      }
      assertThat(squares / (299 * 3)).isCloseTo(1, within(1e-12));
    }
  }

  /**
   * A radius in [0, 2) with noise of which every tenth is 20: the mean is drawn up by 2, the median
   * is not.
   */
  @Test
  void huberLoss_outliers_isNearTheTruthWhereTheSquaredErrorIsNot() {
    DataSet noisy = radius(300, 5);
    DataSet test = radius(300, 6);
    for (int i = 0; i < 300; i += 10) {
      noisy.getLabels().putScalar(i, 0, noisy.getLabels().getDouble(i, 0) + 20);
    }
    double squared = meanError(regressing().squaredLoss(), noisy, test);
    assertThat(squared).isGreaterThan(1.5);
    assertThat(meanError(regressing().huberLoss(0.8), noisy, test)).isLessThan(0.3 * squared);
    assertThat(meanError(regressing().quantileLoss(0.5), noisy, test)).isLessThan(0.3 * squared);
  }

  private static GradientBoosting.Builder regressing() {
    return GradientBoosting.of(TestNetworks.regression(1)).learningRate(0.5).rounds(8).seed(1);
  }

  private static double meanError(GradientBoosting.Builder builder, DataSet train, DataSet test) {
    try (Ensemble boosted = builder.build().fit(TrainingData.of(train, 30), 10)) {
      INDArray off = boosted.output(test.getFeatures()).sub(test.getLabels());
      return off.norm1Number().doubleValue() / test.numExamples();
    }
  }

  /** Of 300 rows a share q lies below the q-quantile: on those learned from, nearly exactly. */
  @Test
  void quantileLoss_twoQuantiles_holdAsManyRowsAsTheyShould() {
    DataSet rows = radius(300, 5);
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      rows.getLabels().putScalar(i, 0, rows.getLabels().getDouble(i, 0) + random.nextGaussian());
    }
    for (double q : new double[] {0.1, 0.9}) {
      Ensemble boosted = regressing().quantileLoss(q).build().fit(TrainingData.of(rows, 30), 10);
      INDArray off = rows.getLabels().sub(boosted.output(rows.getFeatures()));
      int below = 0;
      for (int i = 0; i < 300; i++) {
        below += off.getDouble(i, 0) < 0 ? 1 : 0;
      }
      assertThat(below / 300.0).isBetween(q - 0.07, q + 0.07);
    }
  }

  /** Listeners count a member's minibatches: half of 299 rows are 150, in batches of 30. */
  @Test
  void rows_half_trainsOnHalfOfTheRows() {
    List<Integer> steps = new ArrayList<>();
    boosting()
        .rows(0.5)
        .memberListeners(
            member ->
                List.of(
                    new BaseTrainingListener() {
                      @Override
                      public void iterationDone(Model model, int iteration, int epoch) {
                        steps.add(member);
                      }
                    }))
        .build()
        .fit(data(), 1)
        .close();
    assertThat(steps).hasSize(3 * 5).startsWith(0, 0, 0, 0, 0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().rows(0))
        .withMessage("fraction must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().huberLoss(1))
        .withMessage("alpha must be in (0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().quantileLoss(Double.NaN))
        .withMessage("q must be in (0, 1), got NaN");
  }

  /** Validation labels are rolled: what is learnt makes the loss on them worse. */
  @Test
  void stopAfter_lossRises_stopsAndSaysThatNoRoundHelped() {
    DataSet rolled = RINGS.copy();
    for (int i = 0; i < 299; i++) {
      rolled.getLabels().putRow(i, RINGS.getLabels().getRow((i + 1) % 299));
    }
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                boosting()
                    .rounds(9)
                    .stopAfter(new ListDataSetIterator<>(rolled.asList(), 50), 2)
                    .build()
                    .fit(data(), 5))
        .withMessageStartingWith("a round must lower the loss of the constant, 1.09")
        .withMessageContaining("and none did");
  }

  /** Few rows, large steps: the loss on other rows soon rises. */
  @Test
  void stopAfter_lossRisesLater_dropsTheRoundsWithoutGain() {
    DataSet few = TestNetworks.rings(30, 5);
    Ensemble stopped =
        boosting()
            .rounds(40)
            .learningRate(1)
            .stopAfter(new ListDataSetIterator<>(TestNetworks.rings(300, 6).asList(), 50), 2)
            .build()
            .fit(TrainingData.of(few, 10), 40);
    int best = losses.size() - 2;
    assertThat(losses.size()).isBetween(3, 39);
    assertThat(stopped.size()).isEqualTo(best);
    for (double loss : losses) {
      assertThat(losses.get(best - 1)).isLessThanOrEqualTo(loss);
    }
    assertThat(((AdditiveScores) stopped.rule()).steps())
        .containsExactly(steps.subList(0, best).stream().mapToDouble(s -> s).toArray());
  }

  @Test
  void resumeIn_stoppedAfterARound_givesTheSame() {
    Ensemble whole = boosting().build().fit(data(), 2);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                boosting()
                    .resumeIn(folder)
                    .onRound(
                        (round, error, weight) -> {
                          throw new IllegalStateException("killed");
                        })
                    .build()
                    .fit(data(), 2))
        .withMessage("killed");
    assertSame(boosting().resumeIn(folder).build().fit(data(), 2), whole);
  }

  @Test
  void save_boosted_comesBack() throws IOException {
    Ensemble boosted = boosting().build().fit(data(), 2);
    File file = new File(folder, "boosted.zip");
    EnsembleSerializer.save(boosted, file);
    Ensemble back = EnsembleSerializer.load(file);
    assertSame(back, boosted);
    assertThat(back.output(RINGS.getFeatures())).isEqualTo(boosted.output(RINGS.getFeatures()));
  }

  @Test
  void settings_badValues_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientBoosting.of(TestNetworks.configuration(1)))
        .withMessageStartingWith("configuration must have an output with the activation IDENTITY");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientBoosting.of(TestNetworks.graphConfiguration(1)))
        .withMessageStartingWith("configuration must have an output with the activation IDENTITY");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(radius(9, 1), 3), 1))
        .withMessageStartingWith("for the softmax loss labels must be one-hot, got 1 column")
        .withMessageContaining("for regression ask for .squaredLoss()");
    DataSet values = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 3).muli(0.3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(values, 2), 1))
        .withMessageStartingWith("for the softmax loss labels must be one-hot, got [0.3")
        .withMessageEndingWith("for regression ask for .squaredLoss()");
    DataSet one = new DataSet(Nd4j.ones(4, 2), Nd4j.zeros(4, 3));
    one.getLabels().getColumn(1).assign(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(one, 2), 1))
        .withMessage(
            "labels must be of at least 2 classes, got 4 examples that are all of class 1");
    DataSet odd = TestNetworks.rings(9, 1);
    odd.getFeatures().putScalar(4, 0, Float.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                boosting()
                    .stopAfter(new ListDataSetIterator<>(odd.asList(), 9), 1)
                    .build()
                    .fit(data(), 1))
        .withMessageContaining("a member answers numbers, got NaN for example 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().stopAfter(new ListDataSetIterator<>(RINGS.asList(), 5), 0))
        .withMessage("patience must be >= 1, got 0");
    DataSet endless = new DataSet(Nd4j.ones(2, 2), Nd4j.ones(2, 3).divi(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().squaredLoss().build().fit(TrainingData.of(endless, 2), 1))
        .withMessageStartingWith("labels must be finite, got a loss of ");
  }

  /**
   * Six of ten rows lie at the start, and a step in the direction of 1 would lose 6 * 0.5 for the 4
   * * 0.5 that it gains.
   */
  @Test
  void quantileLoss_directionThatGainsNothing_hasNoStep() {
    double[][] labels = {{0}, {0}, {0}, {0}, {0}, {0}, {1}, {1}, {1}, {1}};
    double[][] scores = new double[10][1];
    double[][] ones = new double[10][];
    Arrays.fill(ones, new double[] {1});
    assertThat(new QuantileLoss(0.5).step(scores, labels, ones)).isZero();
    assertThat(new QuantileLoss(0.7).step(scores, labels, ones)).isCloseTo(1, within(1e-9));
  }
}
