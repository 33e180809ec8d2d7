package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/** Members that are trained elsewhere, shown with an elsewhere that is here. */
class MemberExecutionTest {

  private static final DataSet POINTS = TestNetworks.rings(120, 5);
  private static final TrainingData DATA = TrainingData.of(POINTS, 30);

  /** Sends every task through bytes, and trains it with what the job tells of. */
  private static final class Elsewhere implements MemberExecution {

    final AtomicInteger trained = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    MemberJob job;

    @Override
    public Session open(MemberJob opened) {
      job = opened;
      return new Session() {
        @Override
        public int parallelism() {
          return 2;
        }

        @Override
        public Model train(MemberTask task) {
          trained.incrementAndGet();
          return sent(task).train(opened.data(), opened.validation(), opened.patience());
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }

    private static MemberTask sent(MemberTask task) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(task);
        out.flush();
        return (MemberTask)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
      } catch (IOException | ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Elsewhere elsewhere = new Elsewhere();

  private static void assertSame(Ensemble one, Ensemble other) {
    assertThat(one.size()).isEqualTo(other.size());
    for (int m = 0; m < one.size(); m++) {
      assertThat(one.member(m).params()).isEqualTo(other.member(m).params());
    }
  }

  private static Bagging.Builder bagging() {
    return Bagging.of(TestNetworks.configuration(1)).members(3).seed(7);
  }

  @Test
  void execution_baggingSentAsBytes_isTheSame() {
    Ensemble here = bagging().features(0.5).build().fit(DATA, 2);
    assertSame(bagging().features(0.5).execution(elsewhere).build().fit(DATA, 2), here);
    assertThat(elsewhere.trained).hasValue(3);
    assertThat(elsewhere.closed).hasValue(1);
    assertThat(elsewhere.job.members()).isEqualTo(3);
    assertThat(elsewhere.job.name()).startsWith("Bagging of 3, rows 1.0");
  }

  @Test
  void execution_deepEnsembleWithEarlyStopping_isTheSame() {
    DeepEnsemble.Builder deep =
        DeepEnsemble.of(TestNetworks.graphConfiguration(1))
            .members(2)
            .earlyStopping(new ListDataSetIterator<>(TestNetworks.rings(40, 6).asList(), 20), 1);
    Ensemble here = deep.build().fit(DATA, 20);
    assertSame(deep.execution(elsewhere).build().fit(DATA, 20), here);
    assertThat(elsewhere.job.validation()).hasSize(2);
    assertThat(elsewhere.job.patience()).isEqualTo(1);
    assertThat(elsewhere.job.hasMemberListeners()).isFalse();
  }

  @Test
  void execution_stacking_isTheSame() {
    Stacking.Builder stacking = Stacking.of(TestNetworks.configuration(1)).folds(2).seed(3);
    var here = stacking.build().fit(DATA, 1).params();
    assertThat(stacking.execution(elsewhere).build().fit(DATA, 1).params()).isEqualTo(here);
    assertThat(elsewhere.trained).hasValue(3);
  }

  @Test
  void execution_memberListeners_areToldOf() {
    bagging()
        .memberListeners(member -> List.of(new ScoreIterationListener(100)))
        .execution(elsewhere)
        .build()
        .fit(DATA, 1);
    assertThat(elsewhere.job.hasMemberListeners()).isTrue();
  }

  @Test
  void execution_resumeIn_trainsWhatIsMissing(@TempDir Path folder) {
    Ensemble here = bagging().resumeIn(folder.toFile()).build().fit(DATA, 1);
    assertThat(folder.resolve("member-2.zip").toFile().delete()).isTrue();
    Ensemble there = bagging().resumeIn(folder.toFile()).execution(elsewhere).build().fit(DATA, 1);
    assertSame(there, here);
    assertThat(elsewhere.trained).hasValue(1);
  }

  @Test
  void execution_memberFails_isNamedAndTheSessionIsClosed() {
    MemberExecution failing =
        job -> {
          MemberExecution.Session session = elsewhere.open(job);
          return new MemberExecution.Session() {
            @Override
            public int parallelism() {
              return 1;
            }

            @Override
            public Model train(MemberTask task) {
              if (task.member() == 1) {
                throw new IllegalStateException("lost");
              }
              return session.train(task);
            }

            @Override
            public void close() {
              session.close();
            }
          };
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> bagging().execution(failing).build().fit(DATA, 1))
        .withMessageContaining("member 2: ")
        .withMessageContaining("lost");
    assertThat(elsewhere.closed).hasValue(1);
  }

  @Test
  void execution_parallelismToo_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().execution(elsewhere).parallelism(2).build())
        .withMessage(
            "parallelism counts threads of this machine: with an execution it must be 1, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bagging().execution(null))
        .withMessage("execution must not be null");
  }

  @Test
  void source_dataInMemory_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(DATA::source)
        .withMessage("data must be a stream, got examples in memory");
  }
}
