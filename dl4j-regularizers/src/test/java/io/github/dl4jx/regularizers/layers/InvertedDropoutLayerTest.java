package io.github.dl4jx.regularizers.layers;

import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.dense;
import static io.github.dl4jx.regularizers.SmallNetworks.gradientsAgree;
import static io.github.dl4jx.regularizers.SmallNetworks.maskedSequences;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class InvertedDropoutLayerTest {

  private static final InvertedDropout SHARED = new InvertedDropout(0.5);

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static List<Named<Case>> cases() {
    return List.of(
        Named.of(
            "dense",
            new Case(
                network(
                    InputType.feedForward(6),
                    dense(8),
                    new InvertedDropoutLayer(new InvertedDropout(0.5, 1)),
                    dense(7),
                    new InvertedDropoutLayer(0.8),
                    output()),
                data(5, 6))),
        Named.of(
            "layers that share one instance",
            new Case(
                network(
                    InputType.feedForward(6),
                    new DenseLayer.Builder().nOut(8).dropOut(SHARED).build(),
                    new DenseLayer.Builder().nOut(7).dropOut(SHARED).build(),
                    output()),
                data(5, 6))),
        Named.of(
            "convolution",
            new Case(
                network(
                    InputType.convolutional(6, 6, 2),
                    new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
                    new InvertedDropoutLayer(new InvertedDropout(0.5, 1)),
                    output()),
                data(5, 2, 6, 6))),
        Named.of(
            "LSTM with masks",
            new Case(
                network(
                    InputType.recurrent(6),
                    new LSTM.Builder().nOut(5).build(),
                    new InvertedDropoutLayer(new InvertedDropout(0.5, 1)),
                    new LSTM.Builder().nOut(4).dropOut(new InvertedDropout(0.5)).build(),
                    new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build()),
                maskedSequences())));
  }

  private static final class Case {
    private final MultiLayerNetwork net;
    private final DataSet data;

    Case(MultiLayerNetwork net, DataSet data) {
      this.net = net;
      this.data = data;
    }
  }

  /** Against numeric differentiation, with the masks fixed by resetting the generator. */
  @ParameterizedTest
  @MethodSource("cases")
  void backprop_fixedMask_agreesWithNumericGradient(Case test) {
    assertThat(gradientsAgree(test.net, test.data)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void output_atTestTime_ignoresDropout(Case test) {
    INDArray once = test.net.output(test.data.getFeatures());
    assertThat(test.net.output(test.data.getFeatures())).isEqualTo(once);
    assertThat(test.net.output(test.data.getFeatures(), true)).isNotEqualTo(once);
  }

  @Test
  void fit_frozenLayerWithBackprop_propagatesUnchanged() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            dense(8),
            new FrozenLayerWithBackprop(new InvertedDropoutLayer(0.5)),
            output());
    assertThat(gradientsAgree(net, data(5, 6))).isTrue();
  }

  @Test
  void output_asFirstLayer_leavesTheCallersArrayAlone() {
    MultiLayerNetwork net =
        network(
            InputType.feedForward(6),
            new InvertedDropoutLayer(0.5),
            new ActivationLayer(Activation.RELU),
            output());
    INDArray x = Nd4j.rand(DataType.DOUBLE, 5, 6).subi(0.5);
    INDArray before = x.dup();
    net.output(x);
    assertThat(x).isEqualTo(before);
  }

  @Test
  void fit_truncatedBackpropThroughTime_learnsSegmentBySegment() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.1))
            .list()
            .layer(new LSTM.Builder().nIn(6).nOut(5).dropOut(new InvertedDropout(0.5)).build())
            .layer(new InvertedDropoutLayer(0.5))
            .layer(
                new RnnOutputLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).build())
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTLength(2)
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    DataSet data = maskedSequences();
    double before = net.score(data);
    for (int step = 0; step < 100; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before);
    assertThat(net.getIterationCount()).isEqualTo(300); // 5 steps are 3 segments
  }

  @Test
  void layer_asDropOutOfTheNextLayer_isTheSame() {
    MultiLayerNetwork layer =
        network(
            InputType.feedForward(6),
            dense(8),
            new InvertedDropoutLayer(new InvertedDropout(0.5, 1)),
            output());
    MultiLayerNetwork dropOut =
        network(
            InputType.feedForward(6),
            dense(8),
            new OutputLayer.Builder()
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .dropOut(new InvertedDropout(0.5, 1))
                .build());
    dropOut.setParams(layer.params());
    DataSet data = data(9, 6);
    assertThat(layer.output(data.getFeatures(), true))
        .isEqualTo(dropOut.output(data.getFeatures(), true));
  }

  @Test
  void construct_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InvertedDropoutLayer(0))
        .withMessageContaining("must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InvertedDropoutLayer((InvertedDropout) null))
        .withMessage("dropout must not be null");
  }
}
