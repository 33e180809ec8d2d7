package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MedianVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.training.network.NetworkCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.meta.Prediction;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class EnsembleTest {

  private static final DataSet DATA = TestNetworks.rings(90, 1);

  private static Ensemble ensemble() {
    return Ensemble.of(
        new SoftVote(),
        List.of(TestNetworks.network(1), TestNetworks.graph(2), TestNetworks.network(3)));
  }

  @Test
  void output_networksAndGraphs_isTheMeanOfTheirOutputs() {
    INDArray x = DATA.getFeatures();
    INDArray expected =
        TestNetworks.network(1)
            .output(x)
            .add(TestNetworks.graph(2).outputSingle(x))
            .add(TestNetworks.network(3).output(x))
            .div(3);
    assertThat(ensemble().output(x)).isEqualTo(expected);
  }

  @Test
  void of_networkTrainedFurther_isNotAffected() {
    MultiLayerNetwork net = TestNetworks.network(1);
    Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(net));
    INDArray before = ensemble.output(DATA.getFeatures());
    net.fit(DATA);
    assertThat(ensemble.output(DATA.getFeatures())).isEqualTo(before);
    assertThat(net.output(DATA.getFeatures())).isNotEqualTo(before);
    ((MultiLayerNetwork) ensemble.member(0)).fit(DATA);
    assertThat(ensemble.output(DATA.getFeatures())).isEqualTo(before);
  }

  @Test
  void evaluate_iterator_agreesWithPredict() {
    Ensemble ensemble = ensemble();
    int[] predicted = ensemble.predict(DATA.getFeatures());
    int[] truth = DATA.getLabels().argMax(1).toIntVector();
    long right = IntStream.range(0, 90).filter(i -> predicted[i] == truth[i]).count();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(DATA.asList(), 7);
    Evaluation evaluation = ensemble.evaluate(batches);
    assertThat(evaluation.accuracy()).isEqualTo(right / 90.0);
    assertThat(evaluation.getNumRowCounter()).isEqualTo(90);
    // a second time: the iterator is reset
    assertThat(ensemble.evaluate(batches).accuracy()).isEqualTo(right / 90.0);
  }

  @Test
  void output_fromEightThreads_isTheSame() throws Exception {
    Ensemble ensemble = ensemble();
    List<INDArray> inputs =
        IntStream.range(0, 64)
            .mapToObj(i -> TestNetworks.rings(10, i).getFeatures())
            .collect(Collectors.toList());
    List<float[][]> expected =
        inputs.stream().map(x -> ensemble.output(x).toFloatMatrix()).collect(Collectors.toList());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 10; round++) {
        List<Future<float[][]>> answers =
            inputs.stream()
                .map(x -> threads.submit(() -> ensemble.output(x).toFloatMatrix()))
                .collect(Collectors.toList());
        for (int i = 0; i < inputs.size(); i++) {
          assertThat(answers.get(i).get()).isDeepEqualTo(expected.get(i));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void withRule_hardVote_votes() {
    Ensemble hard = ensemble().withRule(new HardVote());
    assertThat(hard.rule()).isEqualTo(new HardVote());
    List<INDArray> outputs = hard.memberOutputs(DATA.getFeatures(), null);
    float[][] shares = hard.output(DATA.getFeatures()).toFloatMatrix();
    for (int i = 0; i < 90; i++) {
      double[] votes = new double[3];
      for (INDArray output : outputs) {
        votes[output.getRow(i).argMax().getInt(0)] += 1 / 3.0;
      }
      for (int c = 0; c < 3; c++) {
        // a tie of one vote each has a thousandth of a vote more for the winner
        assertThat(shares[i][c]).isCloseTo((float) votes[c], within(1e-3f));
      }
    }
  }

  private static List<INDArray> parameters(Ensemble ensemble) {
    return ensemble.views().members().stream().map(Model::params).collect(Collectors.toList());
  }

  @Test
  void withRule_closedInAnyOrder_releasesTheMembersWithTheLast() {
    Ensemble soft = ensemble();
    Ensemble hard = soft.withRule(new HardVote());
    Ensemble median = hard.withRule(new MedianVote());
    List<INDArray> parameters = parameters(soft);
    assertThat(parameters(median)).allMatch(p -> parameters.stream().anyMatch(q -> p == q));
    float[][] expected = hard.output(DATA.getFeatures()).toFloatMatrix();
    soft.close();
    soft.close(); // counts once
    median.close();
    assertThatIllegalStateException().isThrownBy(() -> soft.output(DATA.getFeatures()));
    assertThatIllegalStateException().isThrownBy(() -> soft.withRule(new HardVote()));
    assertThat(parameters).noneMatch(INDArray::wasClosed);
    assertThat(hard.output(DATA.getFeatures()).toFloatMatrix()).isDeepEqualTo(expected);
    hard.close();
    assertThat(parameters).allMatch(INDArray::wasClosed);
    hard.close();
  }

  @Test
  void withRule_notForThisNumberOfMembers_isRefused() {
    Ensemble ensemble = ensemble();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble.withRule(null))
        .withMessage("rule must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble.withRule(new HardVote(0.5, 0.5)));
    ensemble.close(); // nothing else holds the members
    assertThat(parameters(ensemble)).allMatch(INDArray::wasClosed);
  }

  /** Sharers come and go in four threads while all of them answer. */
  @Test
  void withRule_fromSeveralThreads_answersUntilTheLastIsClosed() throws Exception {
    Ensemble ensemble = ensemble();
    List<INDArray> parameters = parameters(ensemble);
    float[][] expected = ensemble.output(DATA.getFeatures()).toFloatMatrix();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        answers.add(
            threads.submit(
                () -> {
                  boolean same = true;
                  for (int i = 0; i < 50; i++) {
                    try (Ensemble shared = ensemble.withRule(ensemble.rule())) {
                      float[][] answer = shared.output(DATA.getFeatures()).toFloatMatrix();
                      same &= Arrays.deepEquals(answer, expected);
                    }
                  }
                  return same;
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(parameters).noneMatch(INDArray::wasClosed);
    ensemble.close();
    assertThat(parameters).allMatch(INDArray::wasClosed);
  }

  @Test
  void member_learningRateChanged_leavesTheSourceAlone() {
    MultiLayerNetwork net = TestNetworks.network(1);
    Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(net));
    ((MultiLayerNetwork) ensemble.member(0)).setLearningRate(0.7);
    assertThat(net.getLearningRate(0)).isEqualTo(0.02);
  }

  /** Two inputs, a class output and a number. */
  private static ComputationGraph twoInTwoOut(long seed) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .graphBuilder()
                .addInputs("a", "b")
                .addLayer("hidden", new DenseLayer.Builder().nIn(5).nOut(4).build(), "a", "b")
                .addLayer(
                    "class",
                    new OutputLayer.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build(),
                    "hidden")
                .addLayer(
                    "number",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "hidden")
                .setOutputs("class", "number")
                .build());
    graph.init();
    return graph;
  }

  @Test
  void outputs_severalInputsAndOutputs_eachIsTheMean() {
    List<ComputationGraph> graphs = List.of(twoInTwoOut(1), twoInTwoOut(2), twoInTwoOut(3));
    Ensemble ensemble = Ensemble.of(new SoftVote(), graphs);
    INDArray[] x = {Nd4j.randn(DataType.FLOAT, 6, 2), Nd4j.randn(DataType.FLOAT, 6, 3)};
    INDArray[] outputs = ensemble.outputs(x, null);
    for (int o = 0; o < 2; o++) {
      INDArray expected = graphs.get(0).output(x)[o].dup();
      expected.addi(graphs.get(1).output(x)[o]).addi(graphs.get(2).output(x)[o]).divi(3);
      assertThat(outputs[o]).isEqualTo(expected);
    }
    MultiDataSet data =
        new MultiDataSet(x, new INDArray[] {Nd4j.eye(6).get(all(), first(3)), outputs[1]});
    RegressionEvaluation numbers = new RegressionEvaluation();
    Evaluation classes = new Evaluation();
    ensemble.doEvaluation(new SingletonMultiDataSetIterator(data), List.of(classes, numbers));
    assertThat(numbers.meanSquaredError(0)).isZero();
    assertThat(classes.getNumRowCounter()).isEqualTo(6);
  }

  private static INDArrayIndex all() {
    return NDArrayIndex.all();
  }

  private static INDArrayIndex first(int columns) {
    return NDArrayIndex.interval(0, columns);
  }

  @Test
  void output_severalInputs_saysWhatToUse() {
    Ensemble ensemble = Ensemble.of(new SoftVote(), List.of(twoInTwoOut(1)));
    INDArray x = Nd4j.randn(DataType.FLOAT, 6, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> ensemble.output(x))
        .withMessageContaining("the members have 2 inputs and 2 outputs: use outputs(..)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble.outputs(new INDArray[] {x}, null))
        .withMessageContaining("for 2 inputs, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Ensemble.of(new SoftVote(), List.of(twoInTwoOut(1), TestNetworks.graph(1))))
        .withMessageContaining("got 2 and 2 of one and 1 and 1 of another");
  }

  @Test
  void close_thenOutput_isRefused() {
    Ensemble ensemble = ensemble();
    ensemble.close();
    ensemble.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> ensemble.output(DATA.getFeatures()))
        .withMessageContaining("the ensemble is closed");
  }

  @Test
  void of_badMembers_saysWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ensemble.of(new SoftVote(), List.of()))
        .withMessageContaining("at least 1 member, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Ensemble.of(
                    new SoftVote(), List.of(new MultiLayerNetwork(TestNetworks.configuration(1)))))
        .withMessageContaining("call init() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ensemble().member(3))
        .withMessageContaining("index must be in [0, 3), got 3");
  }

  @Test
  void evaluate_iteratorWithNamesOfClasses_hasThem() {
    ListDataSetIterator<DataSet> named =
        new ListDataSetIterator<>(DATA.asList(), 30) {
          @Override
          public List<String> getLabels() {
            return List.of("left", "middle", "right");
          }
        };
    assertThat(ensemble().evaluate(named).getLabelsList())
        .containsExactly("left", "middle", "right");
  }

  @Test
  void evaluate_metaDataOfExamples_tellsWhichWereWrong() {
    DataSet data = TestNetworks.rings(30, 2);
    data.setExampleMetaData(IntStream.range(0, 30).boxed().collect(Collectors.toList()));
    int[] predicted = ensemble().predict(data.getFeatures());
    List<Object> wrong = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      if (data.getLabels().getDouble(i, predicted[i]) != 1) {
        wrong.add(i);
      }
    }
    Evaluation evaluation = ensemble().evaluate(new ExistingDataSetIterator(List.of(data)));
    assertThat(evaluation.getPredictionErrors())
        .extracting(Prediction::getRecordMetaData)
        .containsExactlyInAnyOrderElementsOf(wrong)
        .isNotEmpty();
  }

  /** Each stage is the vote of the first members, by hand: sums of w_m y_m over sums of w_m. */
  @Test
  void stages_weightedVote_areThoseOfTheFirstMembers() {
    List<MultiLayerNetwork> networks =
        List.of(TestNetworks.network(1), TestNetworks.network(2), TestNetworks.network(3));
    double[] weights = {0.5, 2, 1};
    INDArray x = TestNetworks.rings(4, 1).getFeatures();
    List<INDArray> stages = Ensemble.of(new WeightedVote(weights), networks).stages(x);
    assertThat(stages).hasSize(3);
    double[][] sums = new double[4][3];
    double sum = 0;
    for (int m = 0; m < 3; m++) {
      INDArray y = networks.get(m).output(x);
      sum += weights[m];
      for (int i = 0; i < 4; i++) {
        for (int c = 0; c < 3; c++) {
          sums[i][c] += weights[m] * y.getDouble(i, c);
          assertThat(stages.get(m).getDouble(i, c)).isCloseTo(sums[i][c] / sum, within(1e-6));
        }
      }
    }
  }

  /** Deeplearning4j computes these layers in the memory of their input. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void output_membersWriteIntoTheirInput_seeTheCallersAndLeaveItAlone(boolean prelu) {
    List<MultiLayerNetwork> members = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      MultiLayerNetwork member =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(seed)
                  .list()
                  .layer(
                      prelu
                          ? new PReLULayer.Builder().inputShape(2).build()
                          : new ActivationLayer.Builder().activation(Activation.TANH).build())
                  .layer(
                      new DenseLayer.Builder().nIn(2).nOut(5).activation(Activation.TANH).build())
                  .layer(
                      new OutputLayer.Builder()
                          .nIn(5)
                          .nOut(3)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .build());
      member.init();
      if (prelu) {
        member.getParam("0_W").assign(-2);
      }
      members.add(member);
    }
    INDArray features = Nd4j.randn(DataType.FLOAT, 4, 2);
    INDArray kept = features.dup();
    INDArray expected = Nd4j.zeros(DataType.FLOAT, 4, 3);
    members.forEach(member -> expected.addi(member.output(kept.dup()).div(3)));
    DataSet examples = new DataSet(features, Nd4j.eye(3).getRows(0, 1, 2, 0));
    try (Ensemble ensemble = Ensemble.of(new SoftVote(), members);
        Ensemble exact = ensemble.exact()) {
      for (int i = 0; i < 2; i++) {
        assertThat(exact.output(features).equalsWithEps(expected, 1e-6)).isTrue();
        assertThat(ensemble.output(features).equalsWithEps(expected, 1e-6)).isTrue();
        assertThat(exact.outputs(new INDArray[] {features}, null)[0].equalsWithEps(expected, 1e-6))
            .isTrue();
      }
      double score = NetworkCalls.score(members.get(0), examples);
      assertThat(NetworkCalls.score(members.get(0), examples)).isEqualTo(score);
      assertThat(features).isEqualTo(kept);
      assertThat(ensemble.toComputationGraph().outputSingle(features).equalsWithEps(expected, 1e-6))
          .isTrue();
      assertThat(features).isEqualTo(kept);
    }
  }
}
