package io.github.dl4jx.ensembles.train;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.ensembles.graph.OutputLoss;
import io.github.dl4jx.ensembles.internal.Blueprint;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.internal.ProgressLog;
import io.github.dl4jx.ensembles.internal.StopWhenInterrupted;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkCalls;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network that learns, in a {@link Stacking}, what to make of the members' outputs. */
final class LastNetwork {

  private static final Logger log = LoggerFactory.getLogger(LastNetwork.class);

  private static final double RATE = 0.01;
  private static final int LEAST_STEPS = 2_000;
  private static final int LEAST_EPOCHS = 10;

  /** Null for a linear model. */
  private final @Nullable MultiLayerConfiguration configuration;

  /** Passes over the examples, or 0 for the linear model's own number. */
  private final int epochs;

  private LastNetwork(@Nullable MultiLayerConfiguration configuration, int epochs) {
    this.configuration = configuration;
    this.epochs = epochs;
  }

  /** A linear model with the activation and the loss of a member. */
  static LastNetwork linear() {
    return new LastNetwork(null, 0);
  }

  /** A user's network. */
  static LastNetwork of(MultiLayerConfiguration configuration, int epochs) {
    MemberTraining.checkEpochs(epochs);
    Preconditions.checkArgument(
        Arguments.notNull("configuration", configuration).getConf(0).getLayer()
            instanceof FeedForwardLayer,
        "the last network's first layer must have a number of inputs");
    return new LastNetwork(configuration, epochs);
  }

  /** The data type of a user's network. */
  Optional<DataType> dataType() {
    return Optional.ofNullable(configuration).map(MultiLayerConfiguration::getDataType);
  }

  /** Refuses a user's network that has another number of inputs. */
  void check(int inputs, boolean passthrough) {
    if (configuration != null) {
      long given = ((FeedForwardLayer) configuration.getConf(0).getLayer()).getNIn();
      Preconditions.checkArgument(
          given == inputs,
          "the last network must have %s inputs, an output of every member%s, got %s",
          inputs,
          passthrough ? " and the features" : "",
          given);
    }
  }

  /**
   * Trains.
   *
   * @param member a member, whose kind of output and data type it has
   * @param task what the members say, and the labels
   * @param batch examples a batch
   * @param lastSeed of weights and order
   */
  Model fit(Model member, DataSet task, int batch, long lastSeed) {
    int n = task.numExamples();
    int steps = (n - 1) / batch + 1;
    int passes = epochs > 0 ? epochs : Math.max(LEAST_EPOCHS, (LEAST_STEPS - 1) / steps + 1);
    MultiLayerConfiguration used =
        configuration != null ? configuration : linear(member, task, steps * passes);
    Model network = Blueprint.of(used).create(Seeds.derive(lastSeed, 2));
    ProgressLog progress = new ProgressLog("Last network", 1, passes, log::info, System::nanoTime);
    network.setListeners(progress.of(0), new StopWhenInterrupted());
    DataSetIterator rows = TrainingData.of(task, batch).all(Seeds.derive(lastSeed, 1));
    Model trained = network;
    try {
      for (int epoch = 0; epoch < passes; epoch++) {
        NetworkCalls.fit(network, rows);
      }
      trained = ((MultiLayerNetwork) network).convertDataType(member.params().dataType());
      if (trained != network) {
        Network.of(network).release();
      }
      MemberTraining.checkFinite(trained);
      return trained;
    } catch (RuntimeException | Error e) {
      Network.of(trained).release();
      throw e;
    }
  }

  /** A linear model with the activation and the loss of a member. */
  private static MultiLayerConfiguration linear(Model member, DataSet task, int steps) {
    @Nullable OutputLoss loss = OutputLoss.of(Network.of(member).outputLayer());
    if (loss == null) {
      throw new IllegalArgumentException(
          "members must end in an output or loss layer, or lastNetwork must be set, got "
              + Network.of(member).outputLayer());
    }
    return new NeuralNetConfiguration.Builder()
        .dataType(isHalf(member) ? DataType.FLOAT : member.params().dataType())
        .updater(new Adam(CosineAnnealingSchedule.once(ITERATION, RATE, 0, steps)))
        .l2(1.0 / task.numExamples())
        .list()
        .layer(
            new OutputLayer.Builder(loss.loss())
                .activation(loss.activation())
                .nIn(task.getFeatures().size(1))
                .nOut(task.getLabels().size(1))
                .build())
        .build();
  }

  private static boolean isHalf(Model network) {
    return network.params().dataType().width() < DataType.FLOAT.width();
  }
}
