package io.github.dl4jx.updaters.internal;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Powers of floats with the bits that ND4J's operations have.
 *
 * <p>These call the C library's {@code powf}, whose result is nearly always the float next to the
 * power. Only where two floats are about as near does it depend on the library: then ND4J is asked.
 */
final class FloatPower {

  /** Distance to the nearest float from which on ND4J is asked, in units of the last place. */
  private static final double DOUBTFUL = 7.0 / 16;

  private FloatPower() {}

  static float of(float base, float exponent) {
    double power = Math.pow(base, exponent);
    float nearest = (float) power;
    if (Math.abs(power - nearest) < DOUBTFUL * Math.ulp(nearest)) {
      return nearest;
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray x = Nd4j.createFromArray(base)) {
      return Transforms.pow(x, exponent, false).getFloat(0);
    }
  }
}
