package io.github.dl4jx.training.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Traffic and time of an exchange of gradients, as docs/one-bit-traffic.md has them. */
final class TrafficOnPaper {

  /** Bytes of a value that is sent as it is. */
  static final double EXACT = 4;

  /** Bytes of a value in one bit: its bit, and its part of the two floats of a column of 512. */
  static final double ONE_BIT = 1 / 8.0 + 8 / 512.0;

  /** Seconds that one core takes to encode a value, and to read one and add it. */
  static final double ENCODE = 1.4e-9;

  static final double DECODE = 0.45e-9;

  /** Seconds that one core takes to read an exact value from memory and add it. */
  static final double ADD = 0.3e-9;

  /** Seconds until the first byte of a message arrives. */
  static final double LATENCY = 50e-6;

  private static final int[] WORKERS = {8, 64, 512};
  private static final double[] PARAMETERS = {1e6, 1e7, 1e8, 1e9};
  private static final double[] GIGABITS = {1, 10, 100};

  /** A way to exchange gradients. */
  enum Exchange {
    /** Ring: partial sums go round, then the sums. */
    RING_EXACT,
    /** Ring: all messages go round, and every worker adds all of them. */
    RING_GATHER,
    /** As the exact ring in traffic: a worker adds its part, quantizes it again and sends it. */
    RING_AGAIN,
    /** One server: gradients to it, weights from it. */
    SERVER_EXACT,
    /** One server: bits to it, weights from it. */
    SERVER_UP,
    /** One server: bits to it, and the sum, quantized again, from it. */
    SERVER_BOTH;

    /** Bytes through the busiest link, one direction after the other, for each value. */
    double bytes(int w) {
      double ring = 2.0 * (w - 1) / w;
      return switch (this) {
        case RING_EXACT -> ring * EXACT;
        case RING_GATHER -> (w - 1) * ONE_BIT;
        case RING_AGAIN -> ring * ONE_BIT;
        case SERVER_EXACT -> 2 * w * EXACT;
        case SERVER_UP -> w * (ONE_BIT + EXACT);
        case SERVER_BOTH -> 2 * w * ONE_BIT;
      };
    }

    /** Messages that wait for each other. */
    int messages(int w) {
      return switch (this) {
        case RING_EXACT, RING_AGAIN -> 2 * (w - 1);
        case RING_GATHER -> w - 1;
        case SERVER_EXACT, SERVER_UP, SERVER_BOTH -> 2;
      };
    }

    /** Seconds of coding, for each value, on the path that everybody waits for. */
    double coding(int w) {
      return switch (this) {
        case RING_EXACT -> ADD;
        case SERVER_EXACT -> w * ADD;
        case RING_GATHER, SERVER_UP -> ENCODE + w * DECODE;
        // the own gradient; W messages of a part; the sum of a part; the sums of all parts
        case RING_AGAIN -> ENCODE + DECODE + ENCODE / w + DECODE;
        // the own gradient; W messages; their sum, which all read
        case SERVER_BOTH -> ENCODE + w * DECODE + ENCODE + DECODE;
      };
    }

    double seconds(int w, double parameters, double gigabits) {
      return parameters * (bytes(w) * 8 / (gigabits * 1e9) + coding(w)) + messages(w) * LATENCY;
    }
  }

  private static final List<Exchange> RING =
      List.of(Exchange.RING_EXACT, Exchange.RING_GATHER, Exchange.RING_AGAIN);
  private static final List<Exchange> SERVER =
      List.of(Exchange.SERVER_EXACT, Exchange.SERVER_UP, Exchange.SERVER_BOTH);

  private TrafficOnPaper() {}

  /** The four tables of the page: traffic and time of a ring, then of a server. */
  static List<String> tables() {
    return List.of(
        traffic(RING, "exact", "all-gather", "quantized twice"),
        times(RING, "exact", "gather", "twice"),
        traffic(SERVER, "exact", "one bit up", "one bit both ways"),
        times(SERVER, "exact", "up", "both"));
  }

  private static String traffic(List<Exchange> exchanges, String... names) {
    StringBuilder text = new StringBuilder(head(List.of(names)));
    for (int w : WORKERS) {
      for (double parameters : PARAMETERS) {
        List<String> cells = new ArrayList<>();
        exchanges.forEach(e -> cells.add(size(e.bytes(w) * parameters)));
        text.append(line(w, parameters, cells));
      }
    }
    return text.toString();
  }

  private static String times(List<Exchange> exchanges, String... names) {
    List<String> heads = new ArrayList<>();
    for (double gigabits : GIGABITS) {
      for (String name : names) {
        heads.add((int) gigabits + " Gbit/s: " + name);
      }
    }
    StringBuilder text = new StringBuilder(head(heads));
    for (int w : WORKERS) {
      for (double parameters : PARAMETERS) {
        List<String> cells = new ArrayList<>();
        for (double gigabits : GIGABITS) {
          double least =
              exchanges.stream()
                  .mapToDouble(e -> e.seconds(w, parameters, gigabits))
                  .min()
                  .orElseThrow();
          for (Exchange exchange : exchanges) {
            double seconds = exchange.seconds(w, parameters, gigabits);
            cells.add(seconds == least ? "**" + time(seconds) + "**" : time(seconds));
          }
        }
        text.append(line(w, parameters, cells));
      }
    }
    return text.toString();
  }

  private static String head(List<String> names) {
    return "| workers | parameters | "
        + String.join(" | ", names)
        + " |\n"
        + "|---".repeat(names.size() + 2)
        + "|\n";
  }

  private static String line(int workers, double parameters, List<String> cells) {
    return String.format(
        Locale.ROOT,
        "| %d | 10^%.0f | %s |\n",
        workers,
        Math.log10(parameters),
        String.join(" | ", cells));
  }

  private static String size(double bytes) {
    return bytes < 1e9 ? round(bytes / 1e6) + " MB" : round(bytes / 1e9) + " GB";
  }

  private static String time(double seconds) {
    return seconds < 1 ? round(seconds * 1e3) + " ms" : round(seconds) + " s";
  }

  /** To three digits. */
  private static String round(double x) {
    return x >= 99.95
        ? String.format(Locale.ROOT, "%,.0f", x)
        : String.format(Locale.ROOT, x >= 9.995 ? "%.1f" : "%.2f", x);
  }
}
