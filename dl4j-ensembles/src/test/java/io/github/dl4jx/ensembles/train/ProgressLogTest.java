package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.internal.ProgressLog;
import io.github.dl4jx.training.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;

class ProgressLogTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong(-5 * SECOND);
  private final List<String> lines = new ArrayList<>();
  private final ProgressLog log = new ProgressLog("Member", 4, 2, lines::add, clock::get);
  private final Model network = TestNetworks.network(1);

  private void after(int seconds) {
    clock.addAndGet(seconds * SECOND);
  }

  @Test
  void iterations_ofThirtySeconds_haveALineEveryTen() {
    TrainingListener first = log.of(0);
    for (int i = 0; i < 30; i++) {
      after(1);
      first.iterationDone(network, i, 0);
    }
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("Member 1 of 4: epoch 1 of 2, score ").endsWith(", 10 s");
  }

  /** One of eight epochs took 20 seconds: seven are left, 140 seconds. */
  @Test
  void iteration_afterAnEpoch_saysTheTimeLeft() {
    TrainingListener first = log.of(0);
    first.iterationDone(network, 0, 0);
    after(20);
    first.onEpochEnd(network);
    first.iterationDone(network, 1, 1);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("epoch 2 of 2").endsWith(", 20 s, about 2 min left");
  }

  /** One was read from the folder in no time, one took 30 seconds, two are left. */
  @Test
  void finished_oneFromAFolder_countsNotForTheTimeLeft() {
    log.finished(0, 1);
    log.of(1).iterationDone(network, 0, 0);
    after(30);
    log.finished(1, 2);
    assertThat(lines)
        .containsExactly(
            "Member 1 is trained: 1 of 4, 0 s",
            "Member 2 is trained: 2 of 4, 30 s, about 60 s left");
  }

  /** Each epoch once, a member's in order; the next one may begin before the first is told. */
  @Test
  void epochTrained_ofTwoMembers_tellsEachEpochWithItsScore() {
    List<String> told = new ArrayList<>();
    EnsembleListener listener =
        new EnsembleListener() {
          @Override
          public void memberTrained(int member, int finished, int members, Model net) {
            told.add("member " + member + ": " + finished + " of " + members);
          }

          @Override
          public void epochTrained(int member, int epoch, int epochs, double score) {
            assertThat(score).isGreaterThan(0);
            told.add("epoch " + epoch + " of " + epochs + " of " + member);
          }
        };
    DeepEnsemble.of(TestNetworks.configuration(1))
        .members(2)
        .progress(listener)
        .build()
        .fit(TrainingData.of(TestNetworks.rings(20, 1), 10), 2)
        .close();
    assertThat(told)
        .hasSize(6)
        .containsSubsequence("epoch 1 of 2 of 0", "epoch 2 of 2 of 0", "member 0: 1 of 2")
        .containsSubsequence("epoch 1 of 2 of 1", "epoch 2 of 2 of 1", "member 1: 2 of 2");
    told.clear();
    AdaBoost.of(TestNetworks.configuration(1))
        .rounds(2)
        .progress(listener)
        .build()
        .fit(TrainingData.of(TestNetworks.rings(40, 1), 10), 1)
        .close();
    assertThat(told).startsWith("epoch 1 of 1 of 0", "member 0: 1 of 2");
  }
}
