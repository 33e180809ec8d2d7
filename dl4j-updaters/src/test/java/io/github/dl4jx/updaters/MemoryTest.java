package io.github.dl4jx.updaters;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** No wrapper allocates off-heap memory in a step. */
class MemoryTest {

  private static final int N = 100_000;

  static List<IUpdater> wrappers() {
    return List.of(
        SignGradient.around(new NoOp()),
        GradientClipping.around(new NoOp()).byValue(0.5),
        GradientClipping.around(new NoOp()).byNorm(0.5),
        SkipNonFinite.around(new NoOp(), 1),
        OneBitGradient.around(new NoOp()).build(),
        GradientNoise.around(new NoOp()).build(),
        Lookahead.around(new NoOp()).build(),
        new Sghmc(0.1, 100),
        new AdaBelief(0.1),
        new Adan(0.1),
        new AdEMAMix(0.1));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void steps_afterWarmUp_allocateNothingOffHeap(IUpdater updater) {
    long size = updater.stateSize(N);
    GradientUpdater<?> running =
        updater.instantiate(size == 0 ? null : Nd4j.zeros(DataType.FLOAT, size), true);
    INDArray gradient = Nd4j.randn(DataType.FLOAT, N);
    running.applyUpdater(gradient, 0, 0);
    System.gc(); // so that what is collected later does not hide what is allocated
    long pointers = Pointer.totalBytes();
    long buffers = bufferBytes();
    long tracked = AllocationsTracker.getInstance().bytesOnDevice(0);

    for (int t = 1; t <= 100; t++) {
      running.applyUpdater(gradient, t, 0);
    }

    assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(pointers);
    assertThat(bufferBytes()).isLessThanOrEqualTo(buffers);
    assertThat(AllocationsTracker.getInstance().bytesOnDevice(0)).isLessThanOrEqualTo(tracked);
  }

  private static long bufferBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .mapToLong(BufferPoolMXBean::getTotalCapacity)
        .sum();
  }
}
