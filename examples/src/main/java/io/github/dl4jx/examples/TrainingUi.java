package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.listener.GlobalNormClipping;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Deeplearning4j's training UI, as in its own UIExample, beside this library's listeners: open
 * http://localhost:9000 while the network trains, and for a minute after.
 */
public final class TrainingUi {

  private TrainingUi() {}

  /**
   * Trains and shows it.
   *
   * @param args none
   * @throws Exception if MNIST cannot be read, or the thread is interrupted
   */
  public static void main(String[] args) throws Exception {
    System.out.println("Open http://localhost:9000");
    double[] accuracies = run(5_000, 10, 60);
    System.out.printf("last weights:    %.2f %% right%n", 100 * accuracies[0]);
    System.out.printf("moving average:  %.2f %%%n", 100 * accuracies[1]);
  }

  static double[] run(int examples, int epochs, int secondsAfter) throws Exception {
    UIServer uiServer = UIServer.getInstance();
    StatsStorage statsStorage = new InMemoryStatsStorage();
    uiServer.attach(statsStorage);
    try {
      double[] accuracies = train(statsStorage, examples, epochs);
      TimeUnit.SECONDS.sleep(secondsAfter);
      return accuracies;
    } finally {
      uiServer.stop();
    }
  }

  private static double[] train(StatsStorage statsStorage, int examples, int epochs)
      throws IOException {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(3e-3))
            .list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(128).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder()
                    .nIn(128)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .dropOut(new InvertedDropout(0.5))
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.99).build();
    net.setListeners(new StatsListener(statsStorage, 5), new GlobalNormClipping(1), ema);
    net.fit(new MnistDataSetIterator(50, examples, false, true, true, 1), epochs);

    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);
    return new double[] {
      net.evaluate(test).accuracy(), ema.averagedNetwork(net).evaluate(test).accuracy()
    };
  }
}
