package io.github.dl4jx.random.internal;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Until it is closed, ND4J's operations in the current thread do without OpenMP's other threads.
 *
 * <p>To hand work to another thread takes longer than a small operation does, some milliseconds on
 * a loaded machine. OpenMP has a number of threads for each thread that calls it, so that no other
 * thread is affected, and ND4J cuts an operation into the same parts, so that results keep their
 * bits. OpenBLAS has threads of its own.
 */
public final class OneOpenMpThread implements AutoCloseable {

  private final int before;

  private OneOpenMpThread(int before) {
    this.before = before;
  }

  /** {@return the scope, which the same thread is to close} */
  public static OneOpenMpThread enter() {
    if (Nd4j.getExecutioner().type() != OpExecutioner.ExecutionerType.NATIVE_CPU) {
      return new OneOpenMpThread(1);
    }
    int before = ops().ompGetMaxThreads();
    if (before > 1) {
      ops().setOmpNumThreads(1);
    }
    return new OneOpenMpThread(before);
  }

  @Override
  public void close() {
    if (before > 1) {
      ops().setOmpNumThreads(before);
    }
  }

  private static NativeOps ops() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps();
  }
}
