package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.GeometricMean;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.MedianOutput;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Members of one shape answer as one wide network: what each says, to rounding. */
class StackedServingTest {

  private static MultiLayerNetwork network(long seed, DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(9)
                        .activation(Activation.RELU)
                        .dropOut(0.5)
                        .build())
                .layer(new DropoutLayer(0.5))
                .layer(new DenseLayer.Builder().nIn(9).nOut(7).hasBias(seed % 1000 < 500).build())
                .layer(new ActivationLayer(Activation.SOFTMAX))
                .layer(
                    new OutputLayer.Builder().nIn(7).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    net.params().addi(0.1 * seed); // biases that are not 0
    return net;
  }

  private static List<MultiLayerNetwork> networks(DataType type) {
    return List.of(network(1, type), network(2, type), network(3, type), network(4, type));
  }

  private static INDArray features(int examples) {
    Nd4j.getRandom().setSeed(examples);
    return Nd4j.randn(DataType.FLOAT, examples, 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 33})
  void memberOutputs_oneShape_areThoseOfTheMembers(int examples) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      List<MultiLayerNetwork> networks = networks(type);
      INDArray x = features(examples);
      try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks)) {
        assertThat(ensemble.views().stackedOutput(x)).isPresent();
        List<INDArray> outputs = ensemble.memberOutputs(x, null);
        for (int m = 0; m < networks.size(); m++) {
          assertThat(largest(outputs.get(m), networks.get(m).output(x))).isLessThan(1e-6);
          assertThat(outputs.get(m).closeable()).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 40})
  void memberOutputs_columnMajorAndSlicedFeatures_areThoseOfTheMembers(int examples) {
    List<MultiLayerNetwork> networks = networks(DataType.FLOAT);
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks)) {
      INDArray wide = Nd4j.randn(DataType.FLOAT, examples, 10);
      for (INDArray x :
          List.of(
              features(examples).dup('f'),
              wide.get(
                  org.nd4j.linalg.indexing.NDArrayIndex.all(),
                  org.nd4j.linalg.indexing.NDArrayIndex.interval(2, 7)))) {
        List<INDArray> outputs = ensemble.memberOutputs(x, null);
        for (int m = 0; m < networks.size(); m++) {
          assertThat(largest(outputs.get(m), networks.get(m).output(x))).isLessThan(1e-6);
        }
      }
    }
  }

  @Test
  void output_anyRule_isThatOfTheMembersOutputs() {
    List<CombinationRule> rules =
        List.of(
            new SoftVote(),
            new MeanOutput(),
            new GeometricMean(),
            new MedianOutput(),
            new HardVote());
    INDArray x = features(8);
    for (CombinationRule rule : rules) {
      try (Ensemble ensemble = Ensemble.of(rule, networks(DataType.FLOAT));
          Ensemble exact = ensemble.exact()) {
        assertThat(largest(ensemble.output(x), exact.output(x))).isLessThan(1e-6);
        List<INDArray> stages = ensemble.stages(x);
        List<INDArray> expected = exact.stages(x);
        for (int m = 0; m < stages.size(); m++) {
          assertThat(largest(stages.get(m), expected.get(m))).isLessThan(1e-6);
        }
      }
    }
  }

  @Test
  void exact_outputs_areTheMembersBitForBit() {
    List<MultiLayerNetwork> networks = networks(DataType.FLOAT);
    INDArray x = features(7);
    Ensemble exact;
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks)) {
      ensemble.output(x);
      exact = ensemble.exact();
    }
    try (exact; // lives longer than the first
        Ensemble other = exact.withRule(new MeanOutput())) {
      for (Ensemble asked : List.of(exact, other)) {
        List<INDArray> outputs = asked.memberOutputs(x, null);
        for (int m = 0; m < networks.size(); m++) {
          assertThat(outputs.get(m).data().asFloat())
              .containsExactly(networks.get(m).output(x).dup('c').data().asFloat());
        }
      }
    }
    assertThatIllegalStateException().isThrownBy(exact::exact).withMessageContaining("closed");
  }

  @Test
  void output_membersOfSeveralShapes_isTheirs() {
    List<MultiLayerNetwork> networks =
        List.of(network(1, DataType.FLOAT), network(600, DataType.FLOAT));
    INDArray x = features(4);
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks)) {
      assertThat(ensemble.views().stackedOutput(x)).isEmpty();
      INDArray mean = networks.get(0).output(x).add(networks.get(1).output(x)).div(2);
      assertThat(largest(ensemble.output(x), mean)).isLessThan(1e-6);
    }
  }

  @Test
  void output_featuresThatDoNotFit_areRefusedByTheMembers() {
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks(DataType.FLOAT))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ensemble.output(Nd4j.zeros(DataType.FLOAT, 2, 6)))
          .withMessageContaining("features must fit the network");
    }
  }

  @Test
  void output_concurrentCallers_sameBits() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), networks(DataType.FLOAT))) {
      INDArray x = features(5);
      float[] expected = ensemble.output(x).data().asFloat();
      List<Future<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        calls.add(
            threads.submit(
                () -> java.util.Arrays.equals(ensemble.output(x).data().asFloat(), expected)));
      }
      for (Future<Boolean> call : calls) {
        assertThat(call.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static double largest(INDArray x, INDArray y) {
    assertThat(x.shape()).isEqualTo(y.shape());
    return x.castTo(DataType.DOUBLE).sub(y.castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
  }
}
