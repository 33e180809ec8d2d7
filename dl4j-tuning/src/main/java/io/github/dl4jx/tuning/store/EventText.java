package io.github.dl4jx.tuning.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Events as lines of JSON. The last field is a checksum, CRC-32C of the text before it:
 *
 * <pre>
 * {"event":"score","trial":12,"at":9.0,"epochs":9,"score":0.25,"seconds":1.5,"time":17..,"crc":"0a1b2c3d"}
 * </pre>
 */
final class EventText {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEGIN = "{\"event\":\"";
  private static final String CRC = ",\"crc\":\"";
  private static final int DIGITS = 8;
  private static final int TAIL = CRC.length() + DIGITS + 2;

  private EventText() {}

  static String write(Event event) {
    ObjectNode line = JSON.createObjectNode();
    line.put("event", event.kind.text());
    line.put("trial", event.trial);
    line.put("at", event.at);
    line.put("epochs", event.epochs);
    if (event.point != null) {
      line.put("point", event.point);
      line.put("enqueued", event.enqueued);
    }
    Outcome outcome = event.outcome;
    String cause = outcome.cause();
    if (cause != null) {
      line.put("cause", cause);
      line.put("seconds", outcome.seconds());
    } else if (event.kind == Event.Kind.SCORE) {
      if (Double.isFinite(outcome.score())) {
        line.put("score", outcome.score());
      } else {
        line.put("score", String.valueOf(outcome.score())); // JSON has no such numbers
      }
      line.put("seconds", outcome.seconds());
    }
    line.put("time", event.time);
    String text = line.toString();
    String body = text.substring(0, text.length() - 1);
    return body + CRC + checksum(body) + "\"}";
  }

  /** Whether bytes without a line end are a line that was not written to its end. */
  static boolean isBegun(byte[] bytes) {
    byte[] begin = BEGIN.getBytes(StandardCharsets.UTF_8);
    int n = Math.min(bytes.length, begin.length);
    return bytes[0] == 0 // what a file system may leave after a loss of power
        || Arrays.equals(bytes, 0, n, begin, 0, n);
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  static Event parse(String line) throws IOException {
    int end = line.length() - TAIL;
    if (end < 0 || !line.startsWith(CRC, end)) {
      throw new IOException("a line that is no event with a checksum");
    }
    String body = line.substring(0, end);
    String sum = line.substring(end + CRC.length(), end + CRC.length() + DIGITS);
    if (!sum.equals(checksum(body))) {
      throw new IOException("a line with another checksum than " + checksum(body));
    }
    try {
      return event(JSON.readTree(line));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException("a line that is no event: " + e.getMessage(), e);
    }
  }

  private static Event event(JsonNode line) {
    Event.Kind kind = kind(line.path("event").asText());
    @Nullable Outcome outcome = null;
    double seconds = line.path("seconds").asDouble();
    if (line.has("cause")) {
      outcome = Outcome.failed(line.path("cause").asText(), seconds);
    } else if (line.has("score")) {
      JsonNode score = line.path("score");
      outcome =
          Outcome.scored(
              score.isTextual() ? Double.parseDouble(score.asText()) : score.asDouble(), seconds);
    }
    return Event.of(
        kind,
        line.path("trial").asInt(-1),
        line.path("at").asDouble(-1),
        line.path("epochs").asInt(-1),
        line.has("point") ? line.path("point").asText() : null,
        line.path("enqueued").asBoolean(),
        outcome,
        line.path("time").asLong());
  }

  private static Event.Kind kind(String text) {
    for (Event.Kind kind : Event.Kind.values()) {
      if (kind.text().equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("event must be a known one, got " + text);
  }
}
