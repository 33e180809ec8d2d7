package io.github.dl4jx.updaters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.updaters.schedule.InversePowerSchedule;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Five steps of each updater against the papers' formulas in plain Java doubles. */
class GoldenStepsTest {

  private static final double[] START = {0.5, -1.2, 0.03, 2.0, -0.7, 0.0, 1.1};
  private static final int N = START.length;

  /** The gradient at the weights w: of a bowl with different curvatures, and a changing pull. */
  private static double[] gradient(double[] w, int t) {
    double[] g = new double[N];
    for (int i = 0; i < N; i++) {
      g[i] = (0.3 + 0.2 * i) * w[i] + 0.1 * Math.sin(i + 3 * t);
    }
    return g;
  }

  /** One step in plain doubles: turns the gradient into the update, keeping its own state. */
  interface Formula {
    double[] update(double[] g, int t);
  }

  private static double[] noise(long seed, int t) {
    INDArray noise = Nd4j.zeros(DataType.DOUBLE, N);
    KeyedRandom.of(seed, t).fillGaussian(noise, 0);
    return noise.toDoubleVector();
  }

  private static double[] map(java.util.function.IntToDoubleFunction f) {
    return java.util.stream.IntStream.range(0, N).mapToDouble(f).toArray();
  }

  static List<Arguments> updaters() {
    return List.of(
            row(new SignSgd(0.01), () -> (g, t) -> map(i -> 0.01 * Math.signum(g[i]))),
            row(
                SignGradient.around(new Nesterovs(0.01, 0.9)),
                () -> {
                  double[] v = new double[N];
                  return (g, t) ->
                      map(
                          i -> {
                            double last = v[i];
                            v[i] = 0.9 * v[i] - 0.01 * Math.signum(g[i]);
                            return 0.9 * last - 1.9 * v[i];
                          });
                }),
            row(
                new Signum(0.02, 0.8),
                () -> {
                  double[] m = new double[N];
                  return (g, t) ->
                      map(
                          i -> {
                            m[i] = 0.8 * m[i] + 0.2 * g[i];
                            return 0.02 * Math.signum(m[i]);
                          });
                }),
            row(
                new Lion(0.02),
                () -> {
                  double[] m = new double[N];
                  return (g, t) ->
                      map(
                          i -> {
                            double step = 0.02 * Math.signum(0.9 * m[i] + 0.1 * g[i]);
                            m[i] = 0.99 * m[i] + 0.01 * g[i];
                            return step;
                          });
                }),
            row(new AdaBelief(0.02), () -> AdaptiveFormulas.adaBelief(N, 0.02, 0.9, 0.999, 1e-16)),
            row(
                AdaBelief.of(new FixedSchedule(0.02)).beta1(0.8).beta2(0.9).epsilon(1e-3).build(),
                () -> AdaptiveFormulas.adaBelief(N, 0.02, 0.8, 0.9, 1e-3)),
            row(new Adan(0.02), () -> AdaptiveFormulas.adan(N, 0.02, 0.02, 0.08, 0.01, 1e-8)),
            row(
                Adan.of(0.02).beta1(0.5).beta2(0.6).beta3(0.7).epsilon(1e-2).build(),
                () -> AdaptiveFormulas.adan(N, 0.02, 0.5, 0.4, 0.3, 1e-2)),
            row(new AdEMAMix(0.02), () -> AdaptiveFormulas.adEmaMix(N, 0.02, 0.9999, 5, 0)),
            row(
                AdEMAMix.of(0.02).beta3(0.99).alpha(8).warmup(3).build(),
                () -> AdaptiveFormulas.adEmaMix(N, 0.02, 0.99, 8, 3)),
            row(
                Lookahead.around(new Sgd(0.1)).steps(2).alpha(0.3).build(),
                () -> AdaptiveFormulas.lookahead(START, 2, 0.3, (g, t) -> map(i -> 0.1 * g[i]))),
            row(
                Lookahead.around(new AdaBelief(0.02)).build(),
                () ->
                    AdaptiveFormulas.lookahead(
                        START, 5, 0.5, AdaptiveFormulas.adaBelief(N, 0.02, 0.9, 0.999, 1e-16))),
            row(
                GradientNoise.around(new Sgd(0.1)).eta(0.3).gamma(0.55).seed(7).build(),
                () ->
                    (g, t) ->
                        map(
                            i ->
                                0.1
                                    * (g[i]
                                        + Math.sqrt(0.3 / Math.pow(1 + t, 0.55))
                                            * noise(7, t)[i]))),
            row(
                GradientNoise.around(new Sgd(0.1))
                    .standardDeviation(new FixedSchedule(0.5))
                    .stopAfter(3)
                    .seed(8)
                    .build(),
                () -> (g, t) -> map(i -> 0.1 * (g[i] + (t < 3 ? 0.5 * noise(8, t)[i] : 0)))),
            row(
                GradientClipping.around(new Sgd(0.1)).byValue(0.2),
                () -> (g, t) -> map(i -> 0.1 * Math.max(-0.2, Math.min(0.2, g[i])))),
            row(
                GradientClipping.around(new Sgd(0.1)).byNorm(0.5),
                () ->
                    (g, t) -> {
                      double squares = 0;
                      for (double value : g) {
                        squares += value * value;
                      }
                      double factor = Math.min(1, 0.5 / Math.sqrt(squares));
                      return map(i -> 0.1 * factor * g[i]);
                    }),
            row(SkipNonFinite.around(new Sgd(0.1), 0), () -> (g, t) -> map(i -> 0.1 * g[i])),
            row(
                OneBitGradient.around(new Sgd(0.1)).columnLength(3).exactIterations(1).build(),
                () -> new OneBit(3, false, true, 1)),
            row(
                OneBitGradient.around(new Sgd(0.1))
                    .columnLength(4)
                    .reconstruction(Reconstruction.SCALED_SIGN)
                    .build(),
                () -> new OneBit(4, true, true, 0)),
            row(
                OneBitGradient.around(new Sgd(0.1)).columnLength(4).errorFeedback(false).build(),
                () -> new OneBit(4, false, false, 0)),
            row(new OneBitSgd(0.1), () -> new OneBit(512, false, true, 0)),
            row(
                Sgld.of(new InversePowerSchedule(ScheduleType.ITERATION, 0.4, 2, 0.55), 50)
                    .temperature(0.5)
                    .seed(9)
                    .build(),
                () ->
                    (g, t) -> {
                      double lr = 0.4 / Math.pow(2 + t, 0.55);
                      return map(i -> lr * g[i] + Math.sqrt(2 * 0.5 * lr / 50) * noise(9, t)[i]);
                    }),
            row(
                Sghmc.of(0.05, 50).friction(0.2).temperature(0.5).seed(9).build(),
                () -> {
                  double[] v = new double[N];
                  return (g, t) ->
                      map(
                          i -> {
                            double sigma = Math.sqrt(2 * 0.2 * 0.5 * 0.05 / 50);
                            v[i] = 0.8 * v[i] + 0.05 * g[i] + sigma * noise(9, t)[i];
                            return v[i];
                          });
                }))
        .stream()
        .collect(Collectors.toList());
  }

