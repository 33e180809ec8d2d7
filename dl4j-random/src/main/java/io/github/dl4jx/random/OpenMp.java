package io.github.dl4jx.random;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes the idle threads of OpenMP, which ND4J computes with, release their processors.
 *
 * <p>GNU's OpenMP lets a thread that has nothing to do spin 300,000 times before it sleeps, some
 * milliseconds on all processors after every operation of ND4J, but only 100 times once there are
 * more OpenMP threads than processors (the GNU Offloading and Multi Processing Runtime Library's
 * manual, GOMP_SPINCOUNT). One Java thread more that computes with ND4J makes them more. It costs
 * one sleeping native thread, and nothing where OpenMP has fewer threads or another wait policy.
 */
final class OpenMp {

  /** ND4J takes one thread for each 1024 elements: two threads are a team, and the smallest. */
  private static final int TWO_THREADS = 2048;

  private OpenMp() {}

  /** Gives the current thread a team of OpenMP threads, for as long as it lives. */
  static void joinWithTeam() {
    try (INDArray x = Nd4j.createUninitializedDetached(DataType.FLOAT, TWO_THREADS)) {
      x.assign(0);
      x.addi(1);
    }
  }
}
