package io.github.dl4jx.updaters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.updaters.wrapper.SignGradient;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class SignSgdTest {

  private static float[] update(IUpdater updater, int iteration, float... gradient) {
    INDArray g = Nd4j.createFromArray(gradient);
    updater.instantiate((INDArray) null, true).applyUpdater(g, iteration, 0);
    return g.toFloatVector();
  }

  @Test
  void update_anyGradient_isLearningRateTimesSign() {
    float tiny = Float.MIN_NORMAL;
    assertThat(update(new SignSgd(0.25), 0, 3f, -0.5f, 0f, -0f, 1e30f, -tiny))
        .containsExactly(0.25f, -0.25f, 0f, 0f, 0.25f, -0.25f);
  }

  @Test
  void update_scheduledLearningRate_followsTheIteration() {
    SignSgd updater =
        new SignSgd(
            new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.5).add(10, 0.125).build());
    assertThat(update(updater, 9, -7f)).containsExactly(-0.5f);
    assertThat(update(updater, 10, -7f)).containsExactly(-0.125f);
  }

  @Test
  void signSgd_aroundSgd_sameStepsButAnotherConfiguration() {
    SignGradient wrapper = SignGradient.around(new Sgd(0.25));
    assertThat(update(wrapper, 0, 3f, -2f)).isEqualTo(update(new SignSgd(0.25), 0, 3f, -2f));
    assertThat(wrapper).isNotEqualTo(new SignSgd(0.25));
  }

  @Test
  void around_updaterWithState_handsItTheSigns() {
    SignGradient wrapper = SignGradient.around(new Nesterovs(0.1, 0.9));
    INDArray state = Nd4j.zeros(1);
    INDArray g = Nd4j.createFromArray(-8f);
    wrapper.instantiate(state, true).applyUpdater(g, 0, 0);
    // v = 0.9 * 0 - 0.1 * sign(-8) = 0.1; the update of w -= u is 0.9 * 0 - 1.9 * 0.1
    assertThat(state.getFloat(0)).isEqualTo(0.1f);
    assertThat(g.getDouble(0)).isCloseTo(-0.19, org.assertj.core.data.Offset.offset(1e-7));
  }

  @Test
  void around_innerChangedLater_isNotAffected() {
    Sgd inner = new Sgd(0.25);
    SignGradient wrapper = SignGradient.around(inner);
    inner.setLearningRate(9);
    assertThat(wrapper.getLearningRate(0, 0)).isEqualTo(0.25);
    wrapper.setLrAndSchedule(0.5, null);
    assertThat(update(wrapper, 0, 3f)).containsExactly(0.5f);
  }

  @Test
  void construct_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SignSgd(-1e-3))
        .withMessage("learningRate must be finite and >= 0, got -0.001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SignSgd(Double.NaN))
        .withMessage("learningRate must be finite and >= 0, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignGradient.around(null))
        .withMessage("inner updater must not be null");
  }
}
