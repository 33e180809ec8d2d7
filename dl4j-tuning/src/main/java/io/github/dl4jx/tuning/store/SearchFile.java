package io.github.dl4jx.tuning.store;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.RegularFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The file that says what the search in a folder is. */
public final class SearchFile {

  private static final String NAME = "search.json";
  private static final int MOST_BYTES = 10_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One thread of this process at a time: see {@link JournalFile}. */
  private static final Object ONE_AT_A_TIME = new Object();

  private SearchFile() {}

  /**
   * Begins a search in a folder, or goes on with it.
   *
   * @param folder made if need be
   * @param settings what makes the search what it is, in words, by name
   * @throws IllegalArgumentException if an argument is null, there are no settings, or the folder
   *     has another search; the message names the settings that differ
   * @throws UncheckedIOException if the folder cannot be used
   */
  public static void check(File folder, Map<String, String> settings) {
    Path path = Arguments.path("folder", folder);
    Arguments.notNull("settings", settings);
    Preconditions.checkArgument(
        !settings.isEmpty() && settings.values().stream().noneMatch(Objects::isNull),
        "settings must have at least 1 setting, none of them null, got %s",
        settings);
    Path file = path.resolve(NAME);
    try {
      synchronized (ONE_AT_A_TIME) {
        Files.createDirectories(path);
        if (!Files.exists(file)) { // two processes that begin at once write the same, or fail below
          byte[] text = text(settings).getBytes(StandardCharsets.UTF_8);
          AtomicFiles.write(file, out -> out.write(text));
        }
        RegularFiles.check(file);
        Preconditions.checkArgument(
            Files.size(file) <= MOST_BYTES,
            "%s must have at most %s bytes, got %s",
            file,
            MOST_BYTES,
            Files.size(file));
        compare(file, JSON.readTree(Files.readAllBytes(file)), settings);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder of a search " + path + ": " + e, e);
    }
  }

  private static String text(Map<String, String> settings) {
    ObjectNode node = JSON.createObjectNode();
    settings.forEach(node::put);
    return node.toPrettyString() + "\n";
  }

  private static void compare(Path file, JsonNode found, Map<String, String> settings) {
    StringBuilder differences = new StringBuilder();
    settings.forEach(
        (name, value) -> {
          String old = found.path(name).asText();
          if (!old.equals(value)) {
            differences
                .append(differences.length() == 0 ? "" : "; ")
                .append(name)
                .append(" was ")
                .append(old)
                .append(", now ")
                .append(value);
          }
        });
    for (Iterator<String> names = found.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!settings.containsKey(name)) {
        differences.append(differences.length() == 0 ? "" : "; ").append("unknown: ").append(name);
      }
    }
    Preconditions.checkArgument(
        differences.length() == 0, "the search must be the one in %s: %s", file, differences);
  }
}
