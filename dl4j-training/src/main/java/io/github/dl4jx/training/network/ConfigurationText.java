package io.github.dl4jx.training.network;

import java.io.IOException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonLocation;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/** Checks the JSON of a configuration before any object is built of it. */
final class ConfigurationText {

  /** The largest configuration of Deeplearning4j's zoo has 0.3 MiB. */
  static final int MOST_TEXT_BYTES = 4 << 20;

  private static final int DEEPEST = 200;

  /** Memory for an object or array: about what each object of a layer's configuration takes. */
  private static final int STRUCTURE_BYTES = 512;

  /** Memory for a name, number or text: Deeplearning4j reads arrays into trees of nodes. */
  private static final int VALUE_BYTES = 128;

  private ConfigurationText() {}

  static void checkLength(String json) throws IOException {
    if (json.length() > MOST_TEXT_BYTES) {
      throw new IOException(
          "the configuration must have at most "
              + MOST_TEXT_BYTES
              + " characters, got "
              + json.length());
    }
  }

  /**
   * Reads the text token by token, so that no depth or size of it takes memory.
   *
   * @throws IOException if it is too large or too deep, or not of that kind of network
   */
  static void check(String json, Class<?> kind, MemoryBudget budget) throws IOException {
    checkLength(json);
    String layers = kind == MultiLayerNetwork.class ? "confs" : "vertices";
    boolean found = false;
    int depth = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      // two fields of one name are read differently by different readers
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        budget.take("the configuration", token.isStructStart() ? STRUCTURE_BYTES : VALUE_BYTES);
        found |= depth == 1 && layers.equals(parser.getCurrentName());
        if (depth > DEEPEST) {
          throw new IOException("the configuration must not be nested deeper than " + DEEPEST);
        }
      }
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
    if (!found) {
      throw new IOException(
          "the configuration must be of a " + kind.getSimpleName() + ", which has " + layers);
    }
  }

  /** Jackson's own message has the text in it. */
  static IOException unreadable(JsonProcessingException e) {
    @Nullable JsonLocation at = e.getLocation();
    return new IOException(
        "the configuration cannot be read: "
            + e.getOriginalMessage()
            + (at == null ? "" : " (line " + at.getLineNr() + ")"),
        e);
  }
}
