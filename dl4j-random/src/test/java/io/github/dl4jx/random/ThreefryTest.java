package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreefryTest {

  /** The lines "threefry2x32" of kat_vectors, the known-answer file of Random123. */
  @ParameterizedTest
  @CsvSource({
    "13, 00000000, 00000000, 00000000, 00000000, 9d1c5ec6, 8bd50731",
    "13, ffffffff, ffffffff, ffffffff, ffffffff, fd36d048, 2d17272c",
    "13, 243f6a88, 85a308d3, 13198a2e, 03707344, ba3e4725, f27d669e",
    "20, 00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "20, ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "20, 243f6a88, 85a308d3, 13198a2e, 03707344, c4923a9c, 483df7a0",
  })
  void block_publishedVectors_givesPublishedWords(
      int rounds, String c0, String c1, String k0, String k1, String w0, String w1) {
    assertThat(Threefry.block(rounds, words(k0, k1), words(c0, c1))).isEqualTo(words(w0, w1));
  }

  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, 00000000, 9d1c5ec6, 8bd50731",
    "ffffffff, ffffffff, ffffffff, ffffffff, fd36d048, 2d17272c",
    "243f6a88, 85a308d3, 13198a2e, 03707344, ba3e4725, f27d669e",
  })
  void blocks_publishedVectors_givesPublishedWords(
      String c0, String c1, String k0, String k1, String w0, String w1) {
    int[][] words = new int[4][1];
    int[] low = {Integer.parseUnsignedInt(c0, 16)};
    int high = Integer.parseUnsignedInt(c1, 16);

    Threefry.blocks(words(k0, k1), low, 0, low, 0, high, 1, words[0], words[1], words[2], words[3]);

    assertThat(words(words[0][0], words[1][0])).isEqualTo(words(w0, w1));
    assertThat(words(words[2][0], words[3][0])).isEqualTo(words(w0, w1));
  }

  @Test
  void blocks_anyCountersAndKeys_equalsBlock() {
    Random random = new Random(1);
    int n = 100;
    for (int round = 0; round < 100; round++) {
      long key = random.nextLong();
      int high = random.nextInt();
      int baseA = random.nextInt();
      int baseB = random.nextInt();
      int[] lowA = random.ints(n).toArray();
      int[] lowB = random.ints(n).toArray();
      int[][] words = new int[4][n];

      Threefry.blocks(
          key, lowA, baseA, lowB, baseB, high, n, words[0], words[1], words[2], words[3]);

      for (int i = 0; i < n; i++) {
        assertThat(words(words[0][i], words[1][i]))
            .isEqualTo(Threefry.block(13, key, words(baseA + lowA[i], high)));
        assertThat(words(words[2][i], words[3][i]))
            .isEqualTo(Threefry.block(13, key, words(baseB + lowB[i], high)));
      }
    }
  }

  @Test
  void key_manyStreamsOfASeed_areDifferent() {
    assertThat(IntStream.range(0, 100_000).mapToLong(i -> Threefry.key(7, i)))
        .doesNotHaveDuplicates();
  }

  @Test
  void key_seedAndStreamSwapped_isDifferent() {
    assertThat(Threefry.key(1, 2)).isNotEqualTo(Threefry.key(2, 1));
  }

  private static long words(String first, String second) {
    return words(Integer.parseUnsignedInt(first, 16), Integer.parseUnsignedInt(second, 16));
  }

  private static long words(int first, int second) {
    return (first & 0xFFFFFFFFL) | ((long) second << 32);
  }
}
