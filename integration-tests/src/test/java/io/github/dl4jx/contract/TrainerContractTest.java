package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dl4jx.contract.TrainerRow.Options;
import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What every trainer of ensembles promises. */
@Timeout(120)
class TrainerContractTest {

  private static final int BATCH = 10;
  private static final int EPOCHS = 3;

  private static final DataSet POINTS = points(90);
  private static final TrainingData DATA = TrainingData.of(POINTS, BATCH);

  @TempDir Path folder;

  private final Options options = new Options();

  /** Clusters that overlap: no member is without error. */
  private static DataSet points(int n) {
    Random random = new Random(5);
    INDArray features = Nd4j.zeros(DataType.FLOAT, n, TrainerRow.FEATURES);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, n, TrainerRow.CLASSES);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < TrainerRow.FEATURES; j++) {
        double centre = j % TrainerRow.CLASSES == i % TrainerRow.CLASSES ? 1.5 : 0;
        features.putScalar(i, j, centre + random.nextGaussian());
      }
      labels.putScalar(i, i % TrainerRow.CLASSES, 1);
    }
    return new DataSet(features, labels);
  }

  /** The bits of all parameters, and of what the ensemble answers. */
  private static List<int[]> bits(Ensemble ensemble) {
    List<int[]> bits = new ArrayList<>();
    try (ensemble) {
      for (int m = 0; m < ensemble.size(); m++) {
        bits.add(bits(ensemble.member(m).params()));
      }
      bits.add(bits(ensemble.output(POINTS.getFeatures())));
    }
    return bits;
  }

  private static int[] bits(INDArray array) {
    float[] numbers = array.dup('c').data().asFloat();
    return IntStream.range(0, numbers.length)
        .map(i -> Float.floatToRawIntBits(numbers[i]))
        .toArray();
  }

  private List<int[]> train(TrainerRow row) {
    return bits(row.trainer(options).fit(DATA, EPOCHS));
  }

  private static void assertSame(List<int[]> one, List<int[]> other) {
    assertThat(one).hasSameSizeAs(other);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i)).as("member %s, or the answer", i + 1).isEqualTo(other.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void fit_sameSeed_givesTheSameBits(TrainerRow row) {
    EnsembleTrainer trainer = row.trainer(options);
    List<int[]> first = bits(trainer.fit(DATA, EPOCHS));
    assertSame(bits(trainer.fit(DATA, EPOCHS)), first);
    assertSame(train(row), first);
    options.seed++;
    assertThat(train(row).get(0)).isNotEqualTo(first.get(0));
  }

  @ParameterizedTest
  @EnumSource
  void fit_iteratorOrTrainingData_givesTheSameBits(TrainerRow row) {
    EnsembleTrainer trainer = row.trainer(options);
    assertSame(
        bits(trainer.fit(new ListDataSetIterator<>(POINTS.asList(), BATCH), EPOCHS)), train(row));
  }

  @ParameterizedTest
  @EnumSource
  void fit_anyParallelism_givesTheSameBits(TrainerRow row) {
    List<int[]> one = train(row);
    for (int threads : new int[] {2, 5}) {
      options.parallelism = threads;
      assertSame(train(row), one);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fit_interruptedAndResumed_givesTheSameBits(TrainerRow row) {
    List<int[]> whole = train(row);
    options.folder = folder.toFile();
    options.progress = (member, finished, members, network) -> Thread.currentThread().interrupt();
    assertThatThrownBy(() -> train(row))
        .isInstanceOfAny(IllegalStateException.class, CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    options.progress = (member, finished, members, network) -> {};
    assertSame(train(row), whole);
    assertSame(train(row), whole); // and once more, when all is there
  }

  @ParameterizedTest
  @EnumSource
  void progress_eachMember_isReportedOnceAndCountedInOrder(TrainerRow row) {
    List<Integer> counts = new ArrayList<>();
    Map<Integer, int[]> reported = new TreeMap<>();
    int networks = row.networks(options.members);
    options.parallelism = 2;
    options.progress =
        (member, finished, members, network) -> {
          assertThat(reported.put(member, bits(network.params()))).isNull();
          counts.add(finished);
          assertThat(members).isEqualTo(networks);
        };
    List<int[]> ensemble = train(row);
    Integer[] all = IntStream.range(0, networks).boxed().toArray(Integer[]::new);
    assertThat(counts).containsExactly(Arrays.stream(all).map(i -> i + 1).toArray(Integer[]::new));
    assertThat(reported.keySet()).containsExactly(all);
    if (networks == options.members) { // Stacking's are parts of a graph
      assertSame(List.copyOf(reported.values()), ensemble.subList(0, networks));
    }
  }

  /** Counts the epochs of its network. */
  private static final class Epochs extends BaseTrainingListener {
    final AtomicInteger count = new AtomicInteger();

    @Override
    public void onEpochEnd(Model model) {
      count.incrementAndGet();
    }
  }

  @ParameterizedTest
  @EnumSource
  void memberListeners_eachMember_hasItsOwn(TrainerRow row) {
    assumeTrue(row.hasListeners(), "its members are of one run");
    Map<Integer, Epochs> epochs = new ConcurrentHashMap<>();
    options.parallelism = 2;
    options.listeners = member -> List.of(epochs.computeIfAbsent(member, m -> new Epochs()));
    train(row);
    assertThat(epochs).hasSize(row.networks(options.members));
    assertThat(epochs.values()).allMatch(listener -> listener.count.get() == EPOCHS);
  }

  @ParameterizedTest
  @EnumSource
  void fit_featuresInDouble_areTheSameNumbers(TrainerRow row) {
    DataSet doubles = new DataSet(POINTS.getFeatures().castTo(DataType.DOUBLE), POINTS.getLabels());
    TrainingData data = TrainingData.of(doubles, BATCH);
    try (Ensemble one = row.trainer(options).fit(DATA, EPOCHS);
        Ensemble other = row.trainer(options).fit(data, EPOCHS)) {
      INDArray expected = one.output(POINTS.getFeatures());
      INDArray output = other.output(POINTS.getFeatures());
      assertThat(output.dataType()).isEqualTo(DataType.FLOAT); // the networks'
      assertThat(output.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fit_oneMember_isAnEnsembleOfOne(TrainerRow row) {
    options.members = 1;
    try (Ensemble one = row.trainer(options).fit(DATA, EPOCHS)) {
      assertThat(one.size()).isEqualTo(1);
      INDArray output = one.output(POINTS.getFeatures());
      assertThat(output.shape()).containsExactly(90, TrainerRow.CLASSES);
      assertThat(output.sum(1).sub(1).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fit_noEpochsOrData_isRefused(TrainerRow row) {
    EnsembleTrainer trainer = row.trainer(options);
    assertThatThrownBy(() -> trainer.fit(DATA, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs must be >= 1, got 0");
    assertThatThrownBy(() -> trainer.fit((TrainingData) null, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("data must not be null");
  }
}
