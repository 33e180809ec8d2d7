package io.github.dl4jx.random;

/**
 * Threefry-2x32, the counter-based generator of Salmon, Moraes, Dror and Shaw: two words of output
 * are a cipher of two words of counter under two words of key.
 *
 * <pre>
 * x = counter0 + key0,  y = counter1 + key1,  key2 = key0 ^ key1 ^ 0x1BD11BDA
 * round r:              x += y;  y = rotateLeft(y, R[r mod 8]) ^ x     R = 13 15 26 6 17 29 16 24
 * after round 4 j:      x += key[j mod 3];  y += key[(j + 1) mod 3] + j
 * </pre>
 *
 * <p>13 rounds are the fewest that its authors found to pass every test of BigCrush; the numbers
 * are made with {@value #ROUNDS}, the keys with {@value #KEY_ROUNDS}, the authors' default.
 *
 * <p>A counter or key is one {@code long} here: the first word is its low half.
 *
 * <p>Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As
 * Easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
 */
final class Threefry {

  static final int ROUNDS = 13;
  static final int KEY_ROUNDS = 20;

  private static final int PARITY = 0x1BD11BDA;
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /** One block, for any number of rounds: the definition above, word for word. */
  static long block(int rounds, long key, long counter) {
    int[] keys = {first(key), second(key), first(key) ^ second(key) ^ PARITY};
    int x = first(counter) + keys[0];
    int y = second(counter) + keys[1];
    for (int round = 0; round < rounds; round++) {
      x += y;
      y = Integer.rotateLeft(y, ROTATIONS[round % 8]) ^ x;
      if (round % 4 == 3) {
        int j = round / 4 + 1;
        x += keys[j % 3];
        y += keys[(j + 1) % 3] + j;
      }
    }
    return (x & 0xFFFFFFFFL) | ((long) y << 32);
  }

  /** The key of a stream of a seed: streams of one seed never share a key. */
  static long key(long seed, long stream) {
    return block(KEY_ROUNDS, seed, stream);
  }

  static int first(long words) {
    return (int) words;
  }

  static int second(long words) {
    return (int) (words >>> 32);
  }

  /**
   * Many blocks of {@value #ROUNDS} rounds: {@code (xa[i], ya[i]) = block(key, (baseA + lowA[i],
   * high))} and {@code (xb[i], yb[i]) = block(key, (baseB + lowB[i], high))} for {@code 0 <= i <
   * n}.
   *
   * <p>Unrolled by hand, and two chains side by side: that is the form the JIT compiler turns into
   * full-width vector instructions, and in one chain alone every instruction waits for the one
   * before. The arrays of words must differ from each other and from the rest.
   */
  static void blocks(
      long key,
      int[] lowA,
      int baseA,
      int[] lowB,
      int baseB,
      int high,
      int n,
      int[] xa,
      int[] ya,
      int[] xb,
      int[] yb) {
    int k0 = first(key);
    int k1 = second(key);
    int k2 = k0 ^ k1 ^ PARITY;
    int a0 = baseA + k0;
    int c0 = baseB + k0;
    int y0 = high + k1;
    int k2p1 = k2 + 1;
    int k0p2 = k0 + 2;
    int k1p3 = k1 + 3;
    for (int i = 0; i < n; i++) {
      int a = lowA[i] + a0;
      int b = y0;
      int c = lowB[i] + c0;
      int d = y0;

      a += b;
      c += d;
      b = ((b << 13) | (b >>> 19)) ^ a;
      d = ((d << 13) | (d >>> 19)) ^ c;
      a += b;
      c += d;
      b = ((b << 15) | (b >>> 17)) ^ a;
      d = ((d << 15) | (d >>> 17)) ^ c;
      a += b;
      c += d;
      b = ((b << 26) | (b >>> 6)) ^ a;
      d = ((d << 26) | (d >>> 6)) ^ c;
      a += b;
      c += d;
      b = ((b << 6) | (b >>> 26)) ^ a;
      d = ((d << 6) | (d >>> 26)) ^ c;
      a += k1;
      b += k2p1;
      c += k1;
      d += k2p1;

      a += b;
      c += d;
      b = ((b << 17) | (b >>> 15)) ^ a;
      d = ((d << 17) | (d >>> 15)) ^ c;
      a += b;
      c += d;
      b = ((b << 29) | (b >>> 3)) ^ a;
      d = ((d << 29) | (d >>> 3)) ^ c;
      a += b;
      c += d;
      b = ((b << 16) | (b >>> 16)) ^ a;
      d = ((d << 16) | (d >>> 16)) ^ c;
      a += b;
      c += d;
      b = ((b << 24) | (b >>> 8)) ^ a;
      d = ((d << 24) | (d >>> 8)) ^ c;
      a += k2;
      b += k0p2;
      c += k2;
      d += k0p2;

      a += b;
      c += d;
      b = ((b << 13) | (b >>> 19)) ^ a;
      d = ((d << 13) | (d >>> 19)) ^ c;
      a += b;
      c += d;
      b = ((b << 15) | (b >>> 17)) ^ a;
      d = ((d << 15) | (d >>> 17)) ^ c;
      a += b;
      c += d;
      b = ((b << 26) | (b >>> 6)) ^ a;
      d = ((d << 26) | (d >>> 6)) ^ c;
      a += b;
      c += d;
      b = ((b << 6) | (b >>> 26)) ^ a;
      d = ((d << 6) | (d >>> 26)) ^ c;
      a += k0;
      b += k1p3;
      c += k0;
      d += k1p3;

      a += b;
      c += d;
      b = ((b << 17) | (b >>> 15)) ^ a;
      d = ((d << 17) | (d >>> 15)) ^ c;

      xa[i] = a;
      ya[i] = b;
      xb[i] = c;
      yb[i] = d;
    }
  }
}
