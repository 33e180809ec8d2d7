package io.github.dl4jx.training.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.dl4jx.training.network.LearningRates;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

class InPlaceUpdaterTest {

  private static final int STEPS = 12;

  @TempDir File folder;

  private final DataSet examples = examples();

  private static DataSet examples() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 48, 3);
    for (int i = 0; i < 48; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, 48, 5), labels);
  }

  /** Several blocks: two updaters, statistics that are no gradients, clipping, both penalties. */
  private static Model network(boolean graph) {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .activation(Activation.TANH)
            .updater(new Adam(0.01))
            .l2(0.01)
            .weightDecay(0.001)
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(0.1)
            .list()
            .layer(new DenseLayer.Builder().nOut(8).build())
            .layer(new BatchNormalization())
            .layer(new DenseLayer.Builder().nOut(6).updater(new Nesterovs(0.05)).build())
            .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.feedForward(5))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(conf);
    network.init();
    return graph ? network.toComputationGraph() : network;
  }

  private static Object updater(Model model) {
    return Network.of(model).updater();
  }

  private static float[] state(Model model) {
    return Network.of(model).updater().getStateViewArray().toFloatVector();
  }

  private void train(Model model) {
    for (int i = 0; i < STEPS; i++) {
      Network.of(model).with(net -> net.fit(examples), graph -> graph.fit(examples));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainsToTheSameBits(boolean graph) {
    Model plain = network(graph);
    Model inPlace = network(graph);
    train(plain);
    train(inPlace); // what it has by then stays
    Object before = updater(inPlace);
    Network.of(inPlace).with(InPlaceUpdater::give, InPlaceUpdater::give);
    assertNotEquals(before.getClass(), updater(inPlace).getClass());
    train(plain);
    train(inPlace);
    assertArrayEquals(plain.params().toFloatVector(), inPlace.params().toFloatVector());
    assertArrayEquals(state(plain), state(inPlace));
    Network.of(inPlace).with(InPlaceUpdater::takeBack, InPlaceUpdater::takeBack);
    train(plain);
    train(inPlace);
    assertArrayEquals(plain.params().toFloatVector(), inPlace.params().toFloatVector());
    assertEquals(updater(plain), updater(inPlace)); // part of the networks' equals
    assertEquals(updater(inPlace), updater(plain));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherUpdaterStays(boolean graph) {
    Model model = network(graph);
    if (graph) {
      ((ComputationGraph) model)
          .setUpdater(new ComputationGraphUpdater((ComputationGraph) model) {});
    } else {
      ((MultiLayerNetwork) model).setUpdater(new MultiLayerUpdater((MultiLayerNetwork) model) {});
    }
    Object own = updater(model);
    Network.of(model).with(InPlaceUpdater::give, InPlaceUpdater::give);
    assertSame(own, updater(model));
    Network.of(model).with(InPlaceUpdater::takeBack, InPlaceUpdater::takeBack);
    assertSame(own, updater(model));
  }

  /** Deeplearning4j makes an updater of its own for a new rate. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsAreInPlaceAfterAListenerHasSetRates(boolean graph) {
    Model model = network(graph);
    List<Class<?>> atSteps = new ArrayList<>();
    model.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model trained) {
            atSteps.add(updater(trained).getClass());
          }

          @Override
          public void iterationDone(Model trained, int iteration, int epoch) {
            if (iteration % 3 == 0) {
              Network.of(trained)
                  .with(net -> net.setLearningRate(0.01), net -> net.setLearningRate(0.01));
            }
          }

          @Override
          public void onEpochStart(Model trained) {
            LearningRates.set(trained, 0.02);
          }
        });
    Training.fit(model, new ResumableIterator(examples, 16, 3), 2, folder);
    assertEquals(6, atSteps.size());
    atSteps.forEach(type -> assertEquals(InPlaceUpdater.class, type.getEnclosingClass()));
    assertEquals(
        graph ? ComputationGraphUpdater.class : MultiLayerUpdater.class, updater(model).getClass());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainingTakesItBack(boolean graph) {
    Model model = network(graph);
    Training.fit(model, new ResumableIterator(examples, 16, 3), 2, folder);
    assertEquals(
        graph ? ComputationGraphUpdater.class : MultiLayerUpdater.class, updater(model).getClass());
  }
}
