package io.github.dl4jx.benchmarks;

import io.github.dl4jx.updaters.AdEMAMix;
import io.github.dl4jx.updaters.AdaBelief;
import io.github.dl4jx.updaters.Adan;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What each wrapper adds to a step: wrapped around an updater that does nothing, beside an update
 * of ND4J's Adam. The whole recipes are measured, too. The gradient is copied in before every step,
 * and so for the yardstick {@code copy}, whose time is to be taken off all others.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class UpdaterWrapperBenchmark {

  /** Number of parameters. */
  @Param("1000000")
  public int parameters;

  private INDArray source = Nd4j.empty();
  private INDArray gradient = Nd4j.empty();
  private GradientUpdater<?> copy = new NoOp().instantiate((INDArray) null, true);
  private GradientUpdater<?> adam = copy;
  private GradientUpdater<?> vectorized = copy;
  private GradientUpdater<?> sign = copy;
  private GradientUpdater<?> byValue = copy;
  private GradientUpdater<?> byNorm = copy;
  private GradientUpdater<?> skip = copy;
  private GradientUpdater<?> oneBit = copy;
  private GradientUpdater<?> noise = copy;
  private GradientUpdater<?> signumUpdater = copy;
  private GradientUpdater<?> lionUpdater = copy;
  private GradientUpdater<?> adaBeliefUpdater = copy;
  private GradientUpdater<?> adanUpdater = copy;
  private GradientUpdater<?> adEmaMixUpdater = copy;
  private GradientUpdater<?> lookaheadUpdater = copy;
  private GradientUpdater<?> sgldUpdater = copy;
  private GradientUpdater<?> sghmcUpdater = copy;
  private int iteration;

  private GradientUpdater<?> running(IUpdater updater) {
    long size = updater.stateSize(parameters);
    return updater.instantiate(size == 0 ? null : Nd4j.zeros(DataType.FLOAT, size), true);
  }

  /** Draws the gradient. */
  @Setup
  public void draw() {
    source = Nd4j.randn(DataType.FLOAT, parameters);
    gradient = source.dup();
    adam = running(new Adam(1e-3));
    vectorized = running(Vectorized.around(new Adam(1e-3)));
    sign = running(SignGradient.around(new NoOp()));
    byValue = running(GradientClipping.around(new NoOp()).byValue(0.5));
    byNorm = running(GradientClipping.around(new NoOp()).byNorm(0.5));
    skip = running(SkipNonFinite.around(new NoOp(), 0));
    oneBit = running(OneBitGradient.around(new NoOp()).build());
    noise = running(GradientNoise.around(new NoOp()).build());
    signumUpdater = running(new Signum(1e-3));
    lionUpdater = running(new Lion(1e-3));
    adaBeliefUpdater = running(new AdaBelief(1e-3));
    adanUpdater = running(new Adan(1e-3));
    adEmaMixUpdater = running(new AdEMAMix(1e-3));
    lookaheadUpdater = running(Lookahead.around(new NoOp()).build());
    sgldUpdater = running(new Sgld(1e-3, 60_000));
    sghmcUpdater = running(new Sghmc(1e-3, 60_000));
  }

  private INDArray step(GradientUpdater<?> updater) {
    gradient.assign(source);
    updater.applyUpdater(gradient, iteration++, 0);
    return gradient;
  }

  /** What all the others do besides. */
  @Benchmark
  public INDArray copy() {
    return step(copy);
  }

  /** The yardstick. */
  @Benchmark
  public INDArray adamUpdate() {
    return step(adam);
  }

  /** The same by vector instructions. */
  @Benchmark
  public INDArray vectorizedAdam() {
    return step(vectorized);
  }

  /** The sign of the gradient. */
  @Benchmark
  public INDArray signGradient() {
    return step(sign);
  }

  /** Clipping by value. */
  @Benchmark
  public INDArray clippingByValue() {
    return step(byValue);
  }

  /** Clipping by norm, active. */
  @Benchmark
  public INDArray clippingByNorm() {
    return step(byNorm);
  }

  /** The test for NaN and infinity. */
  @Benchmark
  public INDArray skipNonFinite() {
    return step(skip);
  }

  /** One-bit quantization with error feedback. */
  @Benchmark
  public INDArray oneBitGradient() {
    return step(oneBit);
  }

  /** Gaussian noise. */
  @Benchmark
  public INDArray gradientNoise() {
    return step(noise);
  }

  /** The whole of Signum. */
  @Benchmark
  public INDArray signum() {
    return step(signumUpdater);
  }

  /** The whole of Lion. */
  @Benchmark
  public INDArray lion() {
    return step(lionUpdater);
  }

  /** The whole of AdaBelief. */
  @Benchmark
  public INDArray adaBelief() {
    return step(adaBeliefUpdater);
  }

  /** The whole of Adan. */
  @Benchmark
  public INDArray adan() {
    return step(adanUpdater);
  }

  /** The whole of AdEMAMix. */
  @Benchmark
  public INDArray adEmaMix() {
    return step(adEmaMixUpdater);
  }

  /** Lookahead, every fifth step of which goes back. */
  @Benchmark
  public INDArray lookahead() {
    return step(lookaheadUpdater);
  }

  /** The whole of SGLD. */
  @Benchmark
  public INDArray sgld() {
    return step(sgldUpdater);
  }

  /** The whole of SGHMC. */
  @Benchmark
  public INDArray sghmc() {
    return step(sghmcUpdater);
  }
}
