package io.github.dl4jx.arguments;

import io.github.dl4jx.random.Elementwise;
import io.github.dl4jx.random.HeapAverage;
import io.github.dl4jx.random.KeyedRandom;
import io.github.dl4jx.regularizers.constraint.MaxNorm;
import io.github.dl4jx.regularizers.dropout.DropBlock;
import io.github.dl4jx.regularizers.dropout.DropPath;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.regularizers.dropout.KeyedDropout;
import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import io.github.dl4jx.regularizers.layers.ConcreteDropout;
import io.github.dl4jx.regularizers.layers.InvertedDropoutLayer;
import io.github.dl4jx.regularizers.layers.VanillaDropoutLayer;
import io.github.dl4jx.regularizers.schedule.AnnealedRetainSchedule;
import io.github.dl4jx.regularizers.schedule.CurriculumRetainSchedule;
import io.github.dl4jx.regularizers.weightnoise.DropConnect;
import io.github.dl4jx.regularizers.weightnoise.DropConnectGradient;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Good values of Java's, ND4J's and DL4J's types, and of the modules that ensembles build on. */
final class CoreTables {

  private CoreTables() {}

  static Good all() {
    Good good = new Good();
    types(good);
    dl4j(good);
    random(good);
    regularizers(good);
    UpdaterTables.add(good);
    EnsembleTables.add(good);
    TrainerTables.add(good);
    JobTables.add(good);
    ChartTables.add(good);
    TuningTables.add(good);
    return good;
  }

  private static void types(Good good) {
    good.value("int", world -> 2)
        .value("int:iteration", world -> 1)
        .value("int:epoch", world -> 1)
        .value("int:epochs", world -> 1)
        .value("long", world -> 2L)
        .value("double", world -> 0.5)
        .value("boolean", world -> true)
        .value("Double", world -> 0.5)
        .value("Long", world -> 7L)
        .value("String", world -> "name")
        .value("int[]", world -> new int[] {0, 1})
        .value("double[]", world -> new double[] {0.25, 0.75})
        .value("float[]", world -> new float[512])
        .value("float[][]", world -> new float[][] {new float[4], new float[4]})
        .value("double[][]", world -> new double[][] {new double[4], new double[4]})
        .value("boolean[]", world -> new boolean[] {true, false})
        .value("Collection", world -> new ArrayList<>())
        .value("List", world -> new ArrayList<>())
        .value("Map", world -> new HashMap<>(Map.of("a", "b")))
        .value("File", World::folder)
        .value("File:file", world -> new File(world.folder(), "file.zip"))
        .value("Path", world -> world.folder().toPath().resolve("file"))
        .value("InputStream", world -> new ByteArrayInputStream(new byte[0]));
  }