  private static Arguments row(IUpdater updater, Supplier<Formula> formula) {
    return Arguments.of(updater, formula);
  }

  /** Seide et al. 2014, and Karimireddy et al. 2019 for the scaled sign, with Sgd at 0.1. */
  private static final class OneBit implements Formula {

    private final int columnLength;
    private final boolean scaledSign;
    private final boolean feedback;
    private final int exact;
    private final double[] residual = new double[N];

    OneBit(int columnLength, boolean scaledSign, boolean feedback, int exact) {
      this.columnLength = columnLength;
      this.scaledSign = scaledSign;
      this.feedback = feedback;
      this.exact = exact;
    }

    @Override
    public double[] update(double[] g, int t) {
      double[] update = new double[N];
      for (int start = 0; start < N; start += columnLength) {
        int end = Math.min(N, start + columnLength);
        double sumBelow = 0;
        double sumAbove = 0;
        int below = 0;
        for (int i = start; i < end; i++) {
          double v = g[i] + residual[i];
          if (v >= 0) {
            sumAbove += v;
          } else {
            sumBelow += v;
            below++;
          }
        }
        int d = end - start;
        double down = scaledSign ? (sumBelow - sumAbove) / d : sumBelow / Math.max(1, below);
        double up = scaledSign ? (sumAbove - sumBelow) / d : sumAbove / Math.max(1, d - below);
        for (int i = start; i < end; i++) {
          double v = g[i] + residual[i];
          double q = t < exact ? g[i] : v >= 0 ? up : down;
          residual[i] = feedback && t >= exact ? v - q : 0;
          update[i] = 0.1 * q;
        }
      }
      return update;
    }
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void fiveSteps_smallVector_areThePapers(IUpdater updater, Supplier<Formula> formula) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      Formula reference = formula.get();
      double[] expected = START.clone();
      INDArray weights = Nd4j.createFromArray(START).castTo(type);
      long stateSize = updater.stateSize(N);
      INDArray state = stateSize == 0 ? null : Nd4j.valueArrayOf(new long[] {stateSize}, 7.7, type);
      GradientUpdater<?> running = updater.instantiate(state, true);
      for (int t = 0; t < 5; t++) {
        double[] update = reference.update(gradient(expected, t), t);
        INDArray g = Nd4j.createFromArray(gradient(weights.toDoubleVector(), t)).castTo(type);
        running.applyUpdater(g, t, 0);
        weights.subi(g);
        for (int i = 0; i < N; i++) {
          expected[i] -= update[i];
          assertThat(weights.getDouble(i))
              .as("%s, step %s, weight %s", type, t, i)
              .isCloseTo(expected[i], within(type == DataType.DOUBLE ? 1e-12 : 1e-6));
        }
      }
    }
  }
}
