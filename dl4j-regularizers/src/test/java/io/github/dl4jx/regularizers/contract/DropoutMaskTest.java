package io.github.dl4jx.regularizers.contract;

import static io.github.dl4jx.regularizers.contract.DropoutNetwork.shape;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.ON_ARRAYS;
import static io.github.dl4jx.regularizers.contract.DropoutRow.Rule.SCHEDULE;
import static io.github.dl4jx.regularizers.contract.DropoutRow.dropout;
import static io.github.dl4jx.regularizers.contract.DropoutRow.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What one forward and backward pass of every dropout must do. */
class DropoutMaskTest {

  private static final LayerWorkspaceMgr HEAP = LayerWorkspaceMgr.noWorkspaces();

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void mask_withSeed_isAFunctionOfSeedAndIteration(DropoutRow row) {
    INDArray[] x = row.inputs();
    RunningDropout running = row.network(row.seeded(0.5, 7)).alone(DataType.DOUBLE);
    INDArray history = running.historyFrom(99, x);
    Nd4j.getRandom().setSeed(98);
    assertThat(running.history(x)).isEqualTo(history);
    assertThat(row.network(row.seeded(0.5, 7)).alone(DataType.DOUBLE).history(x))
        .isEqualTo(history);
    assertThat(row.network(row.seeded(0.5, 8)).alone(DataType.DOUBLE).history(x))
        .isNotEqualTo(history);
    assertThat(history.std(0).maxNumber().doubleValue()).isPositive(); // iterations differ
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void mask_withoutSeed_isDrawnFromNd4jsGeneratorForEveryLayer(DropoutRow row) {
    Object shared = row.unseeded(0.5);
    INDArray[] x = row.inputs();
    RunningDropout layer = row.network(shared).alone(DataType.DOUBLE);
    RunningDropout another = row.network(shared).alone(DataType.DOUBLE);
    INDArray history = layer.historyFrom(99, x);
    assertThat(another.history(x)).isNotEqualTo(history);
    assertThat(another.historyFrom(99, x)).isEqualTo(history);
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void mask_schedule_isFollowed(DropoutRow row) {
    row.assume(SCHEDULE);
    RunningDropout running = row.network(row.scheduled()).alone(DataType.DOUBLE);
    RunningDropout fixed = row.network(row.unseeded(0.25)).alone(DataType.DOUBLE);
    INDArray[] x = row.inputs();
    INDArray test = running.forward(false, x).dup();
    assertThat(running.at(4).forward(true, x)).isEqualTo(test);
    Nd4j.getRandom().setSeed(3);
    INDArray dropped = running.at(5).forward(true, x).dup();
    Nd4j.getRandom().setSeed(3);
    assertThat(fixed.forward(true, x)).isEqualTo(dropped).isNotEqualTo(test);
  }

  /** Two layers share the dropout; the orders of activations and gradients differ. */
  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void backward_afterForward_hasTheSameMask(DropoutRow row) {
    for (Object dropout : row.forms()) {
      RunningDropout first = row.network(dropout).alone(DataType.DOUBLE).at(6);
      RunningDropout second = row.network(dropout).alone(DataType.DOUBLE).at(6);
      INDArray[] x = row.inputs();
      INDArray[] later = Stream.of(row.inputs()).map(a -> a.dup('f')).toArray(INDArray[]::new);
      INDArray y = first.forward(true, x).dup();
      INDArray laterY = second.forward(true, later).dup();
      INDArray random = Nd4j.rand(DataType.DOUBLE, y.transpose().shape());
      assertThat(second.asymmetry(later, laterY, random.transpose())).isLessThan(1e-12);
      assertThat(first.asymmetry(x, y, random.transpose().dup('f'))).isLessThan(1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void threads_shareADropout_goBackThroughTheirOwnMasks(DropoutRow row) throws Exception {
    Object shared = row.unseeded(0.5);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Double>> worst = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        RunningDropout running = row.network(shared).alone(DataType.DOUBLE);
        INDArray[] x = running.inputs(shape(row.input(), 3 + t));
        worst.add(threads.submit(() -> worst(running, x)));
      }
      for (Future<Double> asymmetry : worst) {
        assertThat(asymmetry.get()).isLessThan(1e-12);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static double worst(RunningDropout running, INDArray[] x) {
    double worst = 0;
    for (int round = 0; round < 50; round++) {
      INDArray y = running.forward(true, x).dup();
      worst = Math.max(worst, running.asymmetry(x, y, Nd4j.rand(DataType.DOUBLE, y.shape())));
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void forwardAndBackward_leaveTheInputsAlone(DropoutRow row) {
    RunningDropout running = row.network(row.unseeded(0.5)).alone(DataType.DOUBLE);
    INDArray[] x = running.inputs(shape(row.input(), 7));
    List<INDArray> before = Stream.of(x).map(INDArray::dup).collect(Collectors.toList());
    INDArray params = running.graph().params();
    INDArray paramsBefore = params == null ? null : params.dup();
    running.forward(false, x);
    running.backward(Nd4j.ones(DataType.DOUBLE, running.forward(true, x).shape()));
    assertThat(x).containsExactlyElementsOf(before);
    assertThat(running.graph().params()).isEqualTo(paramsBefore);
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void onArrays_inPlace_isTheSameAndGivesTheArray(DropoutRow row) {
    row.assume(ON_ARRAYS);
    IDropout dropout = (IDropout) row.seeded(0.5, 7);
    INDArray x = DropoutNetwork.random(DataType.FLOAT, shape(row.input(), 7));
    INDArray other = x.ulike();
    INDArray y = dropout.applyDropout(x, other, 3, 0, HEAP);
    assertThat(y).isSameAs(other);
    INDArray inPlace = x.dup();
    assertThat(dropout.applyDropout(inPlace, inPlace, 3, 0, HEAP)).isSameAs(inPlace).isEqualTo(y);
    INDArray epsilon = x.dup();
    assertThat(dropout.backprop(epsilon, epsilon, 3, 0)).isSameAs(epsilon).isEqualTo(y);
    INDArray gradient = x.ulike();
    assertThat(dropout.backprop(x, gradient, 3, 0)).isSameAs(gradient).isEqualTo(y);
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void onArrays_cloneOrCleared_hasNoMaskToGoBackThrough(DropoutRow row) {
    row.assume(ON_ARRAYS);
    IDropout dropout = (IDropout) row.unseeded(0.5);
    INDArray x = DropoutNetwork.random(DataType.FLOAT, shape(row.input(), 7));
    dropout.applyDropout(x, x.ulike(), 0, 0, HEAP);
    assertThatIllegalStateException()
        .isThrownBy(() -> dropout.clone().backprop(x, x.ulike(), 0, 0))
        .withMessageContaining("no dropout mask to propagate through");
    dropout.clear();
    assertThatIllegalStateException().isThrownBy(() -> dropout.backprop(x, x.ulike(), 0, 0));
  }

  @ParameterizedTest
  @MethodSource(DropoutContractTest.ROWS)
  void forwardAndBackward_otherTypes_areTheSameRounded(DropoutRow row) {
    Object dropout = row.seeded(0.5, 7);
    RunningDropout wide = row.network(dropout).alone(DataType.DOUBLE);
    INDArray[] x = wide.inputs(shape(row.input(), 7));
    INDArray y = wide.forward(true, x).dup();
    INDArray epsilon = Nd4j.rand(DataType.DOUBLE, y.shape());
    INDArray[] back = wide.backward(epsilon.dup());
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.FLOAT16}) {
      double error = type == DataType.FLOAT ? 1e-5 : 2e-2;
      RunningDropout narrow = row.network(dropout).alone(type);
      if (wide.graph().numParams() > 0) {
        narrow.graph().setParams(wide.graph().params().castTo(type));
      }
      INDArray[] cast = Stream.of(x).map(a -> a.castTo(type)).toArray(INDArray[]::new);
      INDArray rounded = narrow.forward(true, cast).dup();
      assertClose(rounded, y, type, error);
      INDArray[] gradients = narrow.backward(epsilon.castTo(type));
      for (int i = 0; i < back.length; i++) {
        assertClose(gradients[i], back[i], type, error);
      }
    }
  }

  private static void assertClose(INDArray rounded, INDArray exact, DataType type, double error) {
    assertThat(rounded.dataType()).isEqualTo(type);
    assertThat(rounded.castTo(DataType.DOUBLE).sub(exact).amaxNumber().doubleValue())
        .isCloseTo(0, within(error * Math.max(1, exact.amaxNumber().doubleValue())));
  }
}
