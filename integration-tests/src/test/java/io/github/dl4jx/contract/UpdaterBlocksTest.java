package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.UpdaterRow.Rule.ANY_BLOCKS;
import static io.github.dl4jx.contract.UpdaterRow.Rule.FIXED_LEARNING_RATE;
import static io.github.dl4jx.contract.UpdaterRow.Rule.LAYERS_AS_BLOCKS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every updater when Deeplearning4j groups the parameters into other blocks. */
class UpdaterBlocksTest {

  private static final String UPDATERS = "io.github.dl4jx.contract.UpdaterContractTest#updaters";

  /** Layers with updaters of their own, so that one learning rate can be changed. */
  private static MultiLayerNetwork network(UpdaterRow row) {
    return Networks.network(Networks.layerByLayer(row.updater(), row.updater()));
  }

  private static int blocks(MultiLayerNetwork net) {
    return ((BaseMultiLayerUpdater<?>) net.getUpdater()).getUpdaterBlocks().size();
  }

  private static void assertSame(MultiLayerNetwork actual, MultiLayerNetwork expected) {
    assertThat(actual.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void setLearningRate_inMidTraining_isObeyedAndKeepsTheState(UpdaterRow row) {
    MultiLayerNetwork net = Networks.network(row.updater(), DataType.FLOAT);
    MultiLayerNetwork unchanged = Networks.network(row.updater(), DataType.FLOAT);
    Networks.fit(net, 0, 10);
    Networks.fit(unchanged, 0, 10);
    net.setLearningRate(0.5);
    assertThat(net.getLearningRate(0)).isEqualTo(0.5);
    assertSame(net, unchanged);
    assertThat(Networks.state(net)).isEqualTo(Networks.state(unchanged));
    Networks.fit(net, 10, 11);
    Networks.fit(unchanged, 10, 11);
    assertThat(net.params().toFloatVector()).isNotEqualTo(unchanged.params().toFloatVector());
  }

  /** A frozen bias splits the parameters into other blocks; no step of the rest may change. */
  @ParameterizedTest
  @MethodSource(UPDATERS)
  void blocks_splitByAnotherUpdater_sameStepElsewhere(UpdaterRow row) {
    row.assume(ANY_BLOCKS);
    MultiLayerNetwork whole = Networks.network(row.updater(), DataType.FLOAT);
    MultiLayerNetwork split = Networks.network(Networks.frozenHiddenBias(row.updater()));
    split.setParams(whole.params());
    Networks.fit(whole, 0, 1);
    Networks.fit(split, 0, 1);
    for (String parameter : List.of("0_W", "1_W", "1_b")) {
      assertThat(split.getParam(parameter).dup().data().asFloat())
          .isEqualTo(whole.getParam(parameter).dup().data().asFloat());
    }
    assertThat(split.getParam("0_b")).isNotEqualTo(whole.getParam("0_b"));
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void setLearningRate_splitAndJoinedInMidTraining_everyParameterKeepsItsState(UpdaterRow row) {
    row.assume(FIXED_LEARNING_RATE);
    MultiLayerNetwork net = network(row);
    MultiLayerNetwork untouched = network(row);
    double rate = row.updater().getLearningRate(0, 0);
    Networks.fit(net, 0, 10);
    Networks.fit(untouched, 0, 10);
    assertThat(blocks(net)).isEqualTo(1);
    net.setLearningRate(1, 2 * rate);
    assertThat(blocks(net)).isEqualTo(2);
    net.setLearningRate(1, rate);
    assertThat(blocks(net)).isEqualTo(1);
    assertThat(Networks.state(net)).isEqualTo(Networks.state(untouched));
    Networks.fit(net, 10, 20);
    Networks.fit(untouched, 10, 20);
    assertSame(net, untouched);
  }

  /**
   * The next number above the learning rate makes another configuration, hence another block, but
   * the same steps in single precision.
   */
  @ParameterizedTest
  @MethodSource(UPDATERS)
  void setLearningRate_splitInMidTraining_sameStepsAsUntouched(UpdaterRow row) {
    row.assume(FIXED_LEARNING_RATE);
    row.assume(LAYERS_AS_BLOCKS);
    MultiLayerNetwork net = network(row);
    MultiLayerNetwork untouched = network(row);
    double rate = row.updater().getLearningRate(0, 0);
    Networks.fit(net, 0, 10);
    Networks.fit(untouched, 0, 10);
    net.setLearningRate(1, Math.nextUp(rate));
    Networks.fit(net, 10, 20);
    Networks.fit(untouched, 10, 20);
    assertThat(blocks(net)).isEqualTo(2);
    assertSame(net, untouched);
    net.setLearningRate(1, rate);
    assertThat(blocks(net)).isEqualTo(1);
    assertThat(Networks.state(net)).isEqualTo(Networks.state(untouched));
    Networks.fit(net, 20, 30);
    Networks.fit(untouched, 20, 30);
    assertSame(net, untouched);
  }
}
