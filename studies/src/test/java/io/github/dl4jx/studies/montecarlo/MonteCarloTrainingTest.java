package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.DrawnImages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class MonteCarloTrainingTest {

  private static final int EXAMPLES = 10;

  private final MonteCarloTraining training =
      new MonteCarloTraining("drawn", data(1), data(2), data(3), 2, 2);

  /** What is drawn has nothing to do with the labels. */
  private static DataSet data(long seed) {
    INDArray labels = Nd4j.zeros(EXAMPLES, 10);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    return new DataSet(DrawnImages.digits(seed, EXAMPLES), labels);
  }

  @Test
  void run_sameSeed_sameMeasurements() {
    assertThat(training.run(1, () -> {})).isEqualTo(training.run(1, () -> {}));
  }

  @Test
  void run_anySeed_measuresEverything() {
    List<Integer> steps = new ArrayList<>();
    List<Measurement> all = training.run(2, () -> steps.add(1));
    // 4 scores of one pass, and of 7 numbers of samples from 2 seeds of masks
    assertThat(all).filteredOn(m -> m.images().equals("all test digits")).hasSize(4 + 4 * 7 * 2);
    // 13 angles, 2 accuracies and 5 doubts
    assertThat(all).filteredOn(m -> m.images().startsWith("digits turned")).hasSize(13 * 7);
    assertThat(all).filteredOn(m -> m.measure().startsWith("AUROC")).hasSize(4 * 5);
    assertThat(all).hasSize(60 + 91 + 20).doesNotHaveDuplicates();
    assertThat(all).allMatch(m -> m.seed() == 2 && Double.isFinite(m.value()));
    assertThat(steps).hasSize(training.steps());
  }
}
