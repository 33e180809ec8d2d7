package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MedianVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

class EnsembleGraphTest {

  private static final DataSet DATA = TestNetworks.rings(60, 1);
  private static final INDArray X = DATA.getFeatures();

  @TempDir File folder;

  private static Ensemble mixed(CombinationRule rule) {
    return Ensemble.of(
        rule, List.of(TestNetworks.network(1), TestNetworks.graph(2), TestNetworks.network(3)));
  }

  private static MultiLayerNetwork init(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  private ComputationGraph savedAndLoaded(ComputationGraph graph) throws IOException {
    File file = new File(folder, "graph.zip");
    ModelSerializer.writeModel(graph, file, true);
    return ModelSerializer.restoreComputationGraph(file);
  }

  @Test
  void toComputationGraph_everyRule_answersAsTheEnsembleDoes() throws IOException {
    for (CombinationRule rule :
        List.of(
            new SoftVote(), new HardVote(), new MedianVote(), new WeightedVote(0.5, 0.2, 0.3))) {
      Ensemble ensemble = mixed(rule);
      ComputationGraph graph = ensemble.toComputationGraph();
      INDArray expected = ensemble.output(X);
      assertThat(graph.outputSingle(X)).as(rule.name()).isEqualTo(expected);
      assertThat(savedAndLoaded(graph).outputSingle(X)).as(rule.name()).isEqualTo(expected);
    }
  }

  @Test
  void toComputationGraph_softVote_hasOnlyVerticesOfDl4j() {
    String json = mixed(new SoftVote()).toComputationGraph().getConfiguration().toJson();
    assertThat(json).contains("member-0-0", "ElementWiseVertex").doesNotContain("dl4jx");
  }

  @Test
  void toComputationGraph_evaluatedAndScored_isAnOrdinaryModel() {
    Ensemble ensemble = mixed(new SoftVote());
    ComputationGraph graph = ensemble.toComputationGraph();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(DATA.asList(), 7);
    assertThat(graph.<Evaluation>evaluate(batches).accuracy())
        .isEqualTo(ensemble.evaluate(batches).accuracy());
    double[][] p = ensemble.output(X).castTo(DataType.DOUBLE).toDoubleMatrix();
    int[] classes = DATA.getLabels().argMax(1).toIntVector();
    double nll = 0;
    for (int i = 0; i < classes.length; i++) {
      nll -= Math.log(p[i][classes[i]]) / classes.length;
    }
    assertThat(graph.score(DATA)).isCloseTo(nll, within(1e-6));
  }

  @Test
  void toComputationGraph_ensembleClosed_keepsItsOwnParameters() {
    Ensemble ensemble = mixed(new SoftVote());
    ComputationGraph graph = ensemble.toComputationGraph();
    INDArray expected = ensemble.output(X);
    ensemble.close();
    assertThat(graph.outputSingle(X)).isEqualTo(expected);
  }

  @Test
  void toComputationGraph_convolutionsWithBatchNorm_takesFlatImages() {
    List<Model> members = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      MultiLayerNetwork net =
          init(
              new NeuralNetConfiguration.Builder()
                  .seed(seed)
                  .activation(Activation.RELU)
                  .list()
                  .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                  .layer(new BatchNormalization())
                  .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                  .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                  .setInputType(InputType.convolutionalFlat(8, 8, 1))
                  .build());
      net.fit(Nd4j.rand(DataType.FLOAT, 16, 64), Nd4j.eye(16).get(all(), to(3)));
      members.add(net);
    }
    Ensemble ensemble = Ensemble.of(new SoftVote(), members);
    INDArray images = Nd4j.rand(DataType.FLOAT, 5, 64);
    assertThat(ensemble.toComputationGraph().outputSingle(images))
        .isEqualTo(ensemble.output(images));
  }

  private static INDArrayIndex all() {
    return NDArrayIndex.all();
  }

  private static INDArrayIndex to(int end) {
    return NDArrayIndex.interval(0, end);
  }

  @Test
  void toComputationGraph_maskedSequences_answersAsTheEnsembleDoes() {
    List<Model> members = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      members.add(
          init(
              new NeuralNetConfiguration.Builder()
                  .seed(seed)
                  .list()
                  .layer(new LSTM.Builder().nIn(3).nOut(5).build())
                  .layer(
                      new RnnOutputLayer.Builder()
                          .nIn(5)
                          .nOut(2)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .build()));
    }
    INDArray x = Nd4j.rand(DataType.FLOAT, 4, 3, 6);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 6);
    mask.putScalar(1, 5, 0);
    mask.putScalar(1, 4, 0);
    for (CombinationRule rule : List.of(new SoftVote(), new HardVote())) {
      Ensemble ensemble = Ensemble.of(rule, members);
      INDArray output =
          ensemble.toComputationGraph().output(false, new INDArray[] {x}, new INDArray[] {mask})[0];
      assertThat(output).as(rule.name()).isEqualTo(ensemble.output(x, mask));
    }
  }

  @Test
  void toComputationGraph_ruleOfTheUserOrInputNamedElsewhere_isRefused() {
    CombinationRule first =
        new CombinationRule() {
          @Override
          public INDArray combine(List<INDArray> outputs) {
            return outputs.get(0).dup();
          }

          @Override
          public String name() {
            return "first";
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixed(first).toComputationGraph())
        .withMessageContaining("got first");
    Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(lastStep("a"), lastStep("a"), lastStep("b")));
    assertThatIllegalArgumentException()
        .isThrownBy(ensemble::toComputationGraph)
        .withMessageContaining("LastTimeStepVertex last names its graph's input, b: it must be a");
  }

  private static ComputationGraph lastStep(String input) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs(input)
                .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(5).build(), input)
                .addVertex("last", new LastTimeStepVertex(input), "lstm")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nIn(5).nOut(2).activation(Activation.SOFTMAX).build(),
                    "last")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }
}
