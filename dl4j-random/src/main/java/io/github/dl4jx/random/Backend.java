package io.github.dl4jx.random;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** Writes the numbers of a key into arrays. The caller has checked the arguments. */
interface Backend {

  /** {@code out = in * mask / p}; p is less than 1. */
  void applyMask(long key, INDArray in, INDArray out, double p);

  /** {@code x[i] = number[position + i]}. */
  void fill(long key, Distribution distribution, INDArray x, long position);

  /** {@code x[i] += sigma * normal[position + i]}. */
  void addNormal(long key, INDArray x, double sigma, long position);

  /** The backend for arrays that ND4J's executioner of the given type works on. */
  static Backend of(OpExecutioner.ExecutionerType type) {
    return type == OpExecutioner.ExecutionerType.NATIVE_CPU
        ? CpuBackend.SHARED
        : OtherBackend.INSTANCE;
  }
}
