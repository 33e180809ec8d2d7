package io.github.dl4jx.ensembles.io;

import io.github.dl4jx.updaters.resume.ArrayFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Checks a network's zip before anything is built of it: its entries, what they take in memory, the
 * array of its parameters, and the classes that its configuration names.
 */
final class ModelZip {

  private static final Set<String> ALLOWED =
      Set.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.NO_PARAMS_MARKER,
          ModelSerializer.UPDATER_BIN,
          ModelSerializer.NORMALIZER_BIN);

  private static final int MOST_JSON_BYTES = 32 << 20;

  /** Parameters are hardly smaller when compressed; zeros are, a thousand times. */
  private static final int SMALL_BYTES = 64 << 20;

  private static final int MOST_RATIO = 20;

  private static final int DEEPEST = 200;
  private static final String CLASS = "@class";

  private ModelZip() {}

  /**
   * Checks a zip.
   *
   * @param packages beginnings of the names that classes may have; empty for any
   * @throws IOException if it is not what Deeplearning4j writes, or names another class
   */
  static void check(byte[] zip, List<String> packages) throws IOException {
    Set<String> found = new HashSet<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName();
        if (!ALLOWED.contains(name) || !found.add(name)) {
          throw new IOException("entries must be " + ALLOWED + ", each once, got " + name);
        }
        boolean json = name.equals(ModelSerializer.CONFIGURATION_JSON);
        byte[] content = content(in, name, json ? MOST_JSON_BYTES : mostBytes(zip));
        if (json) {
          checkClasses(content, packages);
        } else if (name.equals(ModelSerializer.COEFFICIENTS_BIN) && content.length > 0) {
          ArrayFormat.check(new ByteArrayInputStream(content), content.length);
        }
      }
    }
    if (!found.contains(ModelSerializer.CONFIGURATION_JSON)) {
      throw new IOException(
          "the entry " + ModelSerializer.CONFIGURATION_JSON + " is missing, got " + found);
    }
  }

  private static int mostBytes(byte[] zip) {
    return (int) Math.min(Integer.MAX_VALUE - 8, SMALL_BYTES + (long) MOST_RATIO * zip.length);
  }

  private static byte[] content(ZipInputStream in, String name, int most) throws IOException {
    byte[] content = in.readNBytes(most);
    if (content.length == most && in.read() >= 0) {
      throw new IOException("the entry " + name + " must have at most " + most + " bytes");
    }
    return content;
  }

  /** Goes over the text without building anything, however deep it is. */
  private static void checkClasses(byte[] json, List<String> packages) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new IOException("the configuration must not be nested deeper than " + DEEPEST);
        }
        if (token == JsonToken.FIELD_NAME && CLASS.equals(parser.getCurrentName())) {
          parser.nextToken();
          String type = parser.getText();
          if (!packages.isEmpty() && packages.stream().noneMatch(type::startsWith)) {
            throw new IOException("classes must be in a package of " + packages + ", got " + type);
          }
        }
      }
    }
  }
}
