package io.github.dl4jx.ensembles.boosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.FirstStep;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.internal.Bootstrap;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class AdaBoostTest {

  private static final DataSet RINGS = TestNetworks.rings(300, 5);

  @TempDir File folder;

  private final List<Double> errors = new ArrayList<>();
  private final List<Double> alphas = new ArrayList<>();

  /** Two hidden units cannot enclose a ring: weak members. */
  private AdaBoost.Builder boosting() {
    return watched(AdaBoost.of(TestNetworks.configuration(1, 2)).rounds(3).seed(42));
  }

  private AdaBoost.Builder watched(AdaBoost.Builder builder) {
    errors.clear();
    alphas.clear();
    return builder.onRound(
        (round, error, weight) -> {
          assertThat(round).isEqualTo(errors.size());
          errors.add(error);
          alphas.add(weight);
        });
  }

  private static TrainingData data() {
    return TrainingData.of(RINGS, 30);
  }

  private static TrainingData rows(int n) {
    return TrainingData.of(TestNetworks.rings(n, 5), 10);
  }

  private static void assertSame(Ensemble one, Ensemble other) {
    assertThat(one.size()).isEqualTo(other.size());
    for (int m = 0; m < one.size(); m++) {
      assertThat(one.member(m).params()).isEqualTo(other.member(m).params());
    }
    assertThat(one.rule()).isEqualTo(other.rule());
  }

  private static int argMax(INDArray row) {
    return row.argMax().getInt(0);
  }

  /** SAMME in plain doubles from the members' predictions: votes[m][i] and the true classes. */
  private static double[][] samme(int[][] votes, int[] truth, double learningRate, int k) {
    double[] w = new double[truth.length];
    Arrays.fill(w, 1.0 / truth.length);
    double[][] errorsAndAlphas = new double[2][votes.length];
    for (int m = 0; m < votes.length; m++) {
      double error = 0;
      for (int i = 0; i < w.length; i++) {
        error += votes[m][i] == truth[i] ? 0 : w[i];
      }
      double alpha = learningRate * (Math.log((1 - error) / error) + Math.log(k - 1));
      double sum = 0;
      for (int i = 0; i < w.length; i++) {
        w[i] *= votes[m][i] == truth[i] ? 1 : Math.exp(alpha);
        sum += w[i];
      }
      for (int i = 0; i < w.length; i++) {
        w[i] /= sum;
      }
      errorsAndAlphas[0][m] = error;
      errorsAndAlphas[1][m] = alpha;
    }
    return errorsAndAlphas;
  }

  private static int[][] votes(Ensemble ensemble, DataSet data) {
    int[][] votes = new int[ensemble.size()][];
    List<INDArray> outputs = ensemble.memberOutputs(data.getFeatures(), null);
    for (int m = 0; m < votes.length; m++) {
      votes[m] = outputs.get(m).argMax(1).toIntVector();
    }
    return votes;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void fit_threeRounds_errorsAndWeightsAreThoseOfSamme() {
    Ensemble boosted = boosting().learningRate(0.7).build().fit(data(), 5);
    int[] truth = RINGS.getLabels().argMax(1).toIntVector();
    double[][] expected = samme(votes(boosted, RINGS), truth, 0.7, 3);
    assertThat(boosted.size()).isEqualTo(3);
    assertThat(array(errors)).containsExactly(expected[0], within(1e-12));
    assertThat(array(alphas)).containsExactly(expected[1], within(1e-12));
    assertThat(boosted.rule()).isEqualTo(new HardVote(array(alphas)));
  }

  @Test
  void weightedLoss_threeRounds_errorsAndWeightsAreThoseOfSamme() {
    Ensemble boosted = boosting().weightedLoss().build().fit(data(), 5);
    int[] truth = RINGS.getLabels().argMax(1).toIntVector();
    double[][] expected = samme(votes(boosted, RINGS), truth, 1, 3);
    assertThat(array(errors)).containsExactly(expected[0], within(1e-12));
    assertThat(array(alphas)).containsExactly(expected[1], within(1e-12));
    for (int m = 0; m < boosted.size(); m++) {
      assertThat(((MultiLayerNetwork) boosted.member(m)).getLayerWiseConfigurations().toJson())
          .doesNotContain("ExampleWeightedLoss");
    }
  }

  @Test
  void weightedLoss_wholeWeights_isTheGradientOfRepeatedRows() {
    int[] counts = {3, 0, 1, 2, 0, 0};
    DataSet rows = TestNetworks.rings(6, 1);
    List<DataSet> repeated = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < counts[i]; k++) {
        repeated.add(rows.get(i));
      }
    }
    MultiLayerNetwork plain = TestNetworks.network(1);
    plain.fit(DataSet.merge(repeated));
    MultiLayerNetwork weighted = TestNetworks.network(1);
    ExampleWeightedLoss.install(weighted);
    double[] weights = Arrays.stream(counts).mapToDouble(c -> c / 6.0).toArray();
    DataSet task = ExampleWeightedLoss.weigh(TrainingData.of(rows, 6), weights).examples();
    weighted.fit(task);
    assertThat(weighted.score()).isCloseTo(plain.score(), within(1e-6));
    assertThat(weighted.params().distance2(plain.params())).isLessThan(1e-6);
    assertThat(weighted.params().distance2(TestNetworks.network(1).params())).isGreaterThan(0.01);
  }

  @Test
  void output_threeRounds_hasTheArgmaxOfSammesScores() {
    Ensemble boosted = boosting().build().fit(data(), 5);
    DataSet test = TestNetworks.rings(200, 6);
    int[][] votes = votes(boosted, test);
    double sum = alphas.stream().mapToDouble(a -> a).sum();
    int[] predicted = boosted.predict(test.getFeatures());
    for (int i = 0; i < 200; i++) {
      double[] f = new double[3]; // alpha for the predicted class, -alpha/(K-1) for the others
      for (int m = 0; m < 3; m++) {
        for (int c = 0; c < 3; c++) {
          f[c] += (votes[m][i] == c ? 1 : -0.5) * alphas.get(m) / sum;
        }
      }
      assertThat(f[predicted[i]]).isGreaterThan(Arrays.stream(f).max().getAsDouble() - 1e-9);
    }
  }

  private static MultiLayerNetwork initialized(MultiLayerConfiguration conf, int member) {
    MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(conf.toJson());
    long seed = Seeds.derive(Seeds.derive(42, member), 2);
    copy.getConfs().forEach(c -> c.setSeed(seed));
    MultiLayerNetwork net = new MultiLayerNetwork(copy);
    net.init();
    return net;
  }

  @Test
  void fit_secondRound_learnsFromRowsDrawnByWeight() {
    Ensemble boosted = boosting().rounds(2).build().fit(rows(60), 5);
    DataSet data = TestNetworks.rings(60, 5);
    int[] first = votes(boosted, data)[0];
    double[] weights = new double[60];
    for (int i = 0; i < 60; i++) {
      weights[i] = first[i] == i % 3 ? Math.exp(-alphas.get(0)) : 1;
    }
    double sum = Arrays.stream(weights).map(w -> w / 60).sum();
    for (int i = 0; i < 60; i++) {
      weights[i] = weights[i] / 60 / sum;
    }
    long memberSeed = Seeds.derive(42, 1);
    int[] drawn = Bootstrap.weighted(weights, 60, Seeds.derive(memberSeed, 0));
    MultiLayerNetwork net = initialized(TestNetworks.configuration(1, 2), 1);
    net.fit(new ResumableIterator(data, drawn, 10, Seeds.derive(memberSeed, 1)), 5);
    assertThat(boosted.member(1).params()).isEqualTo(net.params());
  }

  @Test
  void weightedBootstrap_manyRows_comeAsOftenAsTheyWeigh() {
    double[] weights = {0, 0.1, 0, 0.6, 0.3, 0};
    int n = 100_000;
    int[] counts = new int[6];
    Arrays.stream(Bootstrap.weighted(weights, n, 3)).forEach(row -> counts[row]++);
    for (int row = 0; row < 6; row++) {
      // binomial with standard deviation sqrt(n w (1-w)) <= 155; 6 of them: chance 2e-9 each
      double sd = Math.sqrt(n * weights[row] * (1 - weights[row]));
      assertThat(counts[row] - n * weights[row]).isBetween(-6 * sd, 6 * sd);
    }
    assertThat(Bootstrap.weighted(weights, 20, 3)).isEqualTo(Bootstrap.weighted(weights, 20, 3));
    assertThat(Bootstrap.weighted(weights, 20, 4)).isNotEqualTo(Bootstrap.weighted(weights, 20, 3));
  }

  /** Two clusters far apart, of two classes. */
  private static DataSet apart(int ofFirst, int ofSecond) {
    INDArray x = Nd4j.zeros(DataType.FLOAT, ofFirst + ofSecond, 2);
    INDArray y = Nd4j.zeros(DataType.FLOAT, ofFirst + ofSecond, 3);
    for (int i = 0; i < ofFirst + ofSecond; i++) {
      x.putScalar(i, 0, i < ofFirst ? 3 : -3);
      y.putScalar(i, i < ofFirst ? 0 : 1, 1);
    }
    return new DataSet(x, y);
  }

  /** Rows that cannot be told apart: a network can do no better than the heavier class. */
  private static DataSet alike(int ofFirst, int ofSecond) {
    DataSet data = apart(ofFirst, ofSecond);
    data.getFeatures().assign(0);
    data.setLabels(data.getLabels().get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2)).dup());
    return data;
  }

  private static MultiLayerConfiguration twoClasses() {
    String json = TestNetworks.configuration(1).toJson();
    MultiLayerConfiguration conf = MultiLayerConfiguration.fromJson(json);
    ((org.deeplearning4j.nn.conf.layers.OutputLayer) conf.getConf(1).getLayer()).setNOut(2);
    return conf;
  }

  @Test
  void fit_memberWithoutError_hasWeightOneAndIsTheLast() {
    Ensemble boosted = boosting().rounds(5).build().fit(TrainingData.of(apart(8, 8), 4), 60);
    assertThat(boosted.size()).isEqualTo(1);
    assertThat(errors).containsExactly(0.0);
    assertThat(alphas).containsExactly(1.0);
    assertThat(boosted.rule()).isEqualTo(new HardVote(1.0));
  }

  @Test
  void fit_firstMemberNoBetterThanGuessing_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> AdaBoost.of(twoClasses()).build().fit(TrainingData.of(alike(8, 8), 16), 1))
        .withMessage(
            "the first member's error on the training data must be < 0.5, that of guessing, got"
                + " 0.5: train it for more epochs");
  }

  /** 120 against 40: the first says class 0; by its weights the classes are then as heavy. */
  @Test
  void fit_laterMemberNoBetterThanGuessing_isLeftOutAndEndsTheRounds() {
    List<String> reports = new ArrayList<>();
    Ensemble boosted =
        watched(AdaBoost.of(twoClasses()).rounds(5).seed(42))
            .progress((member, finished, of, net) -> reports.add(finished + "/" + of))
            .build()
            .fit(TrainingData.of(alike(120, 40), 160), 40);
    assertThat(array(errors)).containsExactly(new double[] {0.25}, within(1e-12));
    assertThat(alphas.get(0)).isCloseTo(Math.log(3), within(1e-12));
    assertThat(boosted.size()).isEqualTo(1);
    assertThat(reports).containsExactly("1/5");
  }

  @Test
  void fit_graphConfiguration_equalsTheNetworks() {
    Ensemble network =
        AdaBoost.of(TestNetworks.configuration(1)).rounds(2).seed(4).build().fit(data(), 2);
    Ensemble graph =
        AdaBoost.of(TestNetworks.graphConfiguration(1)).rounds(2).seed(4).build().fit(data(), 2);
    assertSame(network, graph);
  }

  @Test
  void fit_configurations_areTakenInTurn() {
    MultiLayerConfiguration wide = TestNetworks.configuration(1, 20);
    Ensemble boosted =
        AdaBoost.of(TestNetworks.configuration(1), wide).rounds(3).build().fit(data(), 10);
    assertThat(boosted.member(0).params().length()).isEqualTo(75); // 2*12 + 12 + 12*3 + 3
    assertThat(boosted.member(1).params().length()).isEqualTo(123); // 2*20 + 20 + 20*3 + 3
    assertThat(boosted.member(2).params().length()).isEqualTo(75);
  }

  @Test
  void resumeIn_stoppedAfterARound_givesTheSame() {
    Ensemble whole = boosting().build().fit(data(), 3);
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
                    .fit(data(), 3))
        .withMessage("killed");
    assertThat(folder.list()).contains("member-0.zip").doesNotContain("member-1.zip");
    assertSame(boosting().resumeIn(folder).build().fit(data(), 3), whole);
  }

  @Test
  void resumeIn_moreRounds_trainsOnlyThose() {
    boosting().rounds(2).resumeIn(folder).build().fit(data(), 3);
    List<Integer> trained = new ArrayList<>();
    Ensemble more =
        boosting()
            .rounds(3)
            .resumeIn(folder)
            .memberListeners(
                member -> {
                  trained.add(member);
                  return List.of();
                })
            .build()
            .fit(data(), 3);
    assertThat(trained).containsExactly(2);
    assertSame(more, boosting().rounds(3).build().fit(data(), 3));
  }

  @Test
  void save_boosted_comesBackWithItsWeights() throws IOException {
    Ensemble boosted = boosting().build().fit(data(), 3);
    File file = new File(folder, "boosted.zip");
    EnsembleSerializer.save(boosted, file);
    Ensemble back = EnsembleSerializer.load(file);
    assertSame(back, boosted);
    assertThat(back.output(RINGS.getFeatures())).isEqualTo(boosted.output(RINGS.getFeatures()));
  }

  /**
   * Of 9000 test rows an accuracy has a standard error of at most 0.0053, a difference of two
   * 0.0075: the ensemble is better than the best of its members by six of those, chance 1e-9.
   */
  @Test
  void fit_weakMembers_areLifted() {
    DataSet test = TestNetworks.rings(9000, 6);
    Ensemble boosted = boosting().rounds(15).build().fit(data(), 20);
    double best =
        Arrays.stream(votes(boosted, test)).mapToDouble(AdaBoostTest::accuracy).max().getAsDouble();
    assertThat(accuracy(boosted.predict(test.getFeatures()))).isGreaterThan(best + 0.045);
  }

  private static double accuracy(int[] predicted) {
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == i % 3 ? 1 : 0;
    }
    return right / (double) predicted.length;
  }

  @Test
  void fit_interrupted_stopsWithinAnEpoch() throws Exception {
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    CountDownLatch training = new CountDownLatch(1);
    AdaBoost boosting =
        boosting().memberListeners(member -> List.of(new FirstStep(training))).build();
    Thread caller =
        new Thread(
            () -> {
              try {
                boosting.fit(TrainingData.of(RINGS, 1), 1_000_000);
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    caller.start();
    assertThat(training.await(30, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    caller.join(30_000);
    assertThat(caller.isAlive()).isFalse();
    assertThat(thrown.get(0)).hasMessageContaining("interrupted while training 3 members");
  }

  @Test
  void fit_failingMember_namesItAndItsCause() {
    assertThatIllegalStateException()
        .isThrownBy(() -> AdaBoost.of(twoClasses()).rounds(4).build().fit(data(), 1))
        .withMessageStartingWith("training one of 4 members failed: member 1: ")
        .withCauseInstanceOf(RuntimeException.class);
  }

  /** 513 rows: predicted in batches of 512 and 1. */
  @Test
  void outputs_moreThanABatch_areThoseOfTheNetwork() {
    DataSet data = TestNetworks.rings(513, 5);
    MultiLayerNetwork net = TestNetworks.network(1);
    double[][] outputs = Rows.outputs(net, data);
    INDArray expected = net.output(data.getFeatures());
    assertThat(outputs).hasNumberOfRows(513);
    for (int i = 0; i < 513; i++) {
      assertThat(outputs[i]).containsExactly(expected.getRow(i).toDoubleVector(), within(1e-6));
    }
    assertThat(argMax(expected.getRow(512))).isBetween(0, 2);
  }

  @Test
  void fit_dataThatCannotBeWeighted_isRefused() {
    DataSet masked = TestNetworks.rings(6, 5);
    masked.setLabelsMaskArray(Nd4j.ones(6, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(masked, 2), 1))
        .withMessageStartingWith("data must have no mask of the labels")
        .withMessageContaining("[6, 1]");
    DataSet sequences = new DataSet(Nd4j.ones(4, 2, 5), Nd4j.ones(4, 3, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(sequences, 2), 1))
        .withMessageStartingWith("labels must be of shape [examples, outputs], got [4, 3, 5]");
    DataSet values = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 3).muli(0.3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(values, 2), 1))
        .withMessageStartingWith("labels must be one-hot, got");
    DataSet single = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(TrainingData.of(single, 2), 1))
        .withMessage(
            "labels must have at least 2 classes, got 1: class indices must be made one-hot");
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(RINGS.asList(), 30));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(stream, 1))
        .withMessageContaining("got a stream");
  }

  @Test
  void settings_badValues_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().rounds(0))
        .withMessage("rounds must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().learningRate(0))
        .withMessage("learningRate must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().learningRate(Double.NaN))
        .withMessage("learningRate must be finite and > 0, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().onRound(null))
        .withMessage("listener must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> boosting().build().fit(data(), 0))
        .withMessage("epochs must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdaBoost.of(new MultiLayerConfiguration[0]))
        .withMessage("configurations must have at least 1, got 0");
  }

  /** ND4J gives an empty range of a view that begins after the array does. */
  @Test
  void outputs_viewThatBeginsLater_areThoseOfItsRows() {
    DataSet all = TestNetworks.rings(1300, 5);
    DataSet view = (DataSet) all.getRange(400, 1300);
    MultiLayerNetwork net = TestNetworks.network(1);
    double[][] outputs = Rows.outputs(net, view);
    INDArray expected = net.output(all.getFeatures());
    assertThat(outputs).hasNumberOfRows(900);
    for (int i = 0; i < 900; i++) {
      assertThat(outputs[i])
          .containsExactly(expected.getRow(400 + i).toDoubleVector(), within(1e-6));
    }
  }
}
