package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Training that is killed in the middle and goes on when the program is started again: run it
 * twice. The second run ends with the same weights, and the same average of them, bit for bit, as
 * training that nobody killed.
 */
public final class KilledTraining {

  private KilledTraining() {}

  /**
   * Trains until it kills itself; started again, trains to the end.
   *
   * @param args none, or the number of training examples and the folder of the checkpoints
   * @throws IOException if MNIST cannot be read or the folder cannot be written
   */
  public static void main(String[] args) throws IOException {
    int examples = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
    File folder =
        args.length == 0
            ? new File(System.getProperty("java.io.tmpdir"), "dl4jx-killed-training")
            : new File(args[1]);
    DataSet all = new MnistDataSetIterator(examples, examples, false, true, false, 1).next();
    int epochs = 3;
    int lastIteration = epochs * examples / 100;
    boolean first = ResumableCheckpoints.resume(folder).isEmpty();
    if (first) {
      System.out.println("First start. Run the same command again after this.");
    }

    MultiLayerNetwork net = network();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.99).build();
    net.setListeners(ema);
    if (first) {
      net.addListeners(new KillAt(lastIteration / 2));
    }
    Training.fit(
        net,
        new ResumableIterator(all, 100, 42),
        epochs,
        ResumableCheckpoints.in(folder).everyIterations(examples / 700).build());

    System.out.println("Second start: the training is done. Now the same without being killed.");
    MultiLayerNetwork spared = network();
    WeightAveragingListener sparedEma = WeightAveragingListener.ema(0.99).build();
    spared.setListeners(sparedEma);
    File other = Files.createTempDirectory("dl4jx-spared").toFile();
    Training.fit(spared, new ResumableIterator(all, 100, 42), epochs, other);

    INDArray average = ema.averagedNetwork(net).params();
    INDArray sparedAverage = sparedEma.averagedNetwork(spared).params();
    System.out.println("the same weights, bit for bit: " + net.params().equals(spared.params()));
    System.out.println("the same average of them:      " + average.equals(sparedAverage));
    delete(folder);
    delete(other);
  }

  private static MultiLayerNetwork network() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-3))
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
    return net;
  }

  private static void delete(File folder) throws IOException {
    File[] files = folder.listFiles();
    for (File file : files == null ? new File[0] : files) {
      Files.delete(file.toPath());
    }
    Files.delete(folder.toPath());
  }

  /** As kill -9 would: nothing is closed, no shutdown hook is run. */
  private static final class KillAt extends BaseTrainingListener {

    private final int last;

    KillAt(int last) {
      this.last = last;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration >= last) {
        System.out.println("Killed in epoch " + (epoch + 1) + ", iteration " + iteration + ".");
        Runtime.getRuntime().halt(0);
      }
    }
  }
}
