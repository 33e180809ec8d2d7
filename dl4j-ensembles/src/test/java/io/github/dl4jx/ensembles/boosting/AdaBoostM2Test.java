package io.github.dl4jx.ensembles.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.ensembles.internal.Bootstrap;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class AdaBoostM2Test {

  private static final DataSet RINGS = TestNetworks.rings(300, 5);

  private final List<Double> errors = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>();

  private AdaBoostM2.Builder boosting() {
    errors.clear();
    weights.clear();
    return AdaBoostM2.of(TestNetworks.configuration(1, 2))
        .rounds(3)
        .seed(42)
        .onRound(
            (round, error, weight) -> {
              errors.add(error);
              weights.add(weight);
            });
  }

  private static TrainingData data() {
    return TrainingData.of(RINGS, 30);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** h[m][i][c], in the order of {@code rings}: the class of row i is i % 3. */
  private static double[][][] outputs(Ensemble ensemble, DataSet data) {
    List<INDArray> outputs = ensemble.memberOutputs(data.getFeatures(), null);
    double[][][] h = new double[outputs.size()][][];
    for (int m = 0; m < h.length; m++) {
      h[m] = outputs.get(m).castTo(DataType.DOUBLE).toDoubleMatrix();
    }
    return h;
  }

  /** The next distribution from the present one, after a member with outputs h: by the paper. */
  private static double[][] next(double[][] d, double[][] h, double beta, double rate) {
    double[][] next = new double[d.length][3];
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      for (int y = 0; y < 3; y++) {
        next[i][y] = d[i][y] * Math.pow(beta, rate * 0.5 * (1 + h[i][i % 3] - h[i][y]));
        sum += next[i][y];
      }
    }
    for (double[] row : next) {
      for (int y = 0; y < 3; y++) {
        row[y] /= sum;
      }
    }
    return next;
  }

  private static double[][] first(int n) {
    double[][] d = new double[n][3];
    for (int i = 0; i < n; i++) {
      for (int y = 0; y < 3; y++) {
        d[i][y] = y == i % 3 ? 0 : 1.0 / (n * 2);
      }
    }
    return d;
  }

  private static double pseudoLoss(double[][] d, double[][] h) {
    double loss = 0;
    for (int i = 0; i < d.length; i++) {
      for (int y = 0; y < 3; y++) {
        loss += 0.5 * d[i][y] * (1 - h[i][i % 3] + h[i][y]);
      }
    }
    return loss;
  }

  private void checkRounds(AdaBoostM2.Builder builder, double rate) {
    Ensemble boosted = builder.learningRate(rate).build().fit(data(), 5);
    assertThat(boosted.size()).isEqualTo(3);
    double[][] d = first(300);
    double[][][] h = outputs(boosted, RINGS);
    for (int m = 0; m < 3; m++) {
      double loss = pseudoLoss(d, h[m]);
      assertThat(errors.get(m)).isCloseTo(loss, within(1e-12));
      assertThat(weights.get(m)).isCloseTo(rate * Math.log((1 - loss) / loss), within(1e-11));
      d = next(d, h[m], loss / (1 - loss), rate);
    }
    assertThat(boosted.rule()).isEqualTo(new WeightedVote(array(weights)));
  }

  @Test
  void fit_threeRounds_pseudoLossesAndWeightsAreThePapers() {
    checkRounds(boosting(), 1);
  }

  @Test
  void fit_shrunk_pseudoLossesAndWeightsFollow() {
    checkRounds(boosting(), 0.5);
  }

  @Test
  void weightedLoss_threeRounds_pseudoLossesAndWeightsAreThePapers() {
    checkRounds(boosting().weightedLoss(), 1);
  }

  /**
   * One row, three classes, h = (0.6, 0.3, 0.1), the first is true: eps = 1/2 (1/2 (1 - 0.6 + 0.3)
   * + 1/2 (1 - 0.6 + 0.1)) = 0.3, beta = 3/7, and the exponents (1 + 0.6 - 0.3) / 2 = 0.65 and
   * 0.75.
   */
  @Test
  void distribution_byHand_isThePapers() {
    double[][] d = next(first(1), new double[][] {{0.6, 0.3, 0.1}}, 3.0 / 7, 1);
    assertThat(pseudoLoss(first(1), new double[][] {{0.6, 0.3, 0.1}}))
        .isCloseTo(0.3, within(1e-15));
    assertThat(d[0][1] / d[0][2]).isCloseTo(Math.pow(3.0 / 7, -0.1), within(1e-12));
    assertThat(d[0][0]).isZero();
  }

  @Test
  void fit_secondRound_learnsFromRowsDrawnByTheirPairs() {
    DataSet data = TestNetworks.rings(60, 5);
    Ensemble boosted = boosting().rounds(2).build().fit(TrainingData.of(data, 10), 5);
    double[][][] h = outputs(boosted, data);
    double loss = pseudoLoss(first(60), h[0]);
    double[][] d = next(first(60), h[0], loss / (1 - loss), 1);
    double[] rows = new double[60];
    for (int i = 0; i < 60; i++) {
      rows[i] = d[i][0] + d[i][1] + d[i][2];
    }
    long memberSeed = Seeds.derive(42, 1);
    int[] drawn = Bootstrap.weighted(rows, 60, Seeds.derive(memberSeed, 0));
    String json = TestNetworks.configuration(1, 2).toJson();
    MultiLayerConfiguration conf = MultiLayerConfiguration.fromJson(json);
    conf.getConfs().forEach(c -> c.setSeed(Seeds.derive(memberSeed, 2)));
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    net.fit(new ResumableIterator(data, drawn, 10, Seeds.derive(memberSeed, 1)), 5);
    assertThat(boosted.member(1).params()).isEqualTo(net.params());
  }

  @Test
  void mislabelLoss_weightedPairs_isTheFormulaAndItsGradient() {
    double[][] pairs = {{0, 0.1, 0.3}, {0.25, 0, 0.35}};
    int[] classes = {0, 1};
    DataSet rows =
        new DataSet(Nd4j.zeros(DataType.DOUBLE, 2, 1), Nd4j.zeros(DataType.DOUBLE, 2, 3));
    INDArray labels =
        MislabelLoss.weigh(TrainingData.of(rows, 2), pairs, classes).examples().getLabels();
    MislabelLoss loss = new MislabelLoss(new LossMCXENT());
    double[][] z = {{0.5, -1, 2}, {3, 0.1, -0.7}};
    INDArray input = Nd4j.createFromArray(z);
    INDArray gradient = loss.computeGradient(labels, input, new ActivationSoftmax(), null);
    assertThat(loss.computeScore(labels, input, new ActivationSoftmax(), null, true))
        .isCloseTo(formula(pairs, classes, z), within(1e-12));
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        double at = z[i][c];
        z[i][c] = at + 1e-6;
        double above = formula(pairs, classes, z);
        z[i][c] = at - 1e-6;
        double below = formula(pairs, classes, z);
        z[i][c] = at;
        // Deeplearning4j divides the gradient of the sum by the number of rows
        assertThat(gradient.getDouble(i, c) / 2).isCloseTo((above - below) / 2e-6, within(1e-8));
      }
    }
  }

  private static double formula(double[][] pairs, int[] classes, double[][] z) {
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      for (int y = 0; y < z[i].length; y++) {
        sum += pairs[i][y] * Math.log1p(Math.exp(z[i][y] - z[i][classes[i]]));
      }
    }
    return sum; // weights sum to 1: n times them, over n rows
  }

  @Test
  void weightedLoss_trained_configurationHasItsOwnLoss() {
    Ensemble boosted = boosting().weightedLoss().build().fit(data(), 2);
    for (int m = 0; m < boosted.size(); m++) {
      assertThat(((MultiLayerNetwork) boosted.member(m)).getLayerWiseConfigurations().toJson())
          .doesNotContain("MislabelLoss");
    }
  }

  @Test
  void fit_outputsThatAreNoProbabilities_areRefused() {
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(TestNetworks.configuration(1).toJson());
    OutputLayer output = (OutputLayer) conf.getConf(1).getLayer();
    output.setActivationFn(Activation.IDENTITY.getActivationFunction());
    output.setLossFn(new LossMSE());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdaBoostM2.of(conf).rounds(2).build().fit(data(), 1))
        .withMessageStartingWith("members must answer in [0, 1], such as softmax or sigmoid, got");
  }

  /** Features without information: every member answers the prior, the pseudo-loss is 1/2. */
  @Test
  void fit_firstMemberNoBetterThanGuessing_isRefused() {
    DataSet blind = TestNetworks.rings(30, 5);
    blind.getFeatures().assign(0);
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(TestNetworks.configuration(1).toJson());
    assertThatIllegalStateException()
        .isThrownBy(() -> AdaBoostM2.of(conf).build().fit(TrainingData.of(blind, 30), 1))
        .withMessageContaining("that of guessing");
  }

  /** As for AdaBoost: better than the best of its members by six standard errors of 0.0075. */
  @Test
  void fit_weakMembers_areLifted() {
    DataSet test = TestNetworks.rings(9000, 6);
    Ensemble boosted = boosting().rounds(15).build().fit(data(), 20);
    double best = 0;
    for (double[][] h : outputs(boosted, test)) {
      int right = 0;
      for (int i = 0; i < 9000; i++) {
        int c = i % 3;
        right += h[i][c] > h[i][(c + 1) % 3] && h[i][c] > h[i][(c + 2) % 3] ? 1 : 0;
      }
      best = Math.max(best, right / 9000.0);
    }
    int[] predicted = boosted.predict(test.getFeatures());
    int right = 0;
    for (int i = 0; i < 9000; i++) {
      right += predicted[i] == i % 3 ? 1 : 0;
    }
    assertThat(right / 9000.0).isGreaterThan(best + 0.045);
  }

  /** Early stopping scores labels that have no weights. */
  @Test
  void weightedLoss_labelsWithoutWeights_haveTheNetworksOwnLoss() {
    INDArray z = Nd4j.createFromArray(new float[][] {{3, 1, 0}, {0, -1, 2}});
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}});
    double own = new LossMCXENT().computeScore(labels, z, new ActivationSoftmax(), null, true);
    double scored =
        new MislabelLoss(new LossMCXENT())
            .computeScore(labels, z, new ActivationSoftmax(), null, true);
    // -ln of the softmax of the true class, by hand
    double first = Math.log(Math.exp(3) + Math.E + 1) - 3;
    double second = Math.log(1 + Math.exp(-1) + Math.exp(2)) + 1;
    assertThat(scored).isCloseTo((first + second) / 2, within(1e-5)).isCloseTo(own, within(1e-6));
  }

  @Test
  void weightedLoss_stoppedEarly_learns() {
    DataSet train = TestNetworks.rings(300, 6);
    Ensemble boosted =
        boosting()
            .weightedLoss()
            .earlyStopping(new ListDataSetIterator<>(RINGS.asList(), 100), 3)
            .build()
            .fit(TrainingData.of(train, 30), 60);
    assertThat(boosted.evaluate(new ListDataSetIterator<>(RINGS.asList(), 100)).accuracy())
        .isGreaterThan(0.6); // chance is 1/3
  }
}
