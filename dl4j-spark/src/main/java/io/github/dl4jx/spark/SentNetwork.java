package io.github.dl4jx.spark;

import io.github.dl4jx.training.internal.RawArray;
import io.github.dl4jx.training.network.Network;
import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network's configuration, and what training changes of it. */
final class SentNetwork implements Serializable {

  private static final long serialVersionUID = 1;

  /** What training changes. */
  static final class State implements Serializable {

    private static final long serialVersionUID = 1;

    /** The parameters. */
    private final RawArray parameters;

    /** The updater's state, if it has one. */
    private final @Nullable RawArray updater;

    /** Finished iterations. */
    private final int iteration;

    /** Finished epochs. */
    private final int epoch;

    State(Network net) {
      this.parameters = RawArray.of(net.model().params(), "parameters");
      INDArray state = net.updater().getStateViewArray();
      this.updater = state == null || state.isEmpty() ? null : RawArray.of(state, "updater state");
      this.iteration = net.iteration();
      this.epoch = net.epoch();
    }

    /** Restores a network of the same configuration. */
    void into(Network net) {
      assign(net.model().params(), parameters);
      if (updater != null) {
        assign(net.updater().getStateViewArray(), updater);
      }
      net.setCounts(iteration, epoch);
    }

    private static void assign(INDArray target, RawArray numbers) {
      try (INDArray copy = numbers.toArray()) {
        target.assign(copy);
      }
    }
  }

  /** Which class it has. */
  private final Network.Kind kind;

  /** The configuration. */
  private final String json;

  /** What training changes. */
  private final State state;

  SentNetwork(Network net) {
    this.kind = net.kind();
    this.json = net.json();
    this.state = new State(net);
  }

  /** {@return a new network} */
  Network toNetwork() {
    Model model;
    if (kind == Network.Kind.COMPUTATION_GRAPH) {
      ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
      graph.init();
      model = graph;
    } else {
      MultiLayerNetwork layers = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
      layers.init();
      model = layers;
    }
    Network net = Network.of(model);
    state.into(net);
    return net;
  }
}
