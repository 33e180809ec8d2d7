package io.github.dl4jx.ensembles.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FeatureSubsetTest {

  private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();

  private static MultiLayerConfiguration configuration(FeatureSubset subset) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .list()
        .layer(new OutputLayer.Builder().nIn(3).nOut(2).activation(Activation.SOFTMAX).build())
        .inputPreProcessor(0, subset)
        .build();
  }

  @Test
  void preProcess_matrix_clearsWhatIsNotKept() {
    INDArray x = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    INDArray y = new FeatureSubset(3, new int[] {0, 2}).preProcess(x, 2, NONE);
    assertThat(y).isEqualTo(Nd4j.createFromArray(new float[][] {{1, 0, 3}, {4, 0, 6}}));
    assertThat(x).isEqualTo(Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}));
  }

  @Test
  void preProcess_sequenceOfDoubles_clearsAllSteps() {
    INDArray x = Nd4j.createFromArray(new double[][][] {{{1, 2}, {3, 4}}}).dup('f');
    INDArray y = new FeatureSubset(2, new int[] {1}).preProcess(x, 1, NONE);
    assertThat(y).isEqualTo(Nd4j.createFromArray(new double[][][] {{{0, 0}, {3, 4}}}));
  }

  @Test
  void preProcess_wholeNumbers_staysOfTheirType() {
    for (DataType type : new DataType[] {DataType.INT32, DataType.UINT8, DataType.INT64}) {
      INDArray x = Nd4j.createFromArray(new int[][] {{1, 200, 3}}).castTo(type);
      INDArray y = new FeatureSubset(3, new int[] {1}).preProcess(x, 1, NONE);
      assertThat(y).isEqualTo(Nd4j.createFromArray(new int[][] {{0, 200, 0}}).castTo(type));
    }
  }

  @Test
  void backprop_gradient_isMaskedTheSame() {
    INDArray epsilon = Nd4j.ones(DataType.FLOAT, 1, 3);
    INDArray y = new FeatureSubset(3, new int[] {1}).backprop(epsilon, 1, NONE);
    assertThat(y).isEqualTo(Nd4j.createFromArray(new float[][] {{0, 1, 0}}));
  }

  @Test
  void output_featureNotKept_hasNoInfluence() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(configuration(new FeatureSubset(3, new int[] {0, 2})));
    net.init();
    INDArray one = net.output(Nd4j.createFromArray(new float[][] {{1, 2, 3}}));
    assertThat(net.output(Nd4j.createFromArray(new float[][] {{1, -9, 3}}))).isEqualTo(one);
    assertThat(net.output(Nd4j.createFromArray(new float[][] {{1, 2, 4}}))).isNotEqualTo(one);
  }

  @Test
  void json_configuration_comesBackEqual() {
    MultiLayerConfiguration conf = configuration(new FeatureSubset(3, new int[] {0, 2}));
    MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(conf.toJson());
    assertThat(back.getInputPreProcess(0)).isEqualTo(new FeatureSubset(3, new int[] {0, 2}));
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml()).getInputPreProcess(0))
        .isEqualTo(conf.getInputPreProcess(0))
        .isNotEqualTo(new FeatureSubset(3, new int[] {0, 1}));
    assertThat(conf.clone().getInputPreProcess(0)).isEqualTo(conf.getInputPreProcess(0));
  }

  @Test
  void new_badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSubset(0, new int[] {0}))
        .withMessage("features must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSubset(3, new int[0]))
        .withMessage("kept must have at least 1 index, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSubset(3, new int[] {2, 2}))
        .withMessage("kept must ascend within [0, 3), got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSubset(3, new int[] {3}))
        .withMessage("kept must ascend within [0, 3), got 3");
  }

  @Test
  void preProcess_otherShape_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSubset(3, new int[] {0}).preProcess(Nd4j.ones(2, 4), 2, NONE))
        .withMessageStartingWith("the input must be [examples, 3] or [examples, 3, steps], got");
  }
}
