package io.github.dl4jx.random.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

class OneOpenMpThreadTest {

  private static final int THREADS = 3;

  private static NativeOps ops() {
    Nd4j.getExecutioner(); // the holder needs a backend
    return NativeOpsHolder.getInstance().getDeviceNativeOps();
  }

  /** In a new thread, so that the setting ends with it. */
  private static <T> T inThreadOfSeveral(Callable<T> test) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              ops().setOmpNumThreads(THREADS);
              return test.call();
            });
    Thread thread = new Thread(task);
    thread.start();
    return task.get();
  }

  @Test
  void enter_twice_isOneThreadUntilTheLastIsClosed() throws Exception {
    int[] counts =
        inThreadOfSeveral(
            () -> {
              int[] seen = new int[4];
              try (OneOpenMpThread outer = OneOpenMpThread.enter()) {
                seen[0] = ops().ompGetMaxThreads();
                try (OneOpenMpThread inner = OneOpenMpThread.enter()) {
                  seen[1] = ops().ompGetMaxThreads();
                }
                seen[2] = ops().ompGetMaxThreads();
              }
              seen[3] = ops().ompGetMaxThreads();
              return seen;
            });
    assertThat(counts).containsExactly(1, 1, 1, THREADS);
  }

  @Test
  void enter_inOneThread_leavesOthersAlone() throws Exception {
    try (OneOpenMpThread scope = OneOpenMpThread.enter()) {
      assertThat(inThreadOfSeveral(() -> ops().ompGetMaxThreads())).isEqualTo(THREADS);
    }
  }

  @Test
  void enter_operations_haveTheSameBits() throws Exception {
    INDArray x = Nd4j.rand(DataType.FLOAT, 300, 400);
    INDArray y = Nd4j.rand(DataType.FLOAT, 300, 400);
    Callable<INDArray> compute =
        () -> Nd4j.concat(0, x.mul(y).sum(0), Nd4j.scalar(x.mul(y).sumNumber().floatValue()));
    float[] several = inThreadOfSeveral(compute).toFloatVector();
    float[] one =
        inThreadOfSeveral(
                () -> {
                  try (OneOpenMpThread scope = OneOpenMpThread.enter()) {
                    return compute.call();
                  }
                })
            .toFloatVector();
    assertThat(one).isEqualTo(several);
  }
}
