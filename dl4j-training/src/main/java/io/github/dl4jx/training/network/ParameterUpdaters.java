package io.github.dl4jx.training.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The updater configuration of every parameter of a network, found in the way in which
 * Deeplearning4j forms blocks of parameters: it finds those of wrapped layers, too.
 */
final class ParameterUpdaters {

  private ParameterUpdaters() {}

  /** One parameter array. */
  static final class Parameter {

    private final UpdaterBlock.ParamState state;

    private Parameter(UpdaterBlock.ParamState state) {
      this.state = state;
    }

    /** The configuration that the network trains the parameter with. */
    IUpdater updater() {
      return state.getLayer().getConfig().getUpdaterByParam(state.getParamName());
    }

    @Override
    public String toString() {
      return "parameter "
          + state.getParamName()
          + " of layer "
          + state.getLayer().getConfig().getLayerName();
    }
  }

  /** All parameters, in the order of the network's flattened ones. */
  static List<Parameter> of(Network network) {
    List<Parameter> parameters = new ArrayList<>();
    for (UpdaterBlock block : network.updater().getUpdaterBlocks()) {
      for (UpdaterBlock.ParamState state : block.getLayersAndVariablesInBlock()) {
        parameters.add(new Parameter(state));
      }
    }
    return parameters;
  }

  /**
   * Makes changed configurations take effect: the blocks are formed anew. A parameter keeps its
   * updater state if the size of the state is the same as before.
   */
  static void refresh(Network network) {
    Map<Integer, List<INDArray>> old = states(network.updater());
    network.removeUpdater();
    Map<Integer, List<INDArray>> current = states(network.updater());
    current.forEach(
        (position, values) -> {
          List<INDArray> kept = old.getOrDefault(position, List.of());
          if (kept.size() == values.size()) {
            for (int i = 0; i < values.size(); i++) {
              values.get(i).assign(kept.get(i));
            }
          }
        });
  }

  /** Views of the state arrays of each parameter, by the parameter's position. */
  private static Map<Integer, List<INDArray>> states(BaseMultiLayerUpdater<?> updater) {
    Map<Integer, List<INDArray>> states = new HashMap<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      INDArray view = block.getUpdaterView();
      if (view == null) {
        continue; // stateless
      }
      INDArray flat = view.reshape(view.length());
      int start = block.getParamOffsetStart();
      long parameters = block.getParamOffsetEnd() - (long) start;
      for (UpdaterBlock.ParamState state : block.getLayersAndVariablesInBlock()) {
        List<INDArray> values = new ArrayList<>();
        for (long part = 0; part < flat.length(); part += parameters) {
          values.add(
              flat.get(
                  NDArrayIndex.interval(
                      part + state.getParamOffsetStart() - start,
                      part + state.getParamOffsetEnd() - start)));
        }
        states.put(state.getParamOffsetStart(), values);
      }
    }
    return states;
  }
}
