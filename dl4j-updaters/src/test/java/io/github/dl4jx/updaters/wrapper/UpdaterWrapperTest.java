package io.github.dl4jx.updaters.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The base's promises to a subclass with two arrays of state. */
class UpdaterWrapperTest {

  /** Keeps the sum of all gradients and the latest one. */
  private static final class Two extends UpdaterWrapper {

    private final double factor;
    private final List<String> names;

    Two(IUpdater inner, double factor, String... names) {
      super(inner);
      this.factor = factor;
      this.names = List.of(names);
    }

    @Override
    protected List<String> stateNames() {
      return names;
    }

    @Override
    protected void transform(INDArray gradient, Step step) {
      step.state("sum").addi(gradient);
      step.state("last").assign(gradient);
      gradient.muli(factor);
    }

    @Override
    protected void finish(INDArray update, Step step) {
      update.addi(100 * step.learningRate());
    }

    @Override
    public Two clone() {
      return new Two(inner(), factor, names.toArray(new String[0]));
    }
  }

  private static Two two(IUpdater inner) {
    return new Two(inner, 2, "sum", "last");
  }

  private static INDArray gradient(double... values) {
    return Nd4j.createFromArray(values);
  }

  @Test
  void view_twoNames_liesOneArrayAfterTheOtherAndThenTheInners() {
    Two config = two(new Nesterovs(0.1, 0.9));
    assertThat(config.stateSize(3)).isEqualTo(9);
    INDArray view = Nd4j.valueArrayOf(new long[] {1, 9}, 7.0, DataType.DOUBLE);
    GradientUpdater<?> running = config.instantiate(view, true);
    running.applyUpdater(gradient(1, 2, 3), 0, 0);
    running.applyUpdater(gradient(10, 20, 30), 1, 0);
    double[] state = view.toDoubleVector();
    assertThat(state).startsWith(11, 22, 33, 10, 20, 30);
    // Nesterovs keeps v = 0.9 v - 0.1 g, here of twice the gradient
    assertThat(state[6]).isEqualTo(0.9 * -0.1 * 2 - 0.1 * 20);
  }

  @Test
  void view_notInitialized_goesOnFromIt() {
    INDArray view = gradient(5, 6, 7, 8);
    two(new Sgd(1)).instantiate(view, false).applyUpdater(gradient(1, 1), 4, 0);
    assertThat(view.toDoubleVector()).containsExactly(6, 7, 1, 1);
  }

  @Test
  void wrapped_outerStateComesFirst() {
    IUpdater nested = two(OneBitGradient.around(two(new Sgd(1))).build());
    assertThat(nested.stateSize(2)).isEqualTo(10);
    INDArray view = Nd4j.zeros(DataType.DOUBLE, 10);
    nested.instantiate(view, true).applyUpdater(gradient(1, 3), 0, 0);
    // one column of two: Q(2 g) is its mean, 4; the residual what is missing to 2 and 6
    assertThat(view.toDoubleVector()).containsExactly(1, 3, 1, 3, -2, 2, 4, 4, 4, 4);
  }

  @Test
  void map_ofGetState_goesOnToTheSameValues() {
    Two config = two(new Nesterovs(0.1, 0.9));
    GradientUpdater<?> running = config.instantiate(Nd4j.zeros(DataType.DOUBLE, 6), true);
    running.applyUpdater(gradient(1, 2), 0, 0);
    assertThat(running.getState()).containsOnlyKeys("sum", "last", "inner.V");
    Map<String, INDArray> copy = new HashMap<>();
    running.getState().forEach((name, values) -> copy.put(name, values.dup()));
    GradientUpdater<?> restored = config.instantiate(copy, false);
    INDArray expected = gradient(3, 4);
    INDArray actual = gradient(3, 4);
    running.applyUpdater(expected, 1, 0);
    restored.applyUpdater(actual, 1, 0);
    assertThat(actual).isEqualTo(expected);
    assertThat(restored.getState()).isEqualTo(running.getState());
    config.instantiate(copy, true);
    assertThat(copy.get("sum").sumNumber().doubleValue()).isZero();
  }

  @Test
  void map_ofMatrices_hasTheGradientsShape() {
    Map<String, INDArray> state = new HashMap<>();
    state.put("sum", Nd4j.zeros(DataType.DOUBLE, 2, 2));
    state.put("last", Nd4j.zeros(DataType.DOUBLE, 2, 2));
    INDArray g = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}});
    two(new Sgd(1)).instantiate(state, true).applyUpdater(g.dup(), 0, 0);
    assertThat(state.get("last")).isEqualTo(g);
  }

  @Test
  void map_nameMissing_throwsAndLeavesTheRest() {
    Map<String, INDArray> state = new HashMap<>();
    state.put("sum", Nd4j.ones(DataType.DOUBLE, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two(new Sgd(1)).instantiate(state, true))
        .withMessageContaining("must have the keys [sum, last], got [sum]");
    assertThat(state.get("sum").sumNumber().doubleValue()).isEqualTo(2);
  }

  @Test
  void finish_getsWhatTheInnerUpdaterMakesOfTheGradient() {
    INDArray g = gradient(1, 2);
    two(new Sgd(0.5)).instantiate(Nd4j.zeros(DataType.DOUBLE, 4), true).applyUpdater(g, 0, 0);
    assertThat(g.toDoubleVector()).containsExactly(0.5 * 2 + 50, 0.5 * 4 + 50);
  }

  @Test
  void view_missing_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two(new Sgd(1)).instantiate((INDArray) null, true))
        .withMessageContaining("needs a state view array, got null");
  }

  @Test
  void names_twice_throws() {
    Two config = new Two(new Sgd(1), 2, "sum", "sum");
    assertThatIllegalStateException()
        .isThrownBy(() -> config.instantiate(Nd4j.zeros(DataType.DOUBLE, 4), true))
        .withMessage("stateNames must be different, got [sum, sum]");
  }

  @Test
  void state_unknownName_throws() {
    Two config = new Two(new Sgd(1), 2, "sum", "lost");
    GradientUpdater<?> running = config.instantiate(Nd4j.zeros(DataType.DOUBLE, 4), true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> running.applyUpdater(gradient(1, 2), 0, 0))
        .withMessage("name must be one of [sum, lost], got last");
  }

  @Test
  void equals_settingOrRateDiffers_isFalse() {
    assertThat(two(new Sgd(1))).isEqualTo(two(new Sgd(1))).hasSameHashCodeAs(two(new Sgd(1)));
    assertThat(two(new Sgd(1))).isNotEqualTo(new Two(new Sgd(1), 3, "sum", "last"));
    assertThat(two(new Sgd(1))).isNotEqualTo(two(new Sgd(2)));
    assertThat(two(new Sgd(1)).toString())
        .startsWith("Two(inner=Sgd(")
        .endsWith("), factor=2.0, names=[sum, last])");
  }
}
