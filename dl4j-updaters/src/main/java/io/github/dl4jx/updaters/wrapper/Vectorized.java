package io.github.dl4jx.updaters.wrapper;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Runs an updater of Deeplearning4j faster, with the same numbers.
 *
 * <p>ND4J 1.0.0-M2.1 computes the updates of {@code Adam}, {@code AMSGrad}, {@code Nadam}, {@code
 * RmsProp} and {@code AdaGrad} one parameter after another; here they are loops that the JIT
 * compiler turns into vector instructions. The bits are those of ND4J's generic binaries for
 * x86-64; others, those for AVX2, AVX-512 and ARM, may round differently in the last place. Other
 * updaters, and networks of types other than FLOAT, run as they do without.
 *
 * <p>The other wrappers of this package run their inner updaters in the same way, and so does
 * training by this project's own loops ({@code Training.fit}, ensembles, searches): there is no
 * need for this one there.
 *
 * <pre>{@code
 * .updater(Vectorized.around(new Adam(1e-3)))
 * }</pre>
 */
public final class Vectorized extends UpdaterWrapper {

  private Vectorized(@JsonProperty("inner") IUpdater inner) {
    super(inner);
  }

  /**
   * Wraps an updater.
   *
   * @param inner the updater; copied
   * @return the wrapper
   * @throws IllegalArgumentException if inner is null
   */
  public static Vectorized around(IUpdater inner) {
    return new Vectorized(inner);
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    // the inner updater does all
  }

  @Override
  public Vectorized clone() {
    return new Vectorized(inner());
  }
}
