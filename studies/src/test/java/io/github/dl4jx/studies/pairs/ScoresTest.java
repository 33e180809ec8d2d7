package io.github.dl4jx.studies.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ScoresTest {

  private static final INDArray LABELS =
      Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}});

  private final Scores scores =
      new Scores("MNIST", "trial", 7, new DataSet(Nd4j.zeros(4, 3), LABELS));

  @Test
  void add_probabilities_hasErrorInPercentAndTheOthers() {
    scores.add(
        "side",
        Nd4j.createFromArray(new float[][] {{.5f, .5f}, {.25f, .75f}, {.75f, .25f}, {.75f, .25f}}));
    assertThat(scores.all()).extracting(Score::measure).containsExactly("error %", "NLL", "ECE");
    assertThat(scores.all().get(0))
        .isEqualTo(new Score("MNIST", "trial", 7, "side", "error %", 25));
  }

  @Test
  void add_diverged_isAnErrorThroughout() {
    scores.add("side", Nd4j.valueArrayOf(new long[] {4, 2}, Float.NaN));
    assertThat(scores.all())
        .containsExactly(new Score("MNIST", "trial", 7, "side", "error %", 100));
  }
}
