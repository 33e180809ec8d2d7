package io.github.dl4jx.training.resume;

import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Small training runs that crash and are resumed. */
final class Runs {

  static final int BATCHES = 7;
  static final int EPOCHS = 3;

  private Runs() {}

  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Fails in the iteration of a number, after the listeners before it. */
  static TrainingListener crashAfter(int iteration) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int done, int epoch) {
        if (done == iteration) {
          throw new Crash();
        }
      }
    };
  }

  /** Fails when an epoch ends, before its checkpoint is taken. */
  static TrainingListener crashAtEndOf(int epoch) {
    return new BaseTrainingListener() {
      @Override
      public void onEpochEnd(Model model) {
        if (Network.of(model).epoch() == epoch) {
          throw new Crash();
        }
      }
    };
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .dropOut(0.8)
        .constrainWeights(new MaxNormConstraint(1.0, 1))
        .updater(GradientNoise.around(new Adam(0.1)).build());
  }

  static MultiLayerConfiguration layers() {
    return base()
        .list()
        .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
        .layer(new OutputLayer.Builder().nIn(6).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  static MultiLayerNetwork network() {
    MultiLayerNetwork net = new MultiLayerNetwork(layers());
    net.init();
    return net;
  }

  static ComputationGraph graph() {
    ComputationGraphConfiguration conf =
        base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", new DenseLayer.Builder().nIn(4).nOut(6).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder().nIn(6).nOut(3).activation(Activation.SOFTMAX).build(),
                "hidden")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  static DataSet data() {
    INDArray features = Nd4j.linspace(-1, 1, 50 * 4, DataType.FLOAT).reshape(50, 4);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 50, 3);
    for (int i = 0; i < 50; i++) {
      labels.putScalar(i, i * 7 % 3, 1);
    }
    return new DataSet(features, labels);
  }

  /** Seven batches, the last of two examples. */
  static DataSetIterator iterator() {
    return new ResumableIterator(data(), 8, 5);
  }

  static List<WeightAveragingListener> averages() {
    return List.of(
        WeightAveragingListener.ema(0.9).warmup().build(),
        WeightAveragingListener.swa(1).build(),
        WeightAveragingListener.polyakRuppert(5).build());
  }

  /** Trains, with checkpoints every two iterations and every epoch. */
  static float[][] train(Model model, DataSetIterator data, File folder, TrainingListener... last) {
    List<WeightAveragingListener> averages = averages();
    List<TrainingListener> listeners = new ArrayList<>(averages);
    listeners.addAll(Arrays.asList(last));
    Network net = Network.of(model);
    net.setListeners(listeners);
    Training.fit(
        model,
        data,
        EPOCHS,
        ResumableCheckpoints.in(folder).everyIterations(2).everyEpochs(1).keepLast(3).build());
    List<float[]> result = new ArrayList<>();
    result.add(model.params().toFloatVector());
    INDArray state = net.updater().getStateViewArray();
    result.add(state == null ? new float[0] : state.toFloatVector());
    for (WeightAveragingListener average : averages) {
      ListenerState averaged = average.state();
      result.add(new float[] {average.updates()});
      result.add(averaged.arrays().get(0).toFloatVector());
    }
    return result.toArray(new float[0][]);
  }
}
