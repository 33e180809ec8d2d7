package io.github.dl4jx.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.parallel.TrafficOnPaper.Exchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrafficOnPaperTest {

  @Test
  void ring_of8At1Gbit_byHand() {
    // 2 * 7/8 * 4 bytes = 7 bytes = 56 bits a parameter, and 14 messages of 50 us
    assertThat(Exchange.RING_EXACT.seconds(8, 1e6, 1))
        .isCloseTo(0.056 + 0.3e-3 + 0.0007, within(1e-9));
    // 7 messages of 1/8 + 1/64 byte; encoding once, decoding eight
    assertThat(Exchange.RING_GATHER.seconds(8, 1e6, 1))
        .isCloseTo(7 * 1.125e-3 + 1.4e-3 + 8 * 0.45e-3 + 7 * 50e-6, within(1e-9));
    // 2 * 7/8 messages; encoding one and an eighth, decoding two
    assertThat(Exchange.RING_AGAIN.seconds(8, 1e6, 1))
        .isCloseTo(1.75 * 1.125e-3 + 1.125 * 1.4e-3 + 0.9e-3 + 0.0007, within(1e-9));
  }

  @Test
  void server_of8At10Gbit_byHand() {
    assertThat(Exchange.SERVER_EXACT.seconds(8, 1e6, 10))
        .isCloseTo(2 * 8 * 32e-4 + 8 * 0.3e-3 + 1e-4, within(1e-9));
    assertThat(Exchange.SERVER_UP.seconds(8, 1e6, 10))
        .isCloseTo(8 * (32e-4 + 1.125e-4) + 1.4e-3 + 8 * 0.45e-3 + 1e-4, within(1e-9));
    assertThat(Exchange.SERVER_BOTH.seconds(8, 1e6, 10))
        .isCloseTo(16 * 1.125e-4 + 2.8e-3 + 9 * 0.45e-3 + 1e-4, within(1e-9));
  }

  @Test
  void allGather_upTo57Workers_hasLessTrafficThanAnExactRing() {
    assertThat(Exchange.RING_GATHER.bytes(56)).isLessThan(Exchange.RING_EXACT.bytes(56));
    assertThat(Exchange.RING_GATHER.bytes(58)).isGreaterThan(Exchange.RING_EXACT.bytes(58));
  }

  @Test
  void page_hasTheseTables() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "one-bit-traffic.md"));
    for (String table : TrafficOnPaper.tables()) {
      assertThat(page).contains(table);
    }
  }
}
