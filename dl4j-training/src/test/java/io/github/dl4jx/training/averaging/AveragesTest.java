package io.github.dl4jx.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.resume.ListenerState;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The averages against their formulas in plain doubles, over weights that are set by hand. */
class AveragesTest {

  private static final int STEPS = 1000;

  private final MultiLayerNetwork net = network();

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(9).nOut(2).build())
                .build());
    net.init();
    return net;
  }

  /** Weights of a step: a slow drift with noise upon it, as in training; 20 of them. */
  private static float[] weights(int step) {
    Random random = new Random(step);
    float[] w = new float[20];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (1 + i + Math.sin(step / 300.0) + 0.1 * random.nextGaussian());
    }
    return w;
  }

  private void step(WeightAveragingListener average, int step, float[] weights) {
    net.setParams(Nd4j.createFromArray(weights));
    average.iterationDone(net, step, step / 100);
  }

  private double[] average(WeightAveragingListener average) {
    return average.state().arrays().get(0).toDoubleVector();
  }

  private enum Kind {
    EMA,
    EMA_RATIO,
    EMA_POWER,
    SWA,
    POLYAK_RUPPERT;

    WeightAveragingListener listener() {
      return switch (this) {
        case EMA -> WeightAveragingListener.ema(0.995).constantDecay().build();
        case EMA_RATIO -> WeightAveragingListener.ema(0.999).build(); // the default
        case EMA_POWER -> WeightAveragingListener.ema(0.9999).warmup(2, 0.75).build();
        case SWA -> WeightAveragingListener.swa(0).build();
        case POLYAK_RUPPERT -> WeightAveragingListener.polyakRuppert(0).build();
      };
    }

    /** The weight of the past in update t, counted from 0. */
    double past(int t) {
      return switch (this) {
        case EMA -> 0.995;
        case EMA_RATIO -> Math.min(0.999, (1.0 + t) / (10.0 + t));
        case EMA_POWER -> Math.min(0.9999, 1 - Math.pow(1 + t / 2.0, -0.75));
        case SWA, POLYAK_RUPPERT -> t / (t + 1.0);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void average_after1000Steps_equalsTheFormulaInDoubles(Kind kind) {
    WeightAveragingListener average = kind.listener();
    double[] expected = new double[20];
    for (int t = 0; t < STEPS; t++) {
      float[] w = weights(t);
      double past = t == 0 ? 0 : kind.past(t);
      for (int i = 0; i < 20; i++) {
        expected[i] = past * expected[i] + (1 - past) * w[i];
      }
      if (kind == Kind.SWA) {
        net.setParams(Nd4j.createFromArray(w));
        net.setEpochCount(t);
        average.onEpochEnd(net);
      } else {
        step(average, t, w);
      }
    }
    assertThat(average.updates()).isEqualTo(STEPS);
    double[] actual = average(average);
    for (int i = 0; i < 20; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6 * Math.abs(expected[i])));
    }
  }

  @Test
  void polyakRuppert_of1To4_is2AndAHalf() {
    WeightAveragingListener mean = WeightAveragingListener.polyakRuppert(1).build();
    for (int t = 0; t <= 4; t++) { // the first one is before the tail
      float[] w = new float[20];
      Arrays.fill(w, t);
      step(mean, t, w);
    }
    assertThat(average(mean)).containsOnly(2.5);
  }

  @Test
  void polyakRuppert_everyThird_averagesThoseOnly() {
    WeightAveragingListener mean = WeightAveragingListener.polyakRuppert(1).every(3).build();
    for (int t = 0; t <= 9; t++) {
      float[] w = new float[20];
      Arrays.fill(w, t);
      step(mean, t, w);
    }
    assertThat(mean.updates()).isEqualTo(3);
    assertThat(average(mean)).containsOnly(4); // of 1, 4 and 7
    assertThat(mean.state().kind()).isEqualTo("polyakRuppert(fromIteration=1, everyIterations=3)");
    assertThat(WeightAveragingListener.polyakRuppert(1).build().state().kind())
        .isEqualTo("polyakRuppert(fromIteration=1)");
  }

  /** In float, the mean of so many would no longer move. */
  @Test
  void polyakRuppert_manySteps_isExact() {
    WeightAveragingListener mean = WeightAveragingListener.polyakRuppert(0).build();
    int n = 200_000;
    float[] w = new float[20];
    double sum = 0;
    for (int t = 0; t < n; t++) {
      float value = 1 + t / (float) n;
      sum += value;
      Arrays.fill(w, value);
      step(mean, t, w);
    }
    assertThat(average(mean)[0]).isCloseTo(sum / n, within(1e-10));
  }

  @Test
  void ema_startAndInterval_chooseTheIterations() {
    WeightAveragingListener average =
        WeightAveragingListener.ema(0.5)
            .constantDecay()
            .startIteration(150)
            .startEpoch(2)
            .every(40)
            .build();
    double expected = 0;
    for (int t = 0; t < 400; t++) {
      float[] w = weights(t);
      step(average, t, w);
      if (t == 230) { // 150, 190 are in epoch 1, of a hundred iterations
        expected = w[0];
      } else if (t > 230 && (t - 150) % 40 == 0) {
        expected = 0.5 * expected + 0.5 * w[0];
      }
    }
    assertThat(average.updates()).isEqualTo(5); // 230, 270, 310, 350, 390
    assertThat(average(average)[0]).isCloseTo(expected, within(1e-6));
  }

  /**
   * The first weights have the share of all decays multiplied: 100! 10! / 109! against 0.995^99.
   */
  @Test
  void ema_shortRun_forgetsTheFirstWeights() {
    WeightAveragingListener usual = WeightAveragingListener.ema(0.995).build();
    WeightAveragingListener constant = WeightAveragingListener.ema(0.995).constantDecay().build();
    float[] first = weights(0);
    Arrays.fill(first, 1);
    double share = 1;
    for (int t = 0; t < 100; t++) {
      float[] w = t == 0 ? first : new float[first.length];
      step(usual, t, w);
      step(constant, t, w);
      share *= t == 0 ? 1 : (1.0 + t) / (10.0 + t);
    }
    assertThat(share).isLessThan(1e-9);
    assertThat(average(usual)[0]).isCloseTo(share, within(1e-12));
    assertThat(average(constant)[0]).isCloseTo(Math.pow(0.995, 99), within(1e-5));
  }

  @Test
  void swa_startAndInterval_chooseTheEpochs() {
    WeightAveragingListener average = WeightAveragingListener.swa(3).every(2).build();
    double sum = 0;
    for (int epoch = 0; epoch < 9; epoch++) {
      float[] w = weights(epoch);
      step(average, epoch, w);
      net.setEpochCount(epoch);
      average.onEpochEnd(net);
      sum += epoch == 3 || epoch == 5 || epoch == 7 ? w[0] : 0;
    }
    assertThat(average.updates()).isEqualTo(3);
    assertThat(average(average)[0]).isCloseTo(sum / 3, within(1e-12));
  }

  @Test
  void ema_doubleNetwork_isKeptInDouble() {
    MultiLayerNetwork wide = network().convertDataType(DataType.DOUBLE);
    WeightAveragingListener average = WeightAveragingListener.ema(0.9).build();
    average.iterationDone(wide, 0, 0);
    assertThat(average.state().arrays().get(0).dataType()).isEqualTo(DataType.DOUBLE);
  }

  @Test
  void restore_stateInAnotherListener_goesOnWithTheSameBits() {
    for (Kind kind : Kind.values()) {
      WeightAveragingListener first = kind.listener();
      for (int t = 0; t < 20; t++) {
        step(first, t, weights(t));
      }
      WeightAveragingListener second = kind.listener();
      ListenerState state = first.state();
      second.restore(
          net,
          new ListenerState(
              state.kind(),
              state.values(),
              state.arrays().isEmpty() ? List.of() : List.of(state.arrays().get(0).dup())));
      for (int t = 20; t < 30; t++) {
        step(first, t, weights(t));
        step(second, t, weights(t));
      }
      assertThat(second.updates()).isEqualTo(first.updates());
      assertThat(second.state().arrays()).isEqualTo(first.state().arrays());
    }
  }

  @Test
  void kinds_ofDifferentSettings_differ() {
    assertThat(WeightAveragingListener.ema(0.9).build().state().kind())
        .isEqualTo(
            "ema(decay=0.9, warmup=ratio, startIteration=0, startEpoch=0, everyIterations=1)")
        .isEqualTo(WeightAveragingListener.ema(0.9).warmup().build().state().kind());
    assertThat(WeightAveragingListener.ema(0.9).constantDecay().build().state().kind())
        .isEqualTo(
            "ema(decay=0.9, warmup=none, startIteration=0, startEpoch=0, everyIterations=1)");
    assertThat(
            WeightAveragingListener.ema(0.9).warmup(1, 0.75).startEpoch(2).build().state().kind())
        .isEqualTo(
            "ema(decay=0.9, warmup=power(1.0, 0.75), startIteration=0, startEpoch=2,"
                + " everyIterations=1)");
  }

  @Test
  void settings_outOfRange_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.swa(-1).build())
        .withMessage("startEpoch must be >= 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.swa(0).every(0).build())
        .withMessage("every must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.polyakRuppert(-2).build())
        .withMessage("startIteration must be >= 0, got -2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.ema(0.9).warmup(0, 1))
        .withMessage("gamma must be finite and > 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightAveragingListener.ema(0.9).every(0))
        .withMessage("every must be >= 1, got 0");
  }
}
