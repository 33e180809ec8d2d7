package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.schedule.CurriculumRetainSchedule;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ScheduleType;

class MonteCarloConcreteDropoutTest {

  private static final int SAMPLES = 20_000;

  private static DenseLayer linear(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.IDENTITY).build();
  }

  private static Layer mse() {
    return new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
  }

  private static ConcreteDropout concrete(Layer layer) {
    return ConcreteDropout.around(layer).initialP(0.5).seed(3).build();
  }

  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(3).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  private static ComputationGraph residual(StochasticDepth end) {
    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", linear(5), "in")
            .addLayer("branch", linear(5), "first")
            .addVertex("block", end, "first", "branch")
            .addLayer("linear", linear(2), "block")
            .addLayer("out", mse(), "linear")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(4))
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  private static INDArray features(long... shape) {
    return Nd4j.linspace(-1, 2, Nd4j.create(shape).length(), DataType.FLOAT).reshape(shape);
  }

  private static UncertainPrediction predict(Model net, int samples, INDArray x) {
    return MonteCarloDropout.of(net).samples(samples).seed(4).maxBytes(1 << 20).build().predict(x);
  }

  /**
   * In a linear network, with a mask whose mean is 1, the mean of the samples tends to the output
   * at test time. Six standard errors, which a right mean exceeds with a chance of 2e-9 an output.
   */
  private static void assertMeanIs(INDArray expected, UncertainPrediction prediction) {
    INDArray error = prediction.mean().sub(expected);
    INDArray bound = prediction.standardDeviation().mul(6 / Math.sqrt(SAMPLES));
    for (long i = 0; i < error.length(); i++) {
      assertThat(error.getDouble(i)).isCloseTo(0, within(bound.getDouble(i)));
      assertThat(bound.getDouble(i)).isPositive();
    }
  }

  @Test
  void predict_concreteDropout_meanIsTheOutputAtTestTime() {
    MultiLayerNetwork net =
        network(InputType.feedForward(4), linear(6), concrete(linear(2)), mse());
    INDArray x = features(3, 4);
    assertMeanIs(net.output(x), predict(net, SAMPLES, x)); // p is 0.5: the mask's mean is exact
  }

  @Test
  void predict_concreteDropout_dropsWithTheProbabilityLearned() {
    MultiLayerNetwork net =
        network(InputType.feedForward(4), linear(6), concrete(linear(2)), mse());
    INDArray x = features(3, 4);
    MonteCarloDropout dropout = MonteCarloDropout.of(net).samples(5).seed(1).build();
    assertThat(dropout.predict(x).standardDeviation().minNumber().doubleValue()).isPositive();
    net.getLayer(1).getParam("retainLogit").assign(50); // as if learned: p = 1
    INDArray samples = dropout.predict(x).samples();
    for (int t = 0; t < 5; t++) {
      INDArray difference = samples.slice(t).sub(net.output(x));
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-6);
    }
  }

  @Test
  void predict_concreteDropoutOfChannels_isStochastic() {
    MultiLayerNetwork net =
        network(
            InputType.convolutional(6, 6, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            concrete(new ConvolutionLayer.Builder(2, 2).nOut(3).build()),
            linear(2),
            mse());
    assertThat(predict(net, 50, features(2, 2, 6, 6)).standardDeviation().minNumber().doubleValue())
        .isPositive();
  }

  @Test
  void predict_stochasticDepth_meanIsTheOutputAtTestTime() {
    INDArray x = features(3, 4);
    ComputationGraph graph = residual(new StochasticDepth(new DropPath(0.6, 1)));
    assertMeanIs(graph.outputSingle(x), predict(graph, SAMPLES, x));
    ComputationGraph kept = residual(new StochasticDepth(1));
    INDArray difference = predict(kept, 1, x).samples().slice(0).sub(kept.outputSingle(x));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-6);
  }

  @Test
  void predict_stochasticDepthPerMinibatch_drawsForEveryExampleAndSample() {
    ComputationGraph graph = residual(new StochasticDepth(new DropPath(0.5, 1).perMinibatch()));
    INDArray samples = predict(graph, 200, Nd4j.ones(2, 4)).samples();
    int first = 0;
    int same = 0;
    for (int t = 0; t < 200; t++) { // two outcomes: with and without the branch
      first += samples.slice(t).getDouble(0, 0) == samples.getDouble(0, 0, 0) ? 1 : 0;
      same += samples.slice(t).getDouble(0, 0) == samples.slice(t).getDouble(1, 0) ? 1 : 0;
    }
    // of 200 with chance 1/2: outside is 6 standard deviations, chance 2e-9 each
    assertThat(first).isBetween(58, 142);
    assertThat(same).isBetween(58, 142);
  }

  @Test
  void predict_stochasticDepthWithSchedule_usesThePresentProbability() {
    DropPath curriculum =
        new DropPath(new CurriculumRetainSchedule(ScheduleType.ITERATION, 0.1, 1));
    ComputationGraph graph = residual(new StochasticDepth(curriculum));
    INDArray x = features(3, 4);
    INDArray atStart = predict(graph, 3, x).standardDeviation(); // p = 1
    graph.getConfiguration().setIterationCount(100);
    INDArray later = predict(graph, 100, x).standardDeviation(); // p = 0.1
    assertThat(atStart.maxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(later.minNumber().doubleValue()).isGreaterThan(1e-3);
  }

  /** A frozen layer is in test mode in training, too. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void build_onlyFrozenDropout_isNoDropout(boolean concrete) {
    Layer dropping =
        concrete
            ? concrete(linear(6))
            : new DenseLayer.Builder().nOut(6).dropOut(new InvertedDropout(0.5)).build();
    InputType input = InputType.feedForward(4);
    Model frozen = network(input, new FrozenLayerWithBackprop(dropping), linear(2), mse());
    Model extractor =
        new TransferLearning.Builder(network(input, dropping.clone(), linear(2), mse()))
            .setFeatureExtractor(0)
            .build();
    for (Model net : new Model[] {frozen, extractor}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MonteCarloDropout.of(net).build())
          .withMessageContaining("the network has no dropout");
    }
  }
}
