package io.github.dl4jx.random;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Counter-based random numbers, written straight into arrays: pure functions of (seed, stream,
 * position).
 *
 * <pre>
 * key             = threefry20(seed, stream)
 * word[position]  = one half of threefry13(key, counter of the position)
 * uniform         = (word &gt;&gt;&gt; 8) / 2^24                                  in [0, 1)
 * normal          = sqrt(-2 ln U) cos(pi z) or sin(pi z), of the two words of a counter
 * mask            = 31 bits of the multiple of a word &lt; p 2^31 ? 1 : 0
 * </pre>
 *
 * <p>Nothing else has an influence: not the number of threads, not what was drawn before, not the
 * order of an array's dimensions in memory. Numbers at a position do not depend on how an array is
 * split; an element's mask depends on the shape of the array, too, and a part of it has another.
 * FLOAT and DOUBLE arrays get the same numbers, which have float precision; HALF and BFLOAT16
 * arrays get them rounded. Masks and positions use different counters, so one generator may serve
 * both.
 *
 * <p>Arrays of type FLOAT and DOUBLE without gaps in memory take a fast path: for positions those
 * in c order, for masks those in any order of dimensions, as long as {@code in} and {@code out}
 * agree. All others get the same numbers more slowly. Large arrays are worked on by several
 * threads: as many as there are processors, or as {@code OMP_NUM_THREADS} says if that is less; the
 * system property {@code dl4jx.random.threads} overrides both. No off-heap memory is allocated per
 * call. On other backends than nd4j-native, ND4J's own random operations are used, with a generator
 * seeded from key and position; that is logged once.
 *
 * <p>Immutable and thread-safe; making one costs some 100 ns.
 *
 * <pre>{@code
 * KeyedRandom random = KeyedRandom.of(seed, iteration);
 * random.applyMask(activations, activations, 0.8);          // forward
 * random.applyMask(epsilon, epsilon, 0.8);                  // backward: the same mask
 * random.addGaussian(gradient, 0.01, gradient.offset());    // the same noise for every split
 * }</pre>
 *
 * <p>Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As
 * Easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
 */
public final class KeyedRandom {

  private static final long MAX_POSITION = 1L << 62;

  private final long key;
  private final @Nullable Backend backend;

  private KeyedRandom(long key, @Nullable Backend backend) {
    this.key = key;
    this.backend = backend;
  }

  /**
   * The generator of one stream of a seed.
   *
   * @param seed any value
   * @param stream any value, for example the iteration, or a layer's and the iteration's combined;
   *     the streams of one seed have different keys
   * @return the generator
   */
  public static KeyedRandom of(long seed, long stream) {
    return new KeyedRandom(Threefry.key(seed, stream), null);
  }

  /** The same generator on a given backend. */
  KeyedRandom on(Backend other) {
    return new KeyedRandom(key, other);
  }

  /**
   * Applies the mask of inverted dropout: {@code out = in * mask * (1 / p)} with {@code mask ~
   * Bernoulli(p)}, independent for every element.
   *
   * <p>The mask depends on the shape, the logical indices and p: a call with another array of the
   * same shape, in whatever order and with whatever strides, applies the same mask again. It has
   * the resolution 2^-31 in p. With p = 1 the array is copied. The elements must be finite: whether
   * a dropped infinity or NaN becomes 0 or NaN depends on the array's layout.
   *
   * @param in array of a floating-point type and any shape
   * @param out array of the same type and shape; may be {@code in}, but must not overlap it
   *     otherwise
   * @param p probability of retaining an element, in (0, 1]
   * @throws IllegalArgumentException if an argument is not as described; nothing is written then
   */
  public void applyMask(INDArray in, INDArray out, double p) {
    checkFloatingPoint("in", in);
    checkFloatingPoint("out", out);
    if (in.dataType() != out.dataType()) {
      throw new IllegalArgumentException(
          "out must have the type of in, " + in.dataType() + ", got " + out.dataType());
    }
    if (!Arrays.equals(in.shape(), out.shape())) {
      throw new IllegalArgumentException(
          "out must have the shape of in, "
              + Arrays.toString(in.shape())
              + ", got "
              + Arrays.toString(out.shape()));
    }
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException("p must be in (0, 1], got " + p);
    }
    if (in.isEmpty()) {
      return;
    }
    if (p < 1) {
      backend().applyMask(key, in, out, p);
    } else if (in != out) {
      out.assign(in);
    }
  }

  /**
   * Adds Gaussian noise in place: {@code x[i] += sigma * normal[position + i]} with {@code normal ~
   * N(0, 1)}. Elements are counted in c order.
   *
   * @param x array of a floating-point type, for example a block of a flat gradient
   * @param sigma standard deviation, finite and at least 0
   * @param position position of the first element, in [0, 2^62]: {@code x.offset()} gives parts of
   *     a buffer the numbers that the whole would get
   * @throws IllegalArgumentException if an argument is not as described; nothing is written then
   */
  public void addGaussian(INDArray x, double sigma, long position) {
    check(x, position);
    if (!(sigma >= 0 && sigma <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("sigma must be finite and >= 0, got " + sigma);
    }
    if (sigma > 0 && !x.isEmpty()) {
      backend().addNormal(key, x, sigma, position);
    }
  }

  /**
   * Fills an array with Gaussian numbers: {@code x[i] = normal[position + i]} with {@code normal ~
   * N(0, 1)}, the same that {@link #addGaussian} adds. Elements are counted in c order.
   *
   * @param x array of a floating-point type
   * @param position position of the first element, in [0, 2^62]
   * @throws IllegalArgumentException if an argument is not as described; nothing is written then
   */
  public void fillGaussian(INDArray x, long position) {
    check(x, position);
    if (!x.isEmpty()) {
      backend().fill(key, Distribution.NORMAL, x, position);
    }
  }

  /**
   * Fills an array with uniform numbers: {@code x[i] = uniform[position + i]}, multiples of 2^-24
   * in [0, 1). Elements are counted in c order.
   *
   * @param x array of a floating-point type; HALF and BFLOAT16 may round up to 1
   * @param position position of the first element, in [0, 2^62]
   * @throws IllegalArgumentException if an argument is not as described; nothing is written then
   */
  public void fillUniform(INDArray x, long position) {
    check(x, position);
    if (!x.isEmpty()) {
      backend().fill(key, Distribution.UNIFORM, x, position);
    }
  }

  private Backend backend() {
    return backend != null ? backend : Backend.of(Nd4j.getExecutioner().type());
  }

  private static void check(INDArray x, long position) {
    checkFloatingPoint("x", x);
    if (position < 0 || position > MAX_POSITION) {
      throw new IllegalArgumentException("position must be in [0, 2^62], got " + position);
    }
  }

  private static void checkFloatingPoint(String name, INDArray array) {
    Arguments.floatingPoint(name, array);
  }
}
