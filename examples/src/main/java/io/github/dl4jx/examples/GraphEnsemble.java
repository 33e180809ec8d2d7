package io.github.dl4jx.examples;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Five {@code ComputationGraph}s from other initial weights, whose mean is one {@code
 * ComputationGraph} again: an ordinary model file, for a server that has Deeplearning4j only.
 */
public final class GraphEnsemble {

  private GraphEnsemble() {}

  /**
   * Compares one graph with five.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read or the model file cannot be written
   */
  public static void main(String[] args) throws IOException {
    double[] accuracies = run(1_000, 5, 30);
    System.out.printf("one graph:                       %.2f %% right%n", 100 * accuracies[0]);
    System.out.printf("five, as one, saved and loaded:  %.2f %%%n", 100 * accuracies[1]);
  }

  static double[] run(int examples, int members, int epochs) throws IOException {
    DataSetIterator train = new MnistDataSetIterator(50, examples, false, true, true, 1);
    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);

    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(new Adam(1e-3))
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", new DenseLayer.Builder().nIn(784).nOut(100).build(), "in")
            .addLayer("branch", new DenseLayer.Builder().nIn(100).nOut(100).build(), "first")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "branch")
            .addLayer(
                "out",
                new OutputLayer.Builder()
                    .nIn(100)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .dropOut(new InvertedDropout(0.8))
                    .build(),
                "sum")
            .setOutputs("out")
            .build();

    Ensemble ensemble =
        DeepEnsemble.of(conf).members(members).seed(1).parallelism(2).build().fit(train, epochs);

    File file = Files.createTempFile("ensemble", ".zip").toFile();
    ensemble.toComputationGraph().save(file, false);
    ComputationGraph loaded = ComputationGraph.load(file, false);
    Files.delete(file.toPath());

    ComputationGraph one = (ComputationGraph) ensemble.member(0);
    Evaluation ofOne = one.evaluate(test);
    Evaluation ofAll = loaded.evaluate(test);
    return new double[] {ofOne.accuracy(), ofAll.accuracy()};
  }
}
