package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.regularizers.constraint.MaxNorm;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.AdEMAMix;
import io.github.dl4jx.updaters.AdaBelief;
import io.github.dl4jx.updaters.Adan;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Stacked members take the steps that they take alone: on one batch of all rows the order of the
 * rows is of no account. Three steps, so that the state of the updaters counts, too.
 */
class StackedStepTest {

  private static final int MEMBERS = 3;
  private static final int ROWS = 20;
  private static final int STEPS = 3;

  static Stream<Arguments> updaters() {
    return Stream.<IUpdater>of(
            new Sgd(0.1),
            new Adam(0.01),
            new AdaMax(0.01),
            new AdaDelta(),
            new AdaGrad(0.01),
            new AMSGrad(0.01),
            new Nadam(0.01),
            new Nesterovs(0.05, 0.9),
            new NoOp(),
            new RmsProp(0.01),
            AdEMAMix.of(0.01).build(),
            AdaBelief.of(0.01).build(),
            Adan.of(0.01).build(),
            Lion.of(0.01).build(),
            new SignSgd(0.01),
            SignGradient.around(new Sgd(0.01)),
            new Signum(0.01),
            Sgld.of(0.01, ROWS).temperature(0).build(),
            Sghmc.of(0.01, ROWS).temperature(0).build(),
            GradientClipping.around(new Sgd(0.1)).byValue(0.01),
            Lookahead.around(new Sgd(0.1)).steps(2).build(),
            Vectorized.around(new Adam(1e-3)))
        .map(updater -> Arguments.of(Named.of(updater.getClass().getSimpleName(), updater)));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void fit_updater_stepsAsAlone(IUpdater updater) {
    assertSteps(configuration(b -> b.updater(updater)), data(1, 3), 1e-5);
  }

  static Stream<Arguments> settings() {
    Map<String, Consumer<NeuralNetConfiguration.Builder>> table =
        Map.of(
            "l1 and l2", b -> b.updater(new Sgd(0.1)).l1(0.01).l2(0.02).l1Bias(0.01).l2Bias(0.02),
            "weight decay", b -> b.weightDecay(0.1).weightDecayBias(0.1),
            "clip",
                b ->
                    b.gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                        .gradientNormalizationThreshold(0.01),
            "not by minibatch", b -> b.miniBatch(false),
            "other updater of biases", b -> b.biasUpdater(new Sgd(0.3)),
            "max norm", b -> b.constrainWeights(new MaxNormConstraint(0.5, 0), new MaxNorm(0.4)),
            "unit norm", b -> b.constrainWeights(new UnitNormConstraint(0)),
            "min max norm", b -> b.constrainWeights(new MinMaxNormConstraint(0.4, 0.6, 0)),
            "non-negative",
                b ->
                    b.constrainWeights(new NonNegativeConstraint())
                        .constrainBias(new NonNegativeConstraint()),
            "double", b -> b.dataType(DataType.DOUBLE));
    return table.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void fit_setting_stepsAsAlone(String name, Consumer<NeuralNetConfiguration.Builder> setting) {
    assertSteps(configuration(setting), data(1, 3), 1e-5);
  }

  static Stream<Arguments> shapes() {
    Map<String, UnaryOperator<NeuralNetConfiguration.ListBuilder>> table =
        Map.of(
            "one output", list -> list.layer(dense(4, 6)).layer(output(6, 1, LossFunction.MSE)),
            "no hidden layer", list -> list.layer(output(4, 3, LossFunction.MCXENT)),
            "one unit", list -> list.layer(dense(4, 1)).layer(output(1, 3, LossFunction.MCXENT)),
            "three hidden layers",
                list ->
                    list.layer(dense(4, 7))
                        .layer(dense(7, 6))
                        .layer(dense(6, 5))
                        .layer(output(5, 3, LossFunction.MCXENT)),
            "softmax in between",
                list ->
                    list.layer(dense(4, 6))
                        .layer(new ActivationLayer(Activation.SOFTMAX))
                        .layer(output(6, 3, LossFunction.MCXENT)),
            "activation first",
                list ->
                    list.layer(new ActivationLayer(Activation.TANH))
                        .layer(dense(4, 6))
                        .layer(output(6, 3, LossFunction.MCXENT)),
            "no bias",
                list ->
                    list.layer(new DenseLayer.Builder().nIn(4).nOut(6).hasBias(false).build())
                        .layer(
                            new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(6)
                                .nOut(3)
                                .hasBias(false)
                                .activation(Activation.SOFTMAX)
                                .build()),
            "mean squares", list -> list.layer(dense(4, 6)).layer(output(6, 3, LossFunction.MSE)),
            "binary",
                list ->
                    list.layer(dense(4, 6))
                        .layer(
                            new OutputLayer.Builder(LossFunction.XENT)
                                .nIn(6)
                                .nOut(3)
                                .activation(Activation.SIGMOID)
                                .build()));
    return table.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void fit_shape_stepsAsAlone(
      String name, UnaryOperator<NeuralNetConfiguration.ListBuilder> layers) {
    MultiLayerConfiguration conf =
        layers.apply(new NeuralNetConfiguration.Builder().updater(new Adam(0.01)).list()).build();
    int columns = name.equals("one output") ? 1 : 3;
    assertSteps(conf, data(1, columns), 1e-5);
    assertSteps(conf, masked(data(1, columns), 1), 1e-5);
    if (!conf.toJson().contains("LossMCXENT")) { // which refuses a mask of single outputs
      assertSteps(conf, masked(data(1, columns), columns), 1e-5);
    }
  }

  private static void assertSteps(MultiLayerConfiguration conf, DataSet data, double tolerance) {
    TrainingData rows = TrainingData.of(data, ROWS);
    assertSame(
        DeepEnsemble.of(conf).members(MEMBERS).seed(3).build().fit(rows, STEPS),
        DeepEnsemble.of(conf).members(MEMBERS).seed(3).stacked().build().fit(rows, STEPS),
        tolerance);
    assertSame(
        Bagging.of(conf).members(MEMBERS).seed(4).build().fit(rows, STEPS),
        Bagging.of(conf).members(MEMBERS).seed(4).stacked(2).build().fit(rows, STEPS),
        tolerance);
  }

  private static void assertSame(Ensemble alone, Ensemble stacked, double tolerance) {
    try (alone;
        stacked) {
      for (int m = 0; m < MEMBERS; m++) {
        MultiLayerNetwork expected = (MultiLayerNetwork) alone.member(m);
        MultiLayerNetwork actual = (MultiLayerNetwork) stacked.member(m);
        assertThat(actual.getLayerWiseConfigurations().toJson())
            .isEqualTo(expected.getLayerWiseConfigurations().toJson());
        double largest = expected.params().sub(actual.params()).amaxNumber().doubleValue();
        assertThat(largest).as("member %s of %s", m, stacked).isLessThan(tolerance);
      }
    }
  }

  private static MultiLayerConfiguration configuration(
      Consumer<NeuralNetConfiguration.Builder> setting) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.TANH)
            .updater(new Adam(0.01));
    setting.accept(builder);
    return builder
        .list()
        .layer(dense(4, 6))
        .layer(dense(6, 5))
        .layer(output(5, 3, LossFunction.MCXENT))
        .build();
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int in, int out, LossFunction loss) {
    return new OutputLayer.Builder(loss)
        .nIn(in)
        .nOut(out)
        .activation(loss == LossFunction.MSE ? Activation.IDENTITY : Activation.SOFTMAX)
        .build();
  }

  private static DataSet data(long seed, int classes) {
    Nd4j.getRandom().setSeed(seed);
    INDArray features = Nd4j.randn(DataType.FLOAT, ROWS, 4);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS, classes);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return new DataSet(features, labels);
  }

  private static DataSet masked(DataSet data, int columns) {
    INDArray mask = Nd4j.ones(DataType.FLOAT, ROWS, columns);
    for (int i : List.of(2, 5, 11)) {
      mask.putScalar(i, i % columns, 0);
    }
    data.setLabelsMaskArray(mask);
    return data;
  }
}
