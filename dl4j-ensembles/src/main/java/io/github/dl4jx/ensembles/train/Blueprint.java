package io.github.dl4jx.ensembles.train;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A configuration, of either kind, that new networks are made from. */
interface Blueprint {

  /** A network with initial weights drawn from the seed, at iteration and epoch 0. */
  Model create(long seed);

  static Blueprint of(MultiLayerConfiguration configuration) {
    // JSON, not clone(): clones share their updaters' configuration
    String json = configuration.toJson();
    return seed -> {
      MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(json);
      copy.getConfs().forEach(layer -> layer.setSeed(seed));
      copy.setIterationCount(0);
      copy.setEpochCount(0);
      MultiLayerNetwork network = new MultiLayerNetwork(copy);
      network.init();
      return network;
    };
  }

  static Blueprint of(ComputationGraphConfiguration configuration) {
    String json = configuration.toJson();
    return seed -> {
      ComputationGraphConfiguration copy = ComputationGraphConfiguration.fromJson(json);
      copy.getDefaultConfiguration().setSeed(seed);
      copy.setIterationCount(0);
      copy.setEpochCount(0);
      ComputationGraph network = new ComputationGraph(copy);
      network.init();
      return network;
    };
  }
}
