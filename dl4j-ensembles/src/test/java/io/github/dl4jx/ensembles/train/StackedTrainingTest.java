package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class StackedTrainingTest {

  private static final DataSet POINTS = TestNetworks.rings(120, 5);
  private static final TrainingData DATA = TrainingData.of(POINTS, 30);
  private static final MultiLayerConfiguration CONF = TestNetworks.configuration(1);

  private static List<INDArray> parameters(Ensemble ensemble) {
    try (ensemble) {
      return IntStream.range(0, ensemble.size())
          .mapToObj(m -> ensemble.member(m).params().reshape(-1))
          .collect(Collectors.toList());
    }
  }

  private static MultiLayerConfiguration configuration(
      Consumer<NeuralNetConfiguration.Builder> setting) {
    NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder();
    setting.accept(builder);
    return builder
        .list()
        .layer(new DenseLayer.Builder().nIn(2).nOut(8).activation(Activation.TANH).build())
        .layer(new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  @Test
  void fit_severalThreads_sameBits() {
    DeepEnsemble.Builder builder = DeepEnsemble.of(CONF).members(5).seed(1).stacked(2);
    List<INDArray> one = parameters(builder.build().fit(DATA, 2));
    assertThat(parameters(builder.parallelism(3).build().fit(DATA, 2))).isEqualTo(one);
    assertThat(one.get(0)).isNotEqualTo(one.get(1));
  }

  @Test
  void fit_groups_areTheSameUpToRounding() {
    List<INDArray> all = parameters(Bagging.of(CONF).members(5).stacked().build().fit(DATA, 2));
    List<INDArray> groups = parameters(Bagging.of(CONF).members(5).stacked(2).build().fit(DATA, 2));
    for (int m = 0; m < 5; m++) {
      assertThat(all.get(m).equalsWithEps(groups.get(m), 1e-4)).isTrue();
    }
  }

  @Test
  void fit_again_sameBitsWhateverWasDrawnBefore() {
    DeepEnsemble trainer =
        DeepEnsemble.of(configuration(b -> b.updater(new Adam(0.01)).dropOut(0.7)))
            .members(3)
            .stacked()
            .build();
    List<INDArray> first = parameters(trainer.fit(DATA, 2));
    assertThat(parameters(trainer.fit(DATA, 2))).isEqualTo(first);
  }

  @Test
  void fit_rings_learnsThem() {
    try (Ensemble ensemble = Bagging.of(CONF).members(5).seed(3).stacked().build().fit(DATA, 150)) {
      assertThat(ensemble.evaluate(new ListDataSetIterator<>(List.of(POINTS), 40)).accuracy())
          .isGreaterThan(0.8);
    }
  }

  @Test
  void outOfBag_stackedBagging_scoresRowsThatMembersHaveNotSeen() {
    Bagging bagging = Bagging.of(CONF).members(5).seed(3).stacked().build();
    try (Ensemble ensemble = bagging.fit(DATA, 150)) {
      OutOfBag outOfBag = bagging.outOfBag(ensemble, DATA);
      assertThat(outOfBag.coverage()).isBetween(0.8, 0.99); // 1 - 0.632^5 = 0.9
      assertThat(outOfBag.scores().accuracy()).isGreaterThan(0.7);
    }
  }

  /** Equal weights at first, all rows in each batch: only masks can make members differ. */
  @Test
  void fit_dropout_eachMemberHasItsOwnMask() {
    MultiLayerConfiguration conf =
        configuration(
            b ->
                b.updater(new Sgd(0.1))
                    .weightInit(new ConstantWeights())
                    .dropOut(new InvertedDropout(0.5, 7)));
    List<INDArray> members =
        parameters(
            DeepEnsemble.of(conf)
                .members(3)
                .stacked()
                .build()
                .fit(TrainingData.of(POINTS, 120), 1));
    assertThat(members.get(0)).isNotEqualTo(members.get(1));
    assertThat(members.get(1)).isNotEqualTo(members.get(2));
  }

  @Test
  void fit_gradientNoiseWithASeed_eachMemberHasItsOwn() {
    MultiLayerConfiguration conf =
        configuration(
            b ->
                b.updater(GradientNoise.around(new Sgd(0.1)).seed(7).build())
                    .weightInit(new ConstantWeights()));
    List<INDArray> members =
        parameters(
            DeepEnsemble.of(conf)
                .members(2)
                .stacked()
                .build()
                .fit(TrainingData.of(POINTS, 120), 1));
    assertThat(members.get(0)).isNotEqualTo(members.get(1));
  }

  /** All weights 0.1. */
  public static final class ConstantWeights
      extends org.deeplearning4j.nn.weights.WeightInitConstant {
    private static final long serialVersionUID = 1;

    /** For JSON. */
    public ConstantWeights() {
      super(0.1);
    }
  }

  @Test
  void fit_stream_isWhatTheRowsInMemoryGive() {
    DeepEnsemble trainer = DeepEnsemble.of(CONF).members(3).stacked().build();
    List<INDArray> memory = parameters(trainer.fit(TrainingData.of(POINTS, 120), 3));
    List<INDArray> stream =
        parameters(
            trainer.fit(
                TrainingData.streaming(() -> new ListDataSetIterator<>(List.of(POINTS), 120)), 3));
    for (int m = 0; m < 3; m++) {
      assertThat(stream.get(m).equalsWithEps(memory.get(m), 1e-5)).isTrue();
    }
  }

  /**
   * Alone, a step's gradient is divided by the rows of the sample, stacked by those of the batch.
   */
  @Test
  void fit_baggingOfAStream_countsRowsByPoisson() {
    int n = POINTS.numExamples();
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(List.of(POINTS), n));
    MultiLayerConfiguration sgd = configuration(b -> b.updater(new Sgd(0.1)));
    MultiLayerConfiguration still = configuration(b -> b.updater(new NoOp()));
    List<INDArray> start =
        parameters(DeepEnsemble.of(zeroStep(still)).members(2).seed(9).build().fit(stream, 1));
    List<INDArray> alone = parameters(Bagging.of(sgd).members(2).seed(9).build().fit(stream, 1));
    List<INDArray> stacked =
        parameters(Bagging.of(sgd).members(2).seed(9).stacked().build().fit(stream, 1));
    for (int m = 0; m < 2; m++) {
      long counted = poisson(Seeds.derive(Seeds.derive(9, m), 0), n);
      INDArray expected = alone.get(m).sub(start.get(m)).mul((double) counted / n);
      INDArray actual = stacked.get(m).sub(start.get(m));
      assertThat(counted).isNotEqualTo(n);
      assertThat(expected.sub(actual).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }

  private static MultiLayerConfiguration zeroStep(MultiLayerConfiguration conf) {
    conf.getConfs()
        .forEach(
            layer ->
                ((org.deeplearning4j.nn.conf.layers.BaseLayer) layer.getLayer())
                    .setIUpdater(new Sgd(0)));
    return conf;
  }

  /** Rows that a member sees: the inverse of Poisson's distribution, written down again. */
  private static long poisson(long seed, int rows) {
    long total = 0;
    for (int row = 0; row < rows; row++) {
      double u = new SplittableRandom(Seeds.derive(seed, row)).nextDouble();
      double sum = Math.exp(-1);
      double term = sum;
      for (int k = 1; u > sum; k++) {
        total++;
        term /= k;
        sum += term;
      }
    }
    return total;
  }

  @Test
  void resumeIn_finishedGroup_isKept(@TempDir File folder) throws Exception {
    DeepEnsemble.Builder builder =
        DeepEnsemble.of(CONF).members(5).seed(1).stacked(2).resumeIn(folder);
    List<INDArray> first = parameters(builder.build().fit(DATA, 2));
    assertThat(folder.list()).contains("group-0.members", "group-1.members", "group-2.members");
    File last = new File(folder, "group-2.members");
    assertThat(last.delete()).isTrue();
    List<Integer> trained = new ArrayList<>();
    List<INDArray> second =
        parameters(
            builder
                .progress(
                    new EnsembleListener() {
                      @Override
                      public void memberTrained(int m, int finished, int all, Model network) {}

                      @Override
                      public void epochTrained(int member, int epoch, int epochs, double score) {
                        trained.add(member);
                      }
                    })
                .build()
                .fit(DATA, 2));
    assertThat(second).isEqualTo(first);
    assertThat(trained).containsOnly(4);
  }

  @Test
  void resumeIn_otherGroups_isRefused(@TempDir File folder) {
    DeepEnsemble.Builder builder = DeepEnsemble.of(CONF).members(4).resumeIn(folder);
    parameters(builder.stacked(2).build().fit(DATA, 1));
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.stacked(4).build().fit(DATA, 1));
  }

  @Test
  void progress_stackedMembers_areToldOneByOne() {
    List<String> told = new ArrayList<>();
    parameters(
        Bagging.of(CONF)
            .members(3)
            .stacked(2)
            .progress((m, finished, all, net) -> told.add(m + ":" + finished + "/" + all))
            .build()
            .fit(DATA, 1));
    assertThat(told).containsExactly("0:1/3", "1:2/3", "2:3/3");
  }

  @Test
  void fit_divergedMember_isNamed() {
    MultiLayerConfiguration conf = configuration(b -> b.updater(new Sgd(Double.MAX_VALUE)));
    assertThatIllegalStateException()
        .isThrownBy(() -> DeepEnsemble.of(conf).members(2).stacked().build().fit(DATA, 1))
        .withMessageContaining("the parameters of member 1 are not finite any more");
  }

  @Test
  void fit_interruptedThread_stops() {
    Thread caller = Thread.currentThread();
    DeepEnsemble trainer =
        DeepEnsemble.of(CONF)
            .members(2)
            .stacked()
            .progress(
                new EnsembleListener() {
                  @Override
                  public void memberTrained(int m, int finished, int all, Model network) {}

                  @Override
                  public void epochTrained(int member, int epoch, int epochs, double score) {
                    caller.interrupt();
                  }
                })
            .build();
    try {
      assertThatIllegalStateException()
          .isThrownBy(() -> trainer.fit(DATA, 1_000_000))
          .withMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void fit_stacking_learns() {
    var stacked = Stacking.of(CONF, CONF).folds(3).seed(2).stacked().build().fit(DATA, 60);
    assertThat(stacked.evaluate(new ListDataSetIterator<>(List.of(POINTS), 40)).accuracy())
        .isGreaterThan(0.7);
    stacked.close();
  }

  @Test
  void fit_weightsOfASample_haveMeanOne() {
    // rows(0.5): of 120 rows 60 are drawn, each of which counts 2
    MultiLayerConfiguration sgd = configuration(b -> b.updater(new Sgd(0.1)));
    TrainingData batch = TrainingData.of(POINTS, 120);
    List<INDArray> alone = parameters(Bagging.of(sgd).members(2).rows(0.5).build().fit(batch, 1));
    List<INDArray> stacked =
        parameters(Bagging.of(sgd).members(2).rows(0.5).stacked().build().fit(batch, 1));
    for (int m = 0; m < 2; m++) {
      assertThat(alone.get(m).sub(stacked.get(m)).amaxNumber().doubleValue())
          .isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void fit_aHundredMembers_trainInOneGo() {
    double[] largest =
        parameters(
                DeepEnsemble.of(TestNetworks.configuration(1, 64))
                    .members(100)
                    .stacked()
                    .build()
                    .fit(DATA, 1))
            .stream()
            .mapToDouble(p -> p.amaxNumber().doubleValue())
            .toArray();
    assertThat(largest).hasSize(100);
    assertThat(Arrays.stream(largest).distinct().count()).isEqualTo(100);
  }

  /** The fifth member of groups of two is alone: its rows must count as in a group of five. */
  @Test
  void bagging_streamAndAGroupOfOne_countsRowsAsInALargerGroup() {
    DataSet rings = TestNetworks.rings(120, 3);
    DataSet binary =
        new DataSet(
            rings.getFeatures(),
            rings.getLabels().get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1)).dup());
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd(0.1))
            .activation(Activation.TANH)
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(6).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                    .nIn(6)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build())
            .build();
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(binary.asList(), 30));
    Ensemble twos = Bagging.of(conf).members(5).seed(3).stacked(2).build().fit(stream, 3);
    Ensemble five = Bagging.of(conf).members(5).seed(3).stacked(5).build().fit(stream, 3);
    for (int m = 0; m < 5; m++) {
      assertThat(twos.member(m).params().toFloatVector())
          .containsExactly(five.member(m).params().toFloatVector(), within(1e-5f));
    }
  }
}
