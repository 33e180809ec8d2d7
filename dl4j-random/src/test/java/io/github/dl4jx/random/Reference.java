package io.github.dl4jx.random;

import java.math.BigInteger;

/** The documented formulas in plain Java, one element at a time, independent of the kernels. */
final class Reference {

  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);
  private static final BigInteger K = new BigInteger("93D765DD", 16);

  private final long key;

  Reference(long seed, long stream) {
    key = Threefry.block(20, seed, stream);
  }

  double normal(long position) {
    long words = Threefry.block(13, key, position / 2048 * 1024 + position % 1024);
    int x = (int) words;
    int y = (int) (words >>> 32);
    int k = Integer.numberOfTrailingZeros(x);
    double m = (x >>> 9) * 0x1p-23;
    double u = Math.pow(2, -(k + 1)) * (1 + m);
    double z = (y >>> 9) * 0x1p-22 - 1;
    double r = Math.sqrt(-2 * Math.log(u));
    return position % 2048 < 1024 ? r * Math.cos(Math.PI * z) : r * Math.sin(Math.PI * z);
  }

  double uniform(long position) {
    long words = Threefry.block(13, key, position / 2048 * 1024 + position % 1024);
    return ((int) (position % 2048 < 1024 ? words : words >>> 32) >>> 8) * 0x1p-24;
  }

  /** Whether an element is kept. */
  boolean keeps(long[] shape, long[] index, double p) {
    int cut = 0;
    for (int d = 0; d < shape.length; d++) {
      cut = shape[d] > shape[cut] ? d : cut;
    }
    long part = (shape[cut] + 15) / 16;
    long counter = 0;
    for (int d = 0; d < shape.length; d++) {
      counter = d == cut ? counter * part + index[d] % part : counter * shape[d] + index[d];
    }
    int number = (int) (index[cut] / part);
    long words = Threefry.block(13, key, counter | 1L << 63);
    int word = (int) (number % 2 == 0 ? words : words >>> 32);
    long value =
        BigInteger.valueOf(Integer.toUnsignedLong(word))
            .multiply(K.pow(number / 2))
            .mod(WORD)
            .longValueExact();
    return (value >>> 1) < Math.round(p * 0x1p31);
  }
}
