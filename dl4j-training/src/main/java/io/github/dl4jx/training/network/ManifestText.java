package io.github.dl4jx.training.network;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.nd4j.common.base.Preconditions;

/** Reads properties from a file that may come from anywhere: their number is limited. */
public final class ManifestText {

  private ManifestText() {}

  /**
   * {@return the properties in a text}
   *
   * @param name of the text, for messages
   * @param text its lines
   * @param mostLines how many lines it may have
   * @throws IllegalArgumentException if the name or the text is null, or mostLines below 0
   * @throws IOException if there are more lines, or a line is not a property
   */
  public static Properties parse(String name, String text, int mostLines) throws IOException {
    Preconditions.checkArgument(name != null, "name must not be null");
    Preconditions.checkArgument(text != null, "text must not be null");
    Preconditions.checkArgument(mostLines >= 0, "mostLines must be >= 0, got %s", mostLines);
    long lines = text.chars().filter(c -> c == '\n' || c == '\r').count();
    if (lines > mostLines) {
      throw new IOException(name + " must have at most " + mostLines + " lines, got " + lines);
    }
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw new IOException(name + " is not a list of properties: " + e.getMessage(), e);
    }
    return properties;
  }
}
