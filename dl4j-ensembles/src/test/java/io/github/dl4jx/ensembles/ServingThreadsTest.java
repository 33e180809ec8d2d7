package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Members that cannot answer. */
class ServingThreadsTest {

  private static final int MEMBERS = 6;

  private static List<Model> members() {
    List<Model> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      members.add(TestNetworks.network(m));
    }
    return members;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callAll_oneThreadFails_throwsItsExceptionWhenNoCallRunsAnyMore(boolean callerFails) {
    Thread caller = Thread.currentThread();
    CountDownLatch bothAtWork =
        new CountDownLatch(Math.min(2, Runtime.getRuntime().availableProcessors()));
    AtomicInteger atWork = new AtomicInteger();
    UnsupportedOperationException problem = new UnsupportedOperationException("no answer");
    assertThatThrownBy(
            () ->
                ServingThreads.callAll(
                    members(),
                    member -> {
                      atWork.incrementAndGet();
                      try {
                        bothAtWork.countDown();
                        bothAtWork.await();
                        if (callerFails == (Thread.currentThread() == caller)) {
                          throw problem;
                        }
                        return member.numParams();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      } finally {
                        atWork.decrementAndGet();
                      }
                    }))
        .isSameAs(problem);
    assertThat(atWork).hasValue(0);
  }

  @Test
  void callAll_allFail_throwsTheExceptionOfTheFirstMember() {
    List<Model> members = members();
    for (int i = 0; i < 20; i++) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  ServingThreads.callAll(
                      members,
                      member -> {
                        throw new IllegalArgumentException("member " + members.indexOf(member));
                      }))
          .withMessage("member 0");
    }
  }

  @Test
  void output_featuresOfAnotherShape_areNamed() {
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), members())) {
      INDArray wide = Nd4j.ones(DataType.FLOAT, 4, 5);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ensemble.output(wide))
          .withMessageStartingWith("features must fit the network: ");
      INDArray mask = Nd4j.ones(DataType.FLOAT, 3, 7);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ensemble.output(Nd4j.ones(DataType.FLOAT, 4, 2), mask))
          .withMessageStartingWith("features and featuresMask must fit the network: ");
    }
  }

  @Test
  void predict_outputIsNaN_isNoClass() {
    try (Ensemble ensemble = Ensemble.of(new HardVote(), members())) {
      INDArray features = Nd4j.ones(DataType.FLOAT, 3, 2);
      assertThat(ensemble.predict(features)).hasSize(3);
      features.putScalar(1, 0, Double.NaN);
      assertThatIllegalStateException()
          .isThrownBy(() -> ensemble.predict(features))
          .withMessageContaining("the features of example 1");
    }
  }

  @Test
  void output_closed_saysSo() {
    Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(TestNetworks.network(1), TestNetworks.graph(2)));
    ensemble.close();
    INDArray features = Nd4j.ones(DataType.FLOAT, 3, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> ensemble.output(features))
        .withMessage("the ensemble is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> ensemble.outputs(new INDArray[] {features}, null))
        .withMessage("the ensemble is closed");
  }
}
