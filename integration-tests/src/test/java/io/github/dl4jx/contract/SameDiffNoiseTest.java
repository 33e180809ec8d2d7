package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.UpdaterWrapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Which noise SameDiff's variables get, and which iterations and epochs updaters see there. */
class SameDiffNoiseTest {

  private static final DataSet BATCH =
      new DataSet(Nd4j.createFromArray(new float[][] {{1, 2, 3}}), Nd4j.zeros(1, 1));

  private static IUpdater noisy() {
    return GradientNoise.around(new Sgd(1)).eta(1).seed(5).build();
  }

  private static SameDiff trained(SameDiff sd, SDVariable output, IUpdater updater) {
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 1);
    output.sub(labels).mul(output.sub(labels)).mean("loss");
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    return sd;
  }

  /** y = in (u + v), of two variables. */
  private static SameDiff twoVariables(IUpdater updater) {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 3);
    SDVariable u = sd.var("u", Nd4j.ones(DataType.FLOAT, 3, 1));
    SDVariable v = sd.var("v", Nd4j.ones(DataType.FLOAT, 3, 1));
    return trained(sd, in.mmul(u.add(v)), updater);
  }

  /** The same of one variable. */
  private static SameDiff oneVariable(IUpdater updater) {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 3);
    SDVariable weights = sd.var("weights", Nd4j.ones(DataType.FLOAT, 6));
    SDVariable u = weights.get(SDIndex.interval(0, 3)).reshape(3, 1);
    SDVariable v = weights.get(SDIndex.interval(3, 6)).reshape(3, 1);
    return trained(sd, in.mmul(u.add(v)), updater);
  }

  private static float[] values(SameDiff sd, String name) {
    return sd.getVariable(name).getArr().dup().data().asFloat();
  }

  /** What the noise changed in a step at rate 1. */
  private static float[] noise(Function<IUpdater, float[]> training) {
    float[] noisy = training.apply(noisy());
    float[] plain = training.apply(new Sgd(1));
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] -= plain[i];
    }
    return noisy;
  }

  private static float[] step(SameDiff sd, String name) {
    sd.fit(BATCH);
    return values(sd, name);
  }

  private static INDArray array(float[] values, int from, int to) {
    return Nd4j.createFromArray(Arrays.copyOfRange(values, from, to));
  }

  /** What users are warned of. */
  @Test
  void variablesOfTheirOwn_shareOneNoise() {
    float[] u = noise(updater -> step(twoVariables(updater), "u"));
    float[] v = noise(updater -> step(twoVariables(updater), "v"));
    assertThat(array(v, 0, 3)).isEqualTo(array(u, 0, 3));
  }

  @Test
  void slicesOfOneVariable_trainTheSameAndHaveNoiseOfTheirOwn() {
    SameDiff one = oneVariable(new Sgd(0.01));
    SameDiff two = twoVariables(new Sgd(0.01));
    for (int step = 0; step < 3; step++) {
      one.fit(BATCH);
      two.fit(BATCH);
    }
    float[] weights = values(one, "weights");
    assertThat(array(weights, 0, 3)).isEqualTo(array(values(two, "u"), 0, 3));
    assertThat(array(weights, 3, 6)).isEqualTo(array(values(two, "v"), 0, 3));
    assertThat(weights[0]).isNotEqualTo(1f);
    float[] noise = noise(updater -> step(oneVariable(updater), "weights"));
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(noise[i] - noise[i + 3])).isGreaterThan(1e-3f);
    }
  }

  /** y = in (u + v) as a layer of a network. */
  public static final class TwoWeights extends SameDiffLayer {

    @Override
    public SDVariable defineLayer(
        SameDiff sd, SDVariable in, Map<String, SDVariable> params, SDVariable mask) {
      return in.mmul(params.get("u").add(params.get("v")));
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      params.addWeightParam("u", 3, 1);
      params.addWeightParam("v", 3, 1);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      params.values().forEach(values -> values.assign(1));
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return InputType.feedForward(1);
    }
  }

  private static float[] layerStep(IUpdater updater) {
    MultiLayerNetwork net =
        Networks.network(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(new TwoWeights())
                .layer(
                    new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.fit(BATCH);
    return net.params().toFloatVector();
  }

  @Test
  void layerOfANetwork_hasNoiseOfItsOwnForEachParameter() {
    float[] noise = noise(SameDiffNoiseTest::layerStep);
    assertThat(noise).hasSize(6);
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(noise[i] - noise[i + 3])).isGreaterThan(1e-3f);
    }
  }

  /** Writes down when it is called. */
  private static final class Recorder extends UpdaterWrapper {

    private static final long serialVersionUID = 1;

    private final transient List<String> calls;

    Recorder(List<String> calls) {
      super(new Sgd(0.001));
      this.calls = calls;
    }

    @Override
    protected void transform(INDArray gradient, Step step) {
      calls.add(step.iteration() + "/" + step.epoch());
    }

    @Override
    public Recorder clone() {
      return new Recorder(calls);
    }
  }

  /** Without a listener: every iteration is counted, epochs by iterators only. */
  @Test
  void fit_iteratorThenDataSets_countIterationsAndTheIteratorsEpochs() {
    List<String> calls = new ArrayList<>();
    SameDiff sd = oneVariable(new Recorder(calls));
    sd.fit(new ListDataSetIterator<>(List.of(BATCH, BATCH), 1), 2);
    sd.fit(BATCH);
    sd.fit(BATCH);
    assertThat(calls).containsExactly("0/0", "1/0", "2/1", "3/1", "4/2", "5/2");
  }

  @Test
  void fit_dataSetsOnly_staysInEpochZero() {
    List<String> calls = new ArrayList<>();
    SameDiff sd = oneVariable(new Recorder(calls));
    for (int step = 0; step < 3; step++) {
      sd.fit(BATCH);
    }
    assertThat(calls).containsExactly("0/0", "1/0", "2/0");
  }

  @Test
  void noise_ofAnIteratorsIterations_isAnotherEachTime() {
    float[] twoSteps =
        noise(
            updater -> {
              SameDiff sd = noGradient(updater);
              sd.fit(new ListDataSetIterator<>(List.of(BATCH, BATCH), 1), 1);
              return values(sd, "w");
            });
    float[] oneStep = noise(updater -> step(noGradient(updater), "w"));
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(twoSteps[i] - 2 * oneStep[i])).isGreaterThan(1e-3f);
    }
  }

  /** A variable whose gradient is zero: only noise moves it. */
  private static SameDiff noGradient(IUpdater updater) {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 3);
    SDVariable w = sd.var("w", Nd4j.ones(DataType.FLOAT, 3, 1));
    return trained(sd, in.mmul(w.mul(0)), updater);
  }
}
