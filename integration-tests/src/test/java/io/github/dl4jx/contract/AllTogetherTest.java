package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** One configuration that uses everything, and settings that must change nothing. */
class AllTogetherTest {

  private static final ISchedule SCHEDULE = new StepSchedule(ScheduleType.ITERATION, 0.9, 0.8, 10);

  private static MultiLayerConfiguration everything() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .updater(GradientNoise.around(SignGradient.around(new Adam(1e-2))).eta(0.3).seed(7).build())
        .list()
        .layer(new DenseLayer.Builder().nIn(6).nOut(8).dropOut(new InvertedDropout(0.9, 1)).build())
        .layer(new InvertedDropoutLayer(new InvertedDropout(0.5, 2)))
        .layer(
            new DenseLayer.Builder()
                .nIn(8)
                .nOut(8)
                .updater(new SignSgd(1e-3))
                .dropOut(new InvertedDropout(SCHEDULE, 3))
                .build())
        .layer(new OutputLayer.Builder().nIn(8).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  @Test
  void everything_throughJsonAndYaml_isEqual() {
    MultiLayerConfiguration conf = everything();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
  }

  @Test
  void everything_savedInMidTraining_goesOnToTheSameBits(@TempDir File folder) throws IOException {
    MultiLayerNetwork net = Networks.network(everything());
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).build();
    net.setListeners(ema);
    Networks.fit(net, 0, 20);
    File file = new File(folder, "net.zip");
    net.save(file, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file, true);
    assertThat(restored.getLayerWiseConfigurations()).isEqualTo(net.getLayerWiseConfigurations());
    Networks.fit(net, 20, 40);
    Networks.fit(restored, 20, 40);
    assertThat(restored.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
    assertThat(Networks.state(restored)).isEqualTo(Networks.state(net));
  }

  private static float[] after200Steps(IUpdater updater) {
    MultiLayerNetwork net = Networks.network(updater, DataType.FLOAT);
    Networks.fit(net, 0, 200);
    return net.params().toFloatVector();
  }

  @Test
  void gradientNoise_etaZero_isTheInnerUpdaterBitForBit() {
    for (IUpdater inner : new IUpdater[] {new Sgd(0.1), new Adam(1e-2), new SignSgd(1e-3)}) {
      GradientNoise silent = GradientNoise.around(inner).eta(0).build();
      assertThat(after200Steps(silent)).isEqualTo(after200Steps(inner));
    }
  }

  @Test
  void ema_decayZero_isTheTrainedNetworkBitForBit() {
    MultiLayerNetwork net = Networks.network(new Adam(1e-2), DataType.FLOAT);
    WeightAveragingListener ema = WeightAveragingListener.ema(0).build();
    net.setListeners(ema);
    Networks.fit(net, 0, 200);
    assertThat(ema.averagedNetwork(net).params().toFloatVector())
        .isEqualTo(net.params().toFloatVector())
        .isEqualTo(after200Steps(new Adam(1e-2)));
  }
}
