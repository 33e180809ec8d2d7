package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelInference;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An ensemble as one graph in Deeplearning4j's own server. */
class EnsembleGraphServingTest {

  private static MultiLayerNetwork network(long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                .layer(
                    new OutputLayer.Builder().nIn(6).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    return net;
  }

  @Test
  void parallelInference_ofAnEnsemblesGraph_answersAsTheEnsembleDoes() {
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      networks.add(network(seed));
    }
    INDArray x = Nd4j.randn(DataType.FLOAT, 5, 4);
    for (CombinationRule rule : List.of(new SoftVote(), new HardVote())) {
      try (Ensemble ensemble = Ensemble.of(rule, networks)) {
        ParallelInference server =
            new ParallelInference.Builder(ensemble.toComputationGraph()).workers(2).build();
        try {
          assertThat(server.output(x)).as(rule.name()).isEqualTo(ensemble.output(x));
        } finally {
          server.shutdown();
        }
      }
    }
  }
}
