package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MemoryTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final INDArray f = Nd4j.ones(DataType.FLOAT, 256, 1024).dup('f');
  private final INDArray c = f.dup('c');
  private final INDArray doubles = f.castTo(DataType.DOUBLE);
  private final INDArray gradient = Nd4j.zeros(DataType.FLOAT, 1_000_000);
  private int stream;

  @Test
  void calls_afterWarmUp_allocateNothingOffHeapAndLittleOnTheHeap() {
    step();
    System.gc(); // so that what is collected later does not hide what is allocated
    long pointers = Pointer.totalBytes();
    long pointerCount = Pointer.totalCount();
    long buffers = bufferBytes();
    long tracked = tracked();
    long heap = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());

    for (int i = 0; i < 100; i++) {
      step();
    }

    long garbage = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - heap;
    assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(pointers);
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointerCount);
    assertThat(bufferBytes()).isLessThanOrEqualTo(buffers);
    assertThat(tracked()).isLessThanOrEqualTo(tracked);
    assertThat(garbage / 500).as("bytes a call").isLessThan(4000);
  }

  private void step() {
    KeyedRandom random = KeyedRandom.of(1, stream++).on(new CpuBackend(WORKERS));
    random.applyMask(f, f, 0.5);
    random.applyMask(c, c, 0.5);
    random.applyMask(doubles, doubles, 0.5);
    random.addGaussian(gradient, 0.1, 3);
    random.fillUniform(gradient, 5);
  }

  private static final Workers WORKERS = new Workers(1);

  private static long bufferBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .mapToLong(BufferPoolMXBean::getTotalCapacity)
        .sum();
  }

  private static long tracked() {
    return AllocationsTracker.getInstance().bytesOnDevice(0);
  }
}
