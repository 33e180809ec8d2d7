package io.github.dl4jx.ensembles.io;

import io.github.dl4jx.updaters.resume.AtomicFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.common.base.Preconditions;

/**
 * Reads and writes networks in Deeplearning4j's own zip format, without what is unsafe in it.
 *
 * <p>{@code ModelSerializer} restores a preprocessor, if the zip holds one, by Java
 * deserialization, which can run code of the file's author. A zip with such an entry, or with any
 * that Deeplearning4j does not write, is refused here, and so is one whose entries are larger than
 * parameters can be or whose array of parameters has not the size that it says. Classes of the
 * user's own, say layers, are found by their names in the configuration: where that is a danger,
 * {@link EnsembleSerializer#load} allows named packages only.
 */
public final class ModelFiles {

  /** The kinds of network that Deeplearning4j saves. */
  public enum Kind {
    /** A {@link MultiLayerNetwork}. */
    MULTI_LAYER_NETWORK,
    /** A {@link ComputationGraph}. */
    COMPUTATION_GRAPH;

    /**
     * The kind of a network.
     *
     * @param network the network
     * @return its kind
     * @throws IllegalArgumentException if it is of another class
     */
    public static Kind of(Model network) {
      Preconditions.checkArgument(
          network instanceof MultiLayerNetwork || network instanceof ComputationGraph,
          "network must be a MultiLayerNetwork or a ComputationGraph, got %s",
          network == null ? null : network.getClass().getName());
      return network instanceof MultiLayerNetwork ? MULTI_LAYER_NETWORK : COMPUTATION_GRAPH;
    }
  }

  private ModelFiles() {}

  /**
   * Reads a network, without its updater state.
   *
   * @param file a zip of {@code ModelSerializer}
   * @param kind what it holds
   * @return the network
   * @throws IOException if the file cannot be read, is damaged, or holds what is not allowed; the
   *     message names the file
   */
  public static Model read(File file, Kind kind) throws IOException {
    return read(Files.readAllBytes(file.toPath()), kind, file.toString(), List.of());
  }

  /**
   * Reads a network from memory, without its updater state.
   *
   * @param zip what {@link #write(Model)} gave
   * @param kind what it holds
   * @param name what to call it in messages
   * @return the network
   * @throws IOException if it is damaged or holds what is not allowed; the message has the name
   */
  public static Model read(byte[] zip, Kind kind, String name) throws IOException {
    return read(zip, kind, name, List.of());
  }

  /**
   * The same from memory.
   *
   * @param packages beginnings of the names that classes may have; empty for any
   */
  static Model read(byte[] zip, Kind kind, String name, List<String> packages) throws IOException {
    try {
      ModelZip.check(zip, packages);
      ByteArrayInputStream in = new ByteArrayInputStream(zip);
      return kind == Kind.MULTI_LAYER_NETWORK
          ? ModelSerializer.restoreMultiLayerNetwork(in, false)
          : ModelSerializer.restoreComputationGraph(in, false);
    } catch (IOException | RuntimeException e) {
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
   */
  public static void write(Model network, File file) throws IOException {
    byte[] zip = write(network);
    AtomicFiles.write(file.toPath(), out -> out.write(zip));
  }

  /**
   * Writes a network to memory, without its updater state.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return a zip of {@code ModelSerializer}
   * @throws IOException if the network cannot be written
   */
  public static byte[] write(Model network) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, out, false);
    return out.toByteArray();
  }
}
