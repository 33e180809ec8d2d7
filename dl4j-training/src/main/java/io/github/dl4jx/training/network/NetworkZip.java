package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A zip as Deeplearning4j's {@code ModelSerializer} writes it, read in two passes: the first checks
 * all of it and takes hardly any memory, the second builds the network.
 *
 * <pre>
 * configuration.json    names allowed classes only; has as many parameters as coefficients.bin
 * coefficients.bin
 * noParams.marker       if there are none
 * updaterState.bin      not used, but checked
 * normalizer.bin        not used
 * </pre>
 *
 * <p>An entry of another name is refused: Deeplearning4j reads one of them, {@code
 * preprocessor.bin}, by Java deserialization, which can run code of the file's author.
 */
public final class NetworkZip {

  private static final Set<String> ALLOWED =
      new TreeSet<>(
          Set.of(
              ModelSerializer.CONFIGURATION_JSON,
              ModelSerializer.COEFFICIENTS_BIN,
              ModelSerializer.NO_PARAMS_MARKER,
              ModelSerializer.UPDATER_BIN,
              ModelSerializer.NORMALIZER_BIN));

  private static final String CHANGED = "the file was changed while it was read";

  private final long parameters;

  private NetworkZip(long parameters) {
    this.parameters = parameters;
  }

  /**
   * Makes the first pass.
   *
   * @param in the zip; not closed
   * @param budget memory for its entries, unpacked
   * @return the zip, for the second pass
   * @throws IOException if it is damaged, or not what Deeplearning4j writes
   */
  public static NetworkZip check(InputStream in, MemoryBudget budget) throws IOException {
    ZipStream zip = new ZipStream(in, budget); // refuses null
    long parameters = 0;
    Set<String> found = new TreeSet<>();
    for (String name = zip.next(); name != null; name = zip.next()) {
      if (!ALLOWED.contains(name)) {
        throw new IOException("entries must be " + ALLOWED + ", each once, got " + name);
      }
      found.add(name);
      if (name.equals(ModelSerializer.COEFFICIENTS_BIN)) {
        parameters = array(zip);
      } else if (name.equals(ModelSerializer.UPDATER_BIN)) {
        array(zip);
      }
    }
    if (!found.contains(ModelSerializer.CONFIGURATION_JSON)) {
      throw new IOException(
          "the entry " + ModelSerializer.CONFIGURATION_JSON + " is missing, got " + found);
    }
    return new NetworkZip(parameters);
  }

  private static String text(ZipStream zip) throws IOException {
    return new String(zip.bytes(ConfigurationText.MOST_TEXT_BYTES), StandardCharsets.UTF_8);
  }

  /** How many numbers an array has; 0 if the entry is empty. */
  private static long array(ZipStream zip) throws IOException {
    PushbackInputStream content = new PushbackInputStream(zip.content());
    int first = content.read();
    if (first < 0) {
      return 0;
    }
    content.unread(first);
    ArrayFormat.Header header = ArrayFormat.header(content);
    header.check(zip.skip());
    return header.length();
  }

  /**
   * Makes the second pass.
   *
   * @param in the same zip again; not closed
   * @param kind {@code MultiLayerNetwork} or {@code ComputationGraph}, whichever it must hold
   * @param policy the classes that it may name
   * @param budget a new one, of the same size
   * @param <T> the kind
   * @return the network, without updater state
   * @throws IOException if its configuration is not allowed, or its parameters do not fit
   */
  public <T extends Model> T read(
      InputStream in, Class<T> kind, LoadPolicy policy, MemoryBudget budget) throws IOException {
    SavedConfiguration.checkKind(kind);
    Arguments.notNull("policy", policy);
    @Nullable SavedConfiguration<T> configuration = null;
    @Nullable INDArray numbers = null;
    try {
      ZipStream zip = new ZipStream(in, budget);
      for (String name = zip.next(); name != null; name = zip.next()) {
        if (name.equals(ModelSerializer.CONFIGURATION_JSON)) {
          configuration = SavedConfiguration.read(text(zip), kind, policy, budget);
          configuration.checkNumber(parameters);
        } else if (name.equals(ModelSerializer.COEFFICIENTS_BIN) && parameters > 0) {
          numbers = numbers(zip.content());
        }
        if (configuration != null && (numbers != null || parameters == 0)) {
          return configuration.network(numbers);
        }
      }
      throw new IOException(CHANGED);
    } catch (IOException | RuntimeException | Error e) {
      if (numbers != null) {
        numbers.close();
      }
      throw e;
    }
  }

  private INDArray numbers(InputStream content) throws IOException {
    ArrayFormat.Header header = ArrayFormat.header(content);
    if (header.length() != parameters) {
      throw new IOException(CHANGED);
    }
    INDArray numbers = Nd4j.createUninitializedDetached(header.type(), parameters);
    try {
      return ArrayFormat.numbers(content, header, numbers);
    } catch (IOException | RuntimeException | Error e) {
      numbers.close();
      throw e;
    }
  }
}
