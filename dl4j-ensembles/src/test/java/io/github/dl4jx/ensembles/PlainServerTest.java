package io.github.dl4jx.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.train.Stacking;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Graphs of ensembles in a process that has no class of this library. */
class PlainServerTest {

  private static final INDArray X = Nd4j.createFromArray(new float[][] {{0.3f, -0.8f}});

  @TempDir Path folder;

  /** Whatever of ours does nothing at test time. */
  private static MultiLayerConfiguration ours(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.TANH)
        .updater(GradientNoise.around(new Adam(0.02)).seed(7).build())
        .biasUpdater(new SignSgd(0.01))
        .dropOut(new InvertedDropout(0.8))
        .weightNoise(new DropConnect(0.8))
        .list()
        .layer(new DenseLayer.Builder().nIn(2).nOut(12).build())
        .layer(new FrozenLayer(new DenseLayer.Builder().nIn(12).nOut(12).build()))
        .layer(new OutputLayer.Builder().nIn(12).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  private static Model network(long seed) {
    MultiLayerNetwork net = new MultiLayerNetwork(ours(seed));
    net.init();
    return net;
  }

  private File save(String name, ComputationGraph graph) throws Exception {
    File file = folder.resolve(name).toFile();
    ModelSerializer.writeModel(graph, file, true);
    return file;
  }

  private List<String> serve(List<File> files) throws Exception {
    String plain =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(path -> !path.matches(".*[/\\\\]target[/\\\\]classes[/\\\\]?"))
            .filter(path -> !new File(path).getName().matches("dl4j-.*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                plain,
                "plain.PlainServer"));
    files.forEach(file -> command.add(file.toString()));
    Path output = folder.resolve("output.txt");
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start()
        .waitFor();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }

  private static String answer(String name, INDArray expected) {
    return "ANSWER " + name + " " + Arrays.toString(expected.toFloatVector());
  }

  @Test
  void graphs_ofMeansAndStacking_areReadAndAnswerTheSame() throws Exception {
    Ensemble vote = Ensemble.of(new SoftVote(), List.of(network(1), network(2)));
    Ensemble mean = Ensemble.of(new MeanOutput(), List.of(network(3), network(4), network(5)));
    ComputationGraph stacked =
        Stacking.of(ours(1), ours(2))
            .folds(2)
            .build()
            .fit(new SingletonDataSetIterator(TestNetworks.rings(60, 1)), 1);
    List<String> lines =
        serve(
            List.of(
                save("vote.zip", vote.toComputationGraph()),
                save("mean.zip", mean.toComputationGraph()),
                save("stacked.zip", stacked)));
    assertThat(lines)
        .contains(
            answer("vote.zip", vote.output(X)),
            answer("mean.zip", mean.output(X)),
            answer("stacked.zip", stacked.outputSingle(X)));
  }

  @Test
  void graph_ofARuleOfOurs_isNotRead() throws Exception {
    Ensemble vote = Ensemble.of(new HardVote(), List.of(network(1), network(2)));
    List<String> lines = serve(List.of(save("vote.zip", vote.toComputationGraph())));
    assertThat(String.join("\n", lines)).contains("CombinationVertex").doesNotContain("ANSWER");
  }
}
