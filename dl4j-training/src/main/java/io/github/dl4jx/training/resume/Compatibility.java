package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Refuses networks that a checkpoint cannot be restored into; the message says what differs. */
final class Compatibility {

  private final Path file;
  private final Manifest manifest;

  Compatibility(Path file, Manifest manifest) {
    this.file = file;
    this.manifest = manifest;
  }

  void checkKind(String kind) {
    if (!kind.equals(manifest.network)) {
      throw new IllegalArgumentException(
          "the checkpoint " + file + " is of a " + manifest.network + ", got " + kind);
    }
  }

  void checkListeners(List<ResumableListener> listeners) {
    List<String> given = new ArrayList<>();
    for (ResumableListener listener : listeners) {
      given.add(listener.state().kind());
    }
    List<String> saved = new ArrayList<>();
    manifest.listeners.forEach(listener -> saved.add(listener.kind));
    if (!given.equals(saved)) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + file
              + " has the states of the listeners "
              + saved
              + ", the network has "
              + given
              + ": set the same ones in the same order");
    }
  }

  void checkConfiguration(Network net, String saved) {
    String[] theirs = NetworkState.withCounts(saved, 0, 0).split("\n", -1);
    String[] ours = NetworkState.withCounts(net.json(), 0, 0).split("\n", -1);
    for (int i = 0; i < Math.max(theirs.length, ours.length); i++) {
      String their = i < theirs.length ? theirs[i].trim() : "nothing";
      String our = i < ours.length ? ours[i].trim() : "nothing";
      if (!their.equals(our)) {
        throw new IllegalArgumentException(
            "the checkpoint "
                + file
                + " is of a network with another configuration: it has "
                + their
                + " where this one has "
                + our
                + ". Use another folder, or go on with the saved network, network(..)");
      }
    }
  }

  void checkArrays(Network net) {
    checkArray(ModelSerializer.COEFFICIENTS_BIN, net.model().params());
    checkArray(ModelSerializer.UPDATER_BIN, NetworkState.updater(net));
  }

  private void checkArray(String entry, @Nullable INDArray target) {
    String expected =
        target == null || target.isEmpty() ? "nothing" : CheckpointFile.describe(target);
    String saved = manifest.arrays.getOrDefault(entry, "nothing");
    if (!expected.equals(saved)) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + file
              + " has "
              + saved
              + " as "
              + entry
              + ", the network "
              + expected);
    }
  }
}
