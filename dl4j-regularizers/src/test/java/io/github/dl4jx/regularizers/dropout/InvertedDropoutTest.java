package io.github.dl4jx.regularizers.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class InvertedDropoutTest {

  private static INDArray apply(InvertedDropout dropout, INDArray x, int iteration) {
    return dropout.applyDropout(x, x.ulike(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.8, 0.999})
  void applyDropout_millionActivations_keepsAFractionPScaledByItsInverse(double p) {
    int n = 1_000_000;
    float[] y =
        apply(new InvertedDropout(p, 7), Nd4j.valueArrayOf(1000, 1000, 3.0), 0)
            .reshape(n)
            .toFloatVector();
    int kept = 0;
    for (float v : y) {
      if (v != 0) {
        kept++;
        assertThat(v).isCloseTo((float) (3.0 / p), within(1e-5f));
      }
    }
    // n = 10^6 Bernoulli(p): 6 standard errors of the fraction, exceeded with chance 2e-9
    assertThat(kept / (double) n).isCloseTo(p, within(6 * Math.sqrt(p * (1 - p) / n)));
  }

  @Test
  void backprop_afterForward_usesTheSameMaskWhateverTheOrder() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 64, 50).dup('f');
    InvertedDropout dropout = new InvertedDropout(0.5);
    INDArray y = apply(dropout, x, 0);
    INDArray epsilon = Nd4j.ones(DataType.FLOAT, 50, 64).transpose();
    dropout.backprop(epsilon, epsilon, 0, 0);
    assertThat(epsilon.dup('c').data().asFloat()).isEqualTo(y.dup('c').data().asFloat());
  }

  @Test
  void backprop_instanceSharedByThreads_usesTheThreadsOwnMasks() throws Exception {
    InvertedDropout shared = new InvertedDropout(0.5);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> same = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        same.add(
            threads.submit(
                () -> {
                  boolean all = true;
                  for (int round = 0; round < 200; round++) {
                    INDArray y = apply(shared, Nd4j.ones(DataType.FLOAT, 8, 8), round);
                    INDArray epsilon = Nd4j.ones(DataType.FLOAT, 8, 8);
                    all &= shared.backprop(epsilon, epsilon, round, 0).equals(y);
                  }
                  return all;
                }));
      }
      for (Future<Boolean> thread : same) {
        assertThat(thread.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void applyDropout_inPlace_isTheSameAsIntoAnotherArray() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 8, 3, 5);
    InvertedDropout dropout = new InvertedDropout(0.5, 7);
    INDArray y = apply(dropout, x, 0);
    dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
    assertThat(x.data().asFloat()).isEqualTo(y.data().asFloat());
  }

  @Test
  void applyDropout_retainOne_changesNothing() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 8, 5);
    assertThat(apply(new InvertedDropout(1), x, 0).data().asFloat()).isEqualTo(x.data().asFloat());
  }

  @Test
  void applyDropout_withSeed_dependsOnIterationOnly() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 20, 50);
    InvertedDropout dropout = new InvertedDropout(0.5, 7);
    INDArray first = apply(dropout, x, 3);
    Nd4j.getRandom().setSeed(99);
    assertThat(apply(dropout, x, 3)).isEqualTo(first);
    assertThat(apply(dropout, x, 4)).isNotEqualTo(first);
    assertThat(apply(new InvertedDropout(0.5, 8), x, 3)).isNotEqualTo(first);
  }

  @Test
  void applyDropout_withoutSeed_isGovernedByNd4jsSeed() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 20, 50);
    InvertedDropout dropout = new InvertedDropout(0.5);
    Nd4j.getRandom().setSeed(99);
    INDArray first = apply(dropout, x, 0);
    INDArray second = apply(dropout, x, 0);
    assertThat(second).isNotEqualTo(first);
    Nd4j.getRandom().setSeed(99);
    assertThat(apply(dropout, x, 0)).isEqualTo(first);
  }

  @Test
  void applyDropout_schedule_isFollowed() {
    InvertedDropout dropout =
        new InvertedDropout(
            new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 1.0).add(5, 0.25).build());
    INDArray x = Nd4j.ones(DataType.FLOAT, 20, 50);
    assertThat(apply(dropout, x, 4)).isEqualTo(x);
    assertThat(apply(dropout, x, 5).maxNumber().doubleValue()).isEqualTo(4.0);
  }

  @Test
  void backprop_withoutForward_saysWhy() {
    InvertedDropout dropout = new InvertedDropout(0.5);
    INDArray x = Nd4j.ones(DataType.FLOAT, 2, 2);
    apply(dropout, x, 0);
    dropout.clear();
    assertThatIllegalStateException()
        .isThrownBy(() -> dropout.backprop(x, x, 0, 0))
        .withMessageContaining("no dropout mask to propagate through");
  }

  @Test
  void backprop_permutedShape_isRefused() {
    InvertedDropout dropout = new InvertedDropout(0.5);
    apply(dropout, Nd4j.ones(DataType.FLOAT, 2, 3), 0);
    INDArray gradient = Nd4j.ones(DataType.FLOAT, 3, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> dropout.backprop(gradient, gradient, 0, 0))
        .withMessageContaining("[2, 3], got [3, 2]");
  }

  @Test
  void clone_inUse_isEqualAndSharesNoMask() {
    InvertedDropout dropout = new InvertedDropout(0.5, 7);
    INDArray x = Nd4j.ones(DataType.FLOAT, 2, 2);
    apply(dropout, x, 0);
    InvertedDropout clone = dropout.clone();
    assertThat(clone).isEqualTo(dropout).hasSameHashCodeAs(dropout);
    assertThat(clone).isNotEqualTo(new InvertedDropout(0.5));
    assertThatIllegalStateException().isThrownBy(() -> clone.backprop(x, x, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void construct_pOutOfRange_saysWhatIsAllowed(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InvertedDropout(p))
        .withMessage("p (the probability of retaining) must be in (0, 1], got " + p);
  }

  @Test
  void applyDropout_scheduleOutOfRange_saysWhatIsAllowed() {
    InvertedDropout dropout =
        new InvertedDropout(new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.0).build());
    INDArray x = Nd4j.ones(DataType.FLOAT, 2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(dropout, x, 0))
        .withMessageContaining("must be in (0, 1], got 0.0");
  }
}
