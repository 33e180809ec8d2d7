package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The listeners of a network whose states checkpoints have, and these states. */
final class ListenerStates {

  private ListenerStates() {}

  /** The listeners that have a state, in the network's order. */
  static List<ResumableListener> resumable(Network net) {
    List<ResumableListener> listeners = new ArrayList<>();
    for (TrainingListener listener : net.listeners()) {
      if (listener instanceof ResumableListener) {
        listeners.add((ResumableListener) listener);
      }
    }
    return listeners;
  }

  /** Their states as they are now. */
  static List<ListenerState> of(Network net) {
    List<ListenerState> states = new ArrayList<>();
    for (ResumableListener listener : resumable(net)) {
      states.add(listener.state());
    }
    return states;
  }

  /** The arrays of all states, by their entries in the file. */
  static Map<String, INDArray> byEntry(List<ListenerState> states) {
    Map<String, INDArray> arrays = new HashMap<>();
    for (int i = 0; i < states.size(); i++) {
      for (int k = 0; k < states.get(i).arrays().size(); k++) {
        arrays.put(CheckpointFile.listenerArray(i, k), states.get(i).arrays().get(k));
      }
    }
    return arrays;
  }

  /** Refuses a network in which a listener with a state comes after the one that saves states. */
  static void checkLast(Network net, TrainingListener saver) {
    boolean passed = false;
    for (TrainingListener listener : net.listeners()) {
      passed |= listener == saver;
      if (passed && listener instanceof ResumableListener) {
        throw new IllegalStateException(
            "ResumableCheckpoints must come after the listeners whose state it saves, but "
                + listener.getClass().getSimpleName()
                + " comes after it in setListeners(..)");
      }
    }
  }
}
