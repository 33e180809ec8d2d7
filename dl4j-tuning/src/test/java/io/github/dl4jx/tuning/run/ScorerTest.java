package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ScorerTest {

  private final List<DataSet> examples =
      new DataSet(Nd4j.rand(DataType.FLOAT, 40, 3), Nd4j.rand(DataType.FLOAT, 40, 2)).asList();

  private DataSetLossCalculator calculator() {
    return new DataSetLossCalculator(new ListDataSetIterator<>(examples, 10), true);
  }

  private static MultiLayerNetwork network(int inputs) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder()
                        .nIn(inputs)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  private void isScoredOnAll(Scorer scorer) {
    double expected = calculator().calculateScore(network(3));
    assertThat(scorer.score(network(3))).isEqualTo(expected);
    assertThatThrownBy(() -> scorer.score(network(4))).isInstanceOf(RuntimeException.class);
    assertThat(scorer.score(network(3))).isEqualTo(expected);
    assertThat(scorer.score(network(3))).isEqualTo(expected);
  }

  @Test
  void score_afterOneThatThrew_isOfAllTheData() {
    isScoredOnAll(Scorer.of(calculator()));
  }

  @Test
  void score_afterOneThatThrewWithACalculatorForEachThread_isOfAllTheData() {
    Supplier<DataSetLossCalculator> calculators = this::calculator;
    isScoredOnAll(Scorer.of(calculators));
  }
}
