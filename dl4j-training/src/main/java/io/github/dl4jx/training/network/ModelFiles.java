package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.common.base.Preconditions;

/**
 * Reads and writes networks in Deeplearning4j's own zip format, safely.
 *
 * <p>{@code ModelSerializer} restores a preprocessor in the zip by Java deserialization, and
 * creates an object of any class that the configuration names: both can run code of the file's
 * author. Here only classes of a {@link LoadPolicy} are created. A zip is refused if it has an
 * entry that Deeplearning4j does not write, unpacks to more than the policy allows, or lacks
 * parameters: {@code ModelSerializer} may draw them at random. All of it is checked before memory
 * is allocated for the network.
 */
public final class ModelFiles {

  private static final int BUFFER = 1 << 16;

  private ModelFiles() {}

  /**
   * {@return the network in a file, without its updater state, by the standard {@link LoadPolicy}}
   *
   * @param file a zip of {@code ModelSerializer}
   * @param kind kind of the network in it
   * @throws IOException if the file cannot be read, is damaged, or contains what is not allowed;
   *     the message names the file
   */
  public static Model read(File file, Network.Kind kind) throws IOException {
    return read(file, kind, LoadPolicy.standard());
  }

  /**
   * {@return the network in a file, without its updater state}
   *
   * @param file a zip of {@code ModelSerializer}
   * @param kind kind of the network in it
   * @param policy the classes and the memory that are allowed
   * @throws IOException if the file cannot be read, is damaged, or contains what is not allowed;
   *     the message names the file
   */
  public static Model read(File file, Network.Kind kind, LoadPolicy policy) throws IOException {
    Path path = Arguments.path("file", file);
    return read(
        () -> {
          ZipStream.checkEnd(path);
          return RegularFiles.open(path);
        },
        file.length(),
        kind,
        file.toString(),
        policy);
  }

  /**
   * {@return the network in a zip, without its updater state, by the standard {@link LoadPolicy}}
   *
   * @param zip the result of {@link #write(Model)}
   * @param kind kind of the network in it
   * @param name of the zip, for messages
   * @throws IOException if it is damaged or contains what is not allowed; the message has the name
   */
  public static Model read(byte[] zip, Network.Kind kind, String name) throws IOException {
    return read(zip, kind, name, LoadPolicy.standard());
  }

  /**
   * {@return the network in a zip, without its updater state}
   *
   * @param zip the result of {@link #write(Model)}
   * @param kind kind of the network in it
   * @param name of the zip, for messages
   * @param policy the classes and the memory that are allowed
   * @throws IOException if it is damaged or contains what is not allowed; the message has the name
   */
  public static Model read(byte[] zip, Network.Kind kind, String name, LoadPolicy policy)
      throws IOException {
    Preconditions.checkArgument(zip != null, "zip must not be null");
    Preconditions.checkArgument(name != null, "name must not be null");
    return read(
        () -> {
          ZipStream.checkEnd(zip);
          return new ByteArrayInputStream(zip);
        },
        zip.length,
        kind,
        name,
        policy);
  }

  /** Opens a zip at its beginning, as often as needed. */
  private interface Source {
    InputStream open() throws IOException;
  }

  private static Model read(
      Source source, long size, Network.Kind kind, String name, LoadPolicy policy)
      throws IOException {
    Preconditions.checkArgument(kind != null, "kind must not be null");
    Preconditions.checkArgument(policy != null, "policy must not be null");
    try {
      NetworkZip zip;
      try (InputStream in = new BufferedInputStream(source.open(), BUFFER)) {
        zip = NetworkZip.check(in, policy.budget(size));
      }
      try (InputStream in = new BufferedInputStream(source.open(), BUFFER)) {
        return zip.read(in, kind.type(), policy, policy.budget(size));
      }
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      throw new IOException(
          "cannot read a network from " + name + " (damaged, or not saved by Deeplearning4j): " + e,
          e);
    }
  }

  /**
   * Writes a network, without its updater state, whole or not at all.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @param file the target; replaced if it exists
   * @throws IOException if it cannot be written; an older file is then untouched
   * @throws IllegalArgumentException as {@link #write(Model)}, or if the file is null or has no
   *     name
   */
  public static void write(Model network, File file) throws IOException {
    Path path = Arguments.path("file", file);
    byte[] zip = write(network);
    AtomicFiles.write(path, out -> out.write(zip));
  }

  /**
   * {@return a zip of {@code ModelSerializer} with a network, without its updater state}
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @throws IOException if the network cannot be written
   * @throws IllegalArgumentException if it is neither, or is not initialized
   */
  public static byte[] write(Model network) throws IOException {
    Network net = Network.of(network);
    net.checkUsable();
    SavedConfiguration.checkLength(net.json());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, out, false);
    return out.toByteArray();
  }
}
