package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/** Members that are trained elsewhere, shown with an elsewhere that is here. */
class MemberExecutionTest {

  private static final DataSet POINTS = TestNetworks.rings(120, 5);
  private static final TrainingData DATA = TrainingData.of(POINTS, 30);

  /** Sends every task, and what they share, through bytes. */
  private static final class Elsewhere implements Execution {

    final AtomicInteger trained = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    Job<?, ?> job;

    @Override
    public <S, R> Session<S, R> open(Job<S, R> opened) {
      job = opened;
      S shared = sent(opened.packed()).unpack();
      return new Session<>() {
        @Override
        public int parallelism() {
          return 2;
        }

        @Override
        public R run(int index, Task<S, R> task) {
          trained.incrementAndGet();
          R result = sent(task).run(shared);
          try {
            return opened.format().read(sent(opened.format()).write(result), "member " + index);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }

    @SuppressWarnings("unchecked")
    private static <T> T sent(T object) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(object);
        out.flush();
        return (T)
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
    assertThat(elsewhere.job.size()).isEqualTo(3);
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
  }

  @Test
  void execution_stacking_isTheSame() {
    Stacking.Builder stacking = Stacking.of(TestNetworks.configuration(1)).folds(2).seed(3);
    var here = stacking.build().fit(DATA, 1).params();
    assertThat(stacking.execution(elsewhere).build().fit(DATA, 1).params()).isEqualTo(here);
    assertThat(elsewhere.trained).hasValue(3);
  }

  @Test
  void execution_memberListeners_areRefusedWhereTheyWouldBeSent() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                bagging()
                    .memberListeners(member -> List.of(new ScoreIterationListener(100)))
                    .execution(elsewhere)
                    .build()
                    .fit(DATA, 1))
        .withMessageStartingWith("memberListeners cannot be sent to the machines of a cluster");
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
    Execution failing =
        new Execution() {
          @Override
          public <S, R> Session<S, R> open(Job<S, R> job) {
            Session<S, R> session = elsewhere.open(job);
            return new Session<>() {
              @Override
              public int parallelism() {
                return 1;
              }

              @Override
              public R run(int index, Task<S, R> task) {
                if (index == 1) {
                  throw new IllegalStateException("lost");
                }
                return session.run(index, task);
              }

              @Override
              public void close() {
                session.close();
              }
            };
          }
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
