package io.github.dl4jx.arguments;

import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.BoostingListener;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.run.FastGeometricEnsemble;
import io.github.dl4jx.ensembles.run.PosteriorSamples;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.run.Swag;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.train.Stacking;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Good values and objects of the trainers of dl4j-ensembles. */
final class TrainerTables {

  private TrainerTables() {}

  static void add(Good good) {
    train(good);
    builders(good);
  }

  private static void train(Good good) {
    good.value(
            "MultiLayerConfiguration[]",
            world -> new MultiLayerConfiguration[] {World.configuration()})
        .value(
            "ComputationGraphConfiguration[]",
            world -> new ComputationGraphConfiguration[] {World.graphConfiguration()})
        .value("TrainingData", world -> TrainingData.of(World.examples(), 4))
        .value("Supplier", world -> (Supplier<?>) World::data)
        .value("IntFunction", world -> (IntFunction<?>) member -> List.of())
        .value(
            "EnsembleListener",
            world -> (EnsembleListener) (member, finished, members, network) -> {})
        .value("BoostingListener", world -> (BoostingListener) (round, error, weight) -> {})
        .value("SnapshotEnsemble#fit:epochs", world -> 2)
        .value("FastGeometricEnsemble#fit:epochs", world -> 5)
        .instance("AdaBoost", world -> AdaBoost.of(World.configuration()).rounds(2).build())
        .instance("AdaBoostM2", world -> AdaBoostM2.of(World.configuration()).rounds(2).build())
        .instance("Bagging", world -> Bagging.of(World.configuration()).members(2).build())
        .instance(
            "DeepEnsemble", world -> DeepEnsemble.of(World.configuration()).members(2).build())
        .instance(
            "FastGeometricEnsemble",
            world ->
                FastGeometricEnsemble.of(World.configuration()).cycles(2).cycleEpochs(2).build())
        .instance("GradientBoosting", world -> GradientBoosting.of(regression()).rounds(2).build())
        .instance(
            "SnapshotEnsemble",
            world -> SnapshotEnsemble.of(World.configuration()).cycles(2).build())
        .instance(
            "Stacking",
            world ->
                Stacking.of(World.configuration())
                    .members(2)
                    .folds(2)
                    .lastNetwork(last(), 1)
                    .build())
        .instance("PosteriorSamples", TrainerTables::samples)
        .instance("Swag", TrainerTables::swag)
        .value("PosteriorSamples#restore:state", world -> samples(world).state())
        .value("Swag#restore:state", world -> swag(world).state())
        .value("PosteriorSamples#check:state", world -> samples(world).state())
        .value("Swag#check:state", world -> swag(world).state())
        .instance(
            "Swag#ensemble(int, long, DataSetIterator)",
            world -> fitted(World.network(World.normalized())))
        .instance("TrainingData", world -> TrainingData.of(World.examples(), 4))
        .instance("Swag.Builder", world -> Swag.every(1))
        .instance("PosteriorSamples.Builder", world -> PosteriorSamples.every(1))
        .value("#restore:model", World::network);
  }

  private static MultiLayerConfiguration last() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(
            new OutputLayer.Builder()
                .nIn(6)
                .nOut(World.CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static MultiLayerConfiguration regression() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new DenseLayer.Builder().nIn(World.INPUTS).nOut(4).build())
        .layer(regressionOutput())
        .build();
  }

  private static ComputationGraphConfiguration regressionGraph() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", new DenseLayer.Builder().nIn(World.INPUTS).nOut(4).build(), "in")
        .addLayer("out", regressionOutput(), "hidden")
        .setOutputs("out")
        .build();
  }

  private static OutputLayer regressionOutput() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nIn(4)
        .nOut(World.CLASSES)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static PosteriorSamples samples(World world) {
    return world.once(
        "samples",
        () -> {
          PosteriorSamples samples = PosteriorSamples.every(1).keepLast(2).build();
          world.network().setListeners(samples);
          world.network().fit(World.examples());
          return samples;
        });
  }

  private static Swag swag(World world) {
    return world.once("swag", () -> fitted(world.network()));
  }

  private static Swag fitted(MultiLayerNetwork network) {
    Swag swag = Swag.every(1).rank(2).build();
    network.setListeners(swag);
    network.fit(World.examples());
    network.fit(World.examples());
    return swag;
  }

  private static void builders(Good good) {
    good.instance("AdaBoost.Builder", world -> AdaBoost.of(World.configuration()))
        .instance("AdaBoostM2.Builder", world -> AdaBoostM2.of(World.configuration()))
        .instance("Bagging.Builder", world -> Bagging.of(World.configuration()))
        .instance("DeepEnsemble.Builder", world -> DeepEnsemble.of(World.configuration()))
        .instance(
            "FastGeometricEnsemble.Builder",
            world -> FastGeometricEnsemble.of(World.configuration()))
        .instance("GradientBoosting.Builder", world -> GradientBoosting.of(regression()))
        .instance("SnapshotEnsemble.Builder", world -> SnapshotEnsemble.of(World.configuration()))
        .instance("Stacking.Builder", world -> Stacking.of(World.configuration()))
        .value("FastGeometricEnsemble.Builder:epochs", world -> 4)
        .value(
            "GradientBoosting#of(MultiLayerConfiguration[]):configurations",
            world -> new MultiLayerConfiguration[] {regression()})
        .value(
            "GradientBoosting#of(ComputationGraphConfiguration[]):configurations",
            world -> new ComputationGraphConfiguration[] {regressionGraph()})
        .value("CombinationVertex#new(String):rule", world -> "soft-vote")
        .value("FastGeometricEnsemble.Builder:high", world -> 0.1)
        .value("FastGeometricEnsemble.Builder:low", world -> 0.01)
        .value("Stacking.Builder:configuration", world -> last());
  }
}