  private static void dl4j(Good good) {
    good.value("INDArray", world -> World.features())
        .value("INDArray:labels", world -> World.labels())
        .value("INDArray:probabilities", world -> World.probabilities())
        .value("INDArray:mask", world -> Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 1))
        .value("DataType", world -> DataType.FLOAT)
        .value("DataSet", world -> World.examples())
        .value("DataSetIterator", world -> World.data())
        .value("Model", World::network)
        .value("MultiLayerNetwork", World::network)
        .value("ComputationGraph", World::graph)
        .value("MultiLayerConfiguration", world -> World.configuration())
        .value("ComputationGraphConfiguration", world -> World.graphConfiguration())
        .value("NeuralNetConfiguration", CoreTables::layerConfiguration)
        .value("InputType", world -> InputType.feedForward(World.INPUTS))
        .value(
            "InputType[]",
            world -> new InputType[] {InputType.feedForward(4), InputType.feedForward(4)})
        .value("LayerWorkspaceMgr", world -> LayerWorkspaceMgr.noWorkspaces())
        .value("ISchedule", world -> new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 0.9))
        .value("ScheduleType", world -> ScheduleType.ITERATION)
        .value("IUpdater", world -> new Sgd(0.1))
        .value("Layer", world -> new DenseLayer.Builder().nIn(World.INPUTS).nOut(3).build());
  }

  private static NeuralNetConfiguration layerConfiguration(World world) {
    return world.network().conf();
  }

  private static void random(Good good) {
    good.value(
            "Loop",
            world ->
                new Elementwise.Loop() {
                  @Override
                  public void floats(float[][] x, int n) {}

                  @Override
                  public void doubles(double[][] x, int n) {}
                })
        .value("Elementwise:arrays", world -> new INDArray[] {World.features(), World.features()})
        .value("Reductions:x", world -> World.features())
        .value("Reductions#sum(double[]):x", world -> new double[512])
        .value("Reductions#sum(float[]):x", world -> new float[512])
        .instance("HeapAverage", world -> new HeapAverage(World.features()))
        .instance("KeyedRandom", world -> KeyedRandom.of(1, 2));
  }

  private static void regularizers(Good good) {
    ISchedule schedule = new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 0.9);
    good.instance("DropBlock.Builder", world -> DropBlock.builder(0.9))
        .instance("DropBlock", world -> new DropBlock(0.9))
        .instance("DropPath", world -> new DropPath(0.9))
        .instance("InvertedDropout", world -> new InvertedDropout(0.9))
        .instance("MaxNorm", world -> new MaxNorm(2))
        .value("MaxNorm#apply(INDArray):param", world -> World.features())
        .instance("LockedDropout", world -> new LockedDropout(0.9))
        .instance("StochasticDepth", world -> new StochasticDepth(0.9))
        .instance("ConcreteDropout.Builder", world -> ConcreteDropout.around(dense()))
        .instance("ConcreteDropout", world -> new ConcreteDropout(dense()))
        .instance("InvertedDropoutLayer", world -> new InvertedDropoutLayer(0.9))
        .instance("VanillaDropoutLayer", world -> new VanillaDropoutLayer(0.9))
        .instance(
            "AnnealedRetainSchedule",
            world -> new AnnealedRetainSchedule(ScheduleType.ITERATION, 0.5, 10))
        .instance(
            "CurriculumRetainSchedule",
            world -> new CurriculumRetainSchedule(ScheduleType.ITERATION, 0.5, 0.1))
        .instance("DropConnect", world -> new DropConnect(0.9))
        .instance("DropConnectGradient", world -> new DropConnectGradient())
        .value("InvertedDropout", world -> new InvertedDropout(0.9))
        .value("DropPath", world -> new DropPath(0.9))
        .value("json:pSchedule", world -> null)
        .value("ISchedule:pSchedule", world -> schedule)
        .instance(
            "DropBlock#backprop(INDArray, INDArray, int, int)",
            world -> dropped(new DropBlock(0.9), activations()))
        .instance(
            "DropPath#backprop(INDArray, INDArray, int, int)",
            world -> dropped(new DropPath(0.9), activations()))
        .instance(
            "InvertedDropout#backprop(INDArray, INDArray, int, int)",
            world -> dropped(new InvertedDropout(0.9), activations()))
        .instance(
            "LockedDropout#backprop(INDArray, INDArray, int, int)",
            world -> dropped(new LockedDropout(0.9), sequences()))
        .value("#applyDropout:inputActivations", world -> activations())
        .value("#applyDropout:resultArray", world -> activations())
        .value("#backprop:gradAtOutput", world -> activations())
        .value("#backprop:gradAtInput", world -> activations())
        .value("LockedDropout#applyDropout:inputActivations", world -> sequences())
        .value("LockedDropout#applyDropout:resultArray", world -> sequences())
        .value("LockedDropout#backprop:gradAtOutput", world -> sequences())
        .value("LockedDropout#backprop:gradAtInput", world -> sequences())
        .value("StochasticDepth#linearDecay:block", world -> 1)
        .value("ConcreteDropout#retainProbability:layer", CoreTables::concreteLayer)
        .value("ConcreteDropout#dropoutOf:layer", CoreTables::concreteLayer)
        .value("DropConnect#getParameter:layer", world -> world.network().getLayer(0))
        .value("#getParameter:paramKey", world -> "W")
        .value(
            "DropoutConversion#toInverted:network",
            world -> world.once("vanilla", () -> withLayer(new VanillaDropoutLayer(0.5))))
        .value(
            "DropoutConversion#toVanilla:network",
            world -> world.once("inverted", () -> withLayer(new InvertedDropoutLayer(0.5))));
  }

  private static KeyedDropout dropped(KeyedDropout dropout, INDArray x) {
    dropout.applyDropout(x, x.dup(), 1, 1, LayerWorkspaceMgr.noWorkspaces());
    return dropout;
  }

  private static org.deeplearning4j.nn.conf.layers.Layer dense() {
    return new DenseLayer.Builder().nIn(World.INPUTS).nOut(3).build();
  }

  private static INDArray activations() {
    return Nd4j.ones(DataType.FLOAT, 2, 3, 8, 8);
  }

  private static INDArray sequences() {
    return Nd4j.ones(DataType.FLOAT, 2, 3, 5);
  }

  private static Layer concreteLayer(World world) {
    return withLayer(new ConcreteDropout(dense())).getLayer(0);
  }

  static MultiLayerNetwork withLayer(org.deeplearning4j.nn.conf.layers.Layer layer) {
    int in = layer instanceof ConcreteDropout ? 3 : World.INPUTS;
    return World.network(
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(layer)
            .layer(new OutputLayer.Builder().nIn(in).nOut(World.CLASSES).build())
            .build());
  }

  static List<INDArray> outputs() {
    return List.of(World.probabilities(), World.probabilities());
  }
}
