package io.github.dl4jx.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class AveragedUseTest {

  private final MultiLayerNetwork net = network();
  private final WeightAveragingListener ema = WeightAveragingListener.ema(0.9).build();

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(1.0))
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    return net;
  }

  private static ListDataSetIterator<DataSet> data() {
    INDArray features = Nd4j.linspace(-1, 1, 30 * 4, DataType.FLOAT).reshape(30, 4);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 30, 3);
    for (int i = 0; i < 30; i++) {
      labels.putScalar(i, i * 7 % 3, 1);
    }
    return new ListDataSetIterator<>(new DataSet(features, labels).asList(), 5);
  }

  private double averagedLoss() {
    MultiLayerNetwork copy = ema.averagedNetwork(net);
    return new DataSetLossCalculator(data(), true).calculateScore(copy);
  }

  @Test
  void earlyStopping_averagedScore_scoresAndSavesTheAverage() {
    net.setListeners(ema);
    List<Double> losses = new ArrayList<>();
    List<float[]> averages = new ArrayList<>();
    net.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onEpochEnd(Model model) {
            losses.add(averagedLoss());
            averages.add(ema.averagedNetwork(net).params().toFloatVector());
          }
        });
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
            .scoreCalculator(
                new AveragedScoreCalculator<>(ema, new DataSetLossCalculator(data(), true)))
            .modelSaver(new AveragedModelSaver<>(ema, new InMemoryModelSaver<>()))
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, net, data()).fit();
    assertThat(result.getScoreVsEpoch().values()).containsExactlyElementsOf(losses);
    assertThat(result.getBestModel().params().toFloatVector())
        .isEqualTo(averages.get(result.getBestModelEpoch()));
    assertThat(net.params().toFloatVector()).isNotEqualTo(averages.get(3));
  }

  /** An average that starts later: before, the training weights are scored and saved. */
  @Test
  void earlyStopping_beforeTheAverageStarts_theTrainingWeightsCount() {
    WeightAveragingListener late = WeightAveragingListener.swa(2).build();
    List<Double> losses = new ArrayList<>();
    net.setListeners(
        late,
        new BaseTrainingListener() {
          @Override
          public void onEpochEnd(Model model) {
            MultiLayerNetwork scored = late.updates() == 0 ? net : late.averagedNetwork(net);
            losses.add(new DataSetLossCalculator(data(), true).calculateScore(scored));
          }
        });
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
            .scoreCalculator(
                new AveragedScoreCalculator<>(late, new DataSetLossCalculator(data(), true)))
            .modelSaver(new AveragedModelSaver<>(late, new InMemoryModelSaver<>()))
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, net, data()).fit();
    assertThat(losses).hasSize(4);
    assertThat(result.getScoreVsEpoch().values()).containsExactlyElementsOf(losses);
  }

  @Test
  void swapInto_nothingAveraged_namesTheStartThatWasNotReached() {
    WeightAveragingListener late = WeightAveragingListener.swa(2).build();
    net.setListeners(late);
    net.fit(data(), 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> late.swapInto(net))
        .withMessageContaining("nothing was averaged yet")
        .withMessageContaining("swa(startEpoch=2, everyEpochs=1)");
  }

  @Test
  void epochListener_endOfAnEpoch_seesTheAverage() {
    WeightAveragingListener late = WeightAveragingListener.swa(1).build();
    List<float[]> seen = new ArrayList<>();
    net.setListeners(
        late,
        new AveragedEpochListener(
            late,
            new BaseTrainingListener() {
              @Override
              public void onEpochEnd(Model model) {
                seen.add(model.params().toFloatVector());
              }
            }));
    net.fit(data(), 3);
    assertThat(seen).hasSize(2); // nothing is averaged in the first epoch
    assertThat(seen.get(1)).isEqualTo(late.averagedNetwork(net).params().toFloatVector());
    assertThat(net.params().toFloatVector()).isNotEqualTo(seen.get(1));
  }

  @Test
  void epochListener_withAStateOfItsOwn_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AveragedEpochListener(ema, WeightAveragingListener.swa(1).build()))
        .withMessageContaining("which checkpoints would not have");
  }

  @Test
  void saveAveraged_file_isAnOrdinaryModel(@TempDir File folder) throws IOException {
    net.setListeners(ema);
    net.fit(data());
    File file = new File(folder, "averaged.zip");
    ema.saveAveraged(file);
    assertThat(ModelSerializer.restoreMultiLayerNetwork(file).params())
        .isEqualTo(ema.averagedNetwork(net).params());
    assertThat(folder.list()).containsExactly("averaged.zip");
  }
}
