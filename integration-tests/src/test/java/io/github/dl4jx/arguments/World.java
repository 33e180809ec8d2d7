package io.github.dl4jx.arguments;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The good things that belong together in one call: made when they are asked for, and once. */
final class World {

  static final int EXAMPLES = 8;
  static final int INPUTS = 4;
  static final int CLASSES = 3;

  private final Path root;
  private final Map<String, Object> made = new HashMap<>();

  World(Path root) {
    this.root = root;
  }

  /** What has this name in this world. */
  @SuppressWarnings("unchecked")
  <T> T once(String name, Supplier<T> maker) {
    if (!made.containsKey(name)) {
      made.put(name, maker.get());
    }
    return (T) made.get(name);
  }

  static MultiLayerConfiguration configuration() {
    return base()
        .list()
        .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(4).build())
        .layer(output())
        .build();
  }

  static MultiLayerConfiguration normalized() {
    return base()
        .list()
        .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(4).build())
        .layer(new BatchNormalization.Builder().nOut(4).build())
        .layer(output())
        .build();
  }

  static ComputationGraphConfiguration graphConfiguration() {
    return base()
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", new DenseLayer.Builder().nIn(INPUTS).nOut(4).build(), "in")
        .addLayer("norm", new BatchNormalization.Builder().nOut(4).build(), "hidden")
        .addLayer("out", output(), "norm")
        .setOutputs("out")
        .build();
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .activation(Activation.TANH)
        .updater(new Sgd(0.1));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nIn(4).nOut(CLASSES).activation(Activation.SOFTMAX).build();
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  MultiLayerNetwork network() {
    return once("network", () -> network(configuration()));
  }

  MultiLayerNetwork normalizedNetwork() {
    return once("normalized", () -> network(normalized()));
  }

  ComputationGraph graph() {
    return once(
        "graph",
        () -> {
          ComputationGraph graph = new ComputationGraph(graphConfiguration());
          graph.init();
          return graph;
        });
  }

  /** Of two members, which two threads ask. */
  Ensemble ensemble() {
    return once(
        "ensemble",
        () ->
            Ensemble.of(
                new SoftVote(), List.of(network(configuration()), network(configuration()))));
  }

  static INDArray features() {
    INDArray features = Nd4j.create(DataType.FLOAT, EXAMPLES, INPUTS);
    for (int i = 0; i < features.length(); i++) {
      features.putScalar(i, Math.sin(i + 1));
    }
    return features;
  }

  static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  /** Better than chance, but not always right. */
  static INDArray probabilities() {
    INDArray probabilities = labels().mul(0.5).add(1 / 6.0);
    probabilities.getRow(0).assign(Nd4j.createFromArray(0.1f, 0.2f, 0.7f));
    return probabilities;
  }

  static DataSet examples() {
    return new DataSet(features(), labels());
  }

  static DataSetIterator data() {
    return new ListDataSetIterator<>(examples().asList(), 4);
  }

  /** An average of the network, of one iteration. */
  WeightAveragingListener average() {
    return once(
        "average",
        () -> {
          WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
          network().setListeners(average);
          network().fit(examples());
          return average;
        });
  }

  WeightAveragingListener graphAverage() {
    return once(
        "graph average",
        () -> {
          WeightAveragingListener average = WeightAveragingListener.ema(0.5).build();
          graph().setListeners(average);
          graph().fit(examples());
          return average;
        });
  }

  /** A folder that is empty. */
  File folder() {
    return once("folder", () -> newFolder().toFile());
  }

  private Path newFolder() {
    try {
      return Files.createTempDirectory(root, "folder");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that has two lines of text. */
  File text() {
    return once(
        "text",
        () -> {
          try {
            return Files.writeString(newFolder().resolve("file.txt"), "no network\nat all\n")
                .toFile();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What is not there, nor what it would be in. */
  File missing() {
    return once("missing", () -> newFolder().resolve("missing").resolve("folder").toFile());
  }

  /** A folder of two checkpoints of Deeplearning4j's; shared by all worlds, for none changes it. */
  static File checkpoints(Path root) {
    File folder = root.resolve("checkpoints").toFile();
    if (folder.mkdirs()) {
      MultiLayerNetwork network = network(configuration());
      network.setListeners(
          new CheckpointListener.Builder(folder).saveEveryNIterations(1).keepAll().build());
      for (int i = 0; i < 3; i++) {
        network.fit(examples());
      }
    }
    return folder;
  }

  File checkpoints() {
    return checkpoints(root);
  }
}
