package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.FirstStep;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.graph.FeatureSubset;
import io.github.dl4jx.ensembles.internal.Bootstrap;
import io.github.dl4jx.ensembles.internal.PoissonBootstrap;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class BaggingTest {

  private static DataSetIterator rings() {
    return rings(30);
  }

  private static DataSetIterator rings(int batch) {
    return new ListDataSetIterator<>(TestNetworks.rings(300, 5).asList(), batch);
  }

  private static Bagging.Builder bagging() {
    return Bagging.of(TestNetworks.configuration(1)).members(4).seed(42);
  }

  private static float[] parameters(Ensemble ensemble, int member) {
    return ensemble.member(member).params().toFloatVector();
  }

  @Test
  void fit_iteratorsThatReuseTheirBatches_giveTheSameParameters() {
    DataSet data = TestNetworks.rings(300, 5);
    ResumableIterator fresh = new ResumableIterator(data, 30, 1);
    Ensemble expected = bagging().build().fit(fresh, 1);
    Ensemble reused = bagging().build().fit(new ResumableIterator(data, 30, 1).reusingBatches(), 1);
    AsyncDataSetIterator ahead = new AsyncDataSetIterator(new ResumableIterator(data, 30, 1), 2);
    Ensemble prefetched = bagging().build().fit(ahead, 1);
    ahead.shutdown();
    for (int m = 0; m < 4; m++) {
      assertThat(parameters(reused, m)).isEqualTo(parameters(expected, m));
      assertThat(parameters(prefetched, m)).hasSameSizeAs(parameters(expected, m));
    }
  }

  /** A single step over the whole sample: linear in the rows, so it tells which were drawn. */
  @Test
  void fit_member_seesItsBootstrapSampleOnly() {
    DataSet data = TestNetworks.rings(40, 5);
    Bagging.Builder builder = Bagging.of(TestNetworks.configuration(1)).members(1).seed(42);
    Ensemble bag = builder.build().fit(new ListDataSetIterator<>(data.asList(), 40), 1);
    long memberSeed = Seeds.derive(42, 0);
    int[] rows = Bootstrap.withReplacement(40, 40, Seeds.derive(memberSeed, 0));
    MultiLayerNetwork net = TestNetworks.network(Seeds.derive(memberSeed, 2));
    net.fit(new ResumableIterator(data, rows, 40, Seeds.derive(memberSeed, 1)));
    assertThat(parameters(bag, 0)).isEqualTo(net.params().toFloatVector());
    MultiLayerNetwork all = TestNetworks.network(Seeds.derive(memberSeed, 2));
    all.fit(data);
    assertThat(parameters(bag, 0)).isNotEqualTo(all.params().toFloatVector());
  }

  @Test
  void fit_interrupted_stopsWithinAnEpoch() throws Exception {
    DataSetIterator endless = new ListDataSetIterator<>(TestNetworks.rings(300, 5).asList(), 1);
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    CountDownLatch training = new CountDownLatch(2);
    Bagging bagging =
        bagging()
            .members(2)
            .parallelism(2)
            .memberListeners(member -> List.of(new FirstStep(training)))
            .build();
    Thread caller =
        new Thread(
            () -> {
              try {
                bagging.fit(endless, 1_000_000);
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    caller.start();
    assertThat(training.await(30, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    caller.join(30_000);
    assertThat(caller.isAlive()).isFalse();
    assertThat(thrown.get(0)).hasMessageContaining("interrupted while training 2 members");
  }

  @Test
  void fit_members_differFromEachOtherAndBetweenSeeds() {
    Ensemble ensemble = bagging().build().fit(rings(), 1);
    Ensemble other = bagging().seed(43).build().fit(rings(), 1);
    for (int m = 0; m < 4; m++) {
      assertThat(parameters(ensemble, m)).isNotEqualTo(parameters(other, m));
      for (int k = 0; k < m; k++) {
        assertThat(parameters(ensemble, m)).isNotEqualTo(parameters(ensemble, k));
      }
    }
  }

  @Test
  void fit_classification_learns() {
    Ensemble ensemble = bagging().members(5).build().fit(rings(60), 40);
    assertThat(ensemble.size()).isEqualTo(5);
    assertThat(ensemble.rule()).isEqualTo(new SoftVote());
    DataSet test = TestNetworks.rings(300, 6);
    // rings 0.3 wide at a distance of 1: the best possible is about 94 %, guessing is 33 %
    assertThat(ensemble.evaluate(new ListDataSetIterator<>(test.asList(), 50)).accuracy())
        .isGreaterThan(0.85);
  }

  @Test
  void fit_graphConfiguration_equalsTheNetworks() {
    Ensemble network = bagging().members(2).build().fit(rings(), 2);
    Ensemble graph =
        Bagging.of(TestNetworks.graphConfiguration(1)).members(2).seed(42).build().fit(rings(), 2);
    for (int m = 0; m < 2; m++) {
      assertThat(parameters(graph, m)).isEqualTo(parameters(network, m));
    }
  }

  @Test
  void fit_regression_meanBeatsTheConstant() {
    DataSet data = TestNetworks.rings(300, 5);
    data.setLabels(data.getFeatures().norm2(true, 1));
    DataSetIterator iterator = new ListDataSetIterator<>(data.asList(), 60);
    Ensemble ensemble =
        Bagging.of(TestNetworks.regression(1))
            .members(3)
            .combine(new MeanOutput())
            .build()
            .fit(iterator, 40);
    assertThat(ensemble.evaluateRegression(iterator).rSquared(0)).isGreaterThan(0.8);
  }

  @Test
  void fit_configuration_isLeftAsItWas() {
    MultiLayerConfiguration conf = TestNetworks.configuration(1);
    MultiLayerConfiguration before = conf.clone();
    Bagging.of(conf).members(1).build().fit(rings(), 1);
    assertThat(conf).isEqualTo(before);
    assertThat(conf.getIterationCount()).isZero();
  }

  @Test
  void fit_failingMember_namesItAndItsCause() {
    // labels of another width than the output layer's
    DataSet data = TestNetworks.rings(30, 5);
    data.setLabels(data.getFeatures().dup());
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                bagging()
                    .parallelism(2)
                    .build()
                    .fit(new ListDataSetIterator<>(data.asList(), 10), 1))
        .withMessageStartingWith("training one of 4 members failed: ")
        .withMessageContaining("member ")
        .withCauseInstanceOf(RuntimeException.class);
  }

  @Test
  void fit_halfOfTheRowsWithoutReplacement_seesEachAtMostOnce() {
    DataSet data = TestNetworks.rings(40, 5);
    Ensemble bag =
        bagging()
            .members(1)
            .rows(0.5)
            .withoutReplacement()
            .build()
            .fit(TrainingData.of(data, 40), 1);
    long memberSeed = Seeds.derive(42, 0);
    int[] rows = Bootstrap.withoutReplacement(40, 20, Seeds.derive(memberSeed, 0));
    assertThat(rows).hasSize(20).doesNotHaveDuplicates();
    MultiLayerNetwork net = TestNetworks.network(Seeds.derive(memberSeed, 2));
    net.fit(new ResumableIterator(data, rows, 40, Seeds.derive(memberSeed, 1)));
    assertThat(parameters(bag, 0)).isEqualTo(net.params().toFloatVector());
  }

  @Test
  void fit_halfOfTheFeatures_membersSeeOnlyTheirs() {
    Ensemble bag = bagging().members(8).features(0.5).build().fit(rings(), 1);
    Set<List<Integer>> subsets = new HashSet<>();
    for (int m = 0; m < 8; m++) {
      MultiLayerNetwork net = (MultiLayerNetwork) bag.member(m);
      FeatureSubset subset = (FeatureSubset) net.getLayerWiseConfigurations().getInputPreProcess(0);
      assertThat(subset.kept()).hasSize(1);
      subsets.add(List.of(subset.kept()[0]));
      INDArray x = Nd4j.createFromArray(new float[][] {{1, 1}});
      INDArray other = x.dup();
      other.putScalar(0, 1 - subset.kept()[0], -5);
      assertThat(net.output(other)).isEqualTo(net.output(x));
    }
    assertThat(subsets).hasSize(2); // one feature eight times in a row: chance 2^-7, fixed seed
  }

  @Test
  void fit_halfOfTheFeaturesOfAGraph_equalsTheNetworks() {
    Ensemble network = bagging().members(2).features(0.5).build().fit(rings(), 1);
    Ensemble graph =
        Bagging.of(TestNetworks.graphConfiguration(1))
            .members(2)
            .seed(42)
            .features(0.5)
            .build()
            .fit(rings(), 1);
    for (int m = 0; m < 2; m++) {
      assertThat(parameters(graph, m)).isEqualTo(parameters(network, m));
    }
  }

  @Test
  void fit_stream_seesAPoissonSample() {
    DataSet data = TestNetworks.rings(90, 5);
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(data.asList(), 30));
    Ensemble bag = bagging().build().fit(stream, 2);
    for (int m = 0; m < 4; m++) {
      long memberSeed = Seeds.derive(42, m);
      MultiLayerNetwork net = TestNetworks.network(Seeds.derive(memberSeed, 2));
      net.fit(
          new PoissonBootstrap(
              new ListDataSetIterator<>(data.asList(), 30), Seeds.derive(memberSeed, 0)),
          2);
      assertThat(parameters(bag, m)).isEqualTo(net.params().toFloatVector());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().rows(0.5).build().fit(stream, 1))
        .withMessageContaining("rows must be 1 with replacement, got 0.5");
  }

  @Test
  void outOfBag_threeMembers_isTheMeanOfThoseThatHaveNotSeenTheRow() {
    DataSet data = TestNetworks.rings(60, 5);
    Bagging bagging = bagging().members(3).build();
    TrainingData training = TrainingData.of(data, 30);
    Ensemble bag = bagging.fit(training, 2);
    OutOfBag outOfBag = bagging.outOfBag(bag, training);
    int covered = 0;
    int right = 0;
    for (int row = 0; row < 60; row++) {
      double[] sum = new double[3];
      int votes = 0;
      for (int m = 0; m < 3; m++) {
        int[] rows = Bootstrap.withReplacement(60, 60, Seeds.derive(Seeds.derive(42, m), 0));
        int wanted = row;
        if (Arrays.stream(rows).noneMatch(drawn -> drawn == wanted)) {
          INDArray x = data.getFeatures().getRow(row, true);
          double[] output = ((MultiLayerNetwork) bag.member(m)).output(x).toDoubleVector();
          Arrays.setAll(sum, c -> sum[c] + output[c]);
          votes++;
        }
      }
      if (votes > 0) {
        assertThat(outOfBag.rows()[covered]).isEqualTo(row);
        int best = 0;
        for (int c = 0; c < 3; c++) {
          assertThat(outOfBag.predictions().getDouble(covered, c))
              .isCloseTo(sum[c] / votes, within(1e-6));
          best = sum[c] > sum[best] ? c : best;
        }
        right += best == row % 3 ? 1 : 0;
        covered++;
      }
    }
    assertThat(outOfBag.rows()).hasSize(covered).hasSizeLessThan(60);
    assertThat(outOfBag.coverage()).isEqualTo(covered / 60.0);
    assertThat(outOfBag.scores().accuracy()).isCloseTo(right / (double) covered, within(1e-12));
  }

  @Test
  void outOfBag_everyMemberSawEveryRow_saysSo() {
    Bagging all = bagging().withoutReplacement().build();
    Ensemble bag = all.fit(rings(), 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> all.outOfBag(bag, rings()))
        .withMessage("every member was trained on every row: nothing is out of bag");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().members(3).build().outOfBag(bag, rings()))
        .withMessage("ensemble must have the 3 members of this trainer, got 4");
  }

  @Test
  void bootstrap_largeSample_leavesOutAboutOneOverE() {
    int n = 100_000;
    int[] rows = Bootstrap.withReplacement(n, n, 9);
    assertThat(rows).hasSize(n);
    double unique = Arrays.stream(rows).distinct().count() / (double) n;
    // the fraction of distinct rows has mean 1 - 1/e and standard error sqrt((1/e - 2/e^2)/n) =
    // 0.00099; 6 of them are exceeded with chance 2e-9
    assertThat(unique).isCloseTo(1 - 1 / Math.E, within(0.006));
    assertThat(Bootstrap.withReplacement(n, n, 10)).isNotEqualTo(rows);
  }

  @Test
  void derive_neighbouringSeedsAndParts_differ() {
    List<Long> seeds =
        List.of(
            Seeds.derive(0, 0),
            Seeds.derive(0, 1),
            Seeds.derive(1, 0),
            Seeds.derive(1, 1),
            Seeds.derive(-1, 0));
    assertThat(seeds).doesNotHaveDuplicates();
    // SplitMix64 of seed 0: its first output
    assertThat(Seeds.derive(0, 0)).isEqualTo(0xE220A8397B1DCDAFL);
  }

  @Test
  void build_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().members(0))
        .withMessage("members must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().parallelism(0))
        .withMessage("parallelism must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().build().fit(rings(), 0))
        .withMessage("epochs must be >= 1, got 0");
  }

  /** A shuffled iterator would ask members about rows that they were trained on: 97 % for 82 %. */
  @Test
  void outOfBag_iteratorThatShuffles_isRefused() {
    DataSet data = TestNetworks.rings(60, 5);
    Bagging bagging = Bagging.of(TestNetworks.configuration(1)).members(2).seed(1).build();
    ResumableIterator shuffled = new ResumableIterator(data, 10, 3);
    try (Ensemble bag = bagging.fit(shuffled, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bagging.outOfBag(bag, shuffled))
          .withMessageStartingWith("data must come in one order whenever it is read");
      assertThat(bagging.outOfBag(bag, TrainingData.of(data, 10)).coverage()).isPositive();
    }
  }
}
