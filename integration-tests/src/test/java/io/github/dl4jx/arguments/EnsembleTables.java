package io.github.dl4jx.arguments;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.checkpoint.Checkpoints;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.combine.GeometricMean;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.combine.MedianOutput;
import io.github.dl4jx.ensembles.combine.MedianVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.combine.WeightedVote;
import io.github.dl4jx.ensembles.graph.CombinationVertex;
import io.github.dl4jx.ensembles.graph.FeatureSubset;
import io.github.dl4jx.ensembles.graph.JoinedGraph;
import io.github.dl4jx.ensembles.graph.WideAndDeep;
import io.github.dl4jx.ensembles.io.EnsembleSerializer;
import io.github.dl4jx.ensembles.uncertainty.EnsembleCurve;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.RiskCoverage;
import io.github.dl4jx.ensembles.uncertainty.TemperatureScaling;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Good values and objects of dl4j-ensembles. */
final class EnsembleTables {

  private EnsembleTables() {}

  static void add(Good good) {
    serving(good);
    combine(good);
    graph(good);
    uncertainty(good);
  }

  private static void serving(Good good) {
    good.instance("Ensemble", World::ensemble)
        .value("Ensemble", World::ensemble)
        .value("CombinationRule", world -> new SoftVote())
        .value("Ensemble#of:networks", world -> List.of(world.network()))
        .value("Ensemble:featuresMask", world -> null)
        .value("Ensemble:featuresMasks", world -> null)
        .value("MonteCarloDropout:featuresMask", world -> null)
        .value("MonteCarloDropout:featuresMasks", world -> null)
        .value("INDArray[]", world -> new INDArray[] {World.features()})
        .value("Ensemble#member:index", world -> 0)
        .value("IEvaluation", world -> new Evaluation())
        .value("Ensemble#doEvaluation:evaluations", world -> List.of(new Evaluation()))
        .value("Ensemble#doEvaluation:evaluation", world -> new Evaluation())
        .value("CheckpointAveraging:folder", World::checkpoints)
        .value("CheckpointVoting:folder", World::checkpoints)
        .value("Checkpoints:folder", World::checkpoints)
        .value("Checkpoints", world -> Checkpoints.in(world.checkpoints()))
        .instance("Checkpoints", world -> Checkpoints.in(world.checkpoints()))
        .value("CheckpointAveraging#greedySoup:score", EnsembleTables::loss)
        .value("CheckpointAveraging#greedySoup:training", world -> World.data())
        .value(
            "CheckpointAveraging#greedySoup(Checkpoints, ScoreCalculator, DataSetIterator):checkpoints",
            EnsembleTables::normalizedCheckpoints)
        .value("EnsembleSerializer#load:file", EnsembleTables::saved)
        .instance(
            "EnsembleSerializer.Loader", world -> EnsembleSerializer.allowing(EnsembleTables.class))
        .value("EnsembleSerializer.Loader:file", EnsembleTables::saved)
        .value("Network.Kind#valueOf:name", world -> "COMPUTATION_GRAPH")
        .value("ModelFiles#read:kind", world -> Network.Kind.MULTI_LAYER_NETWORK)
        .value("ModelFiles#read:file", EnsembleTables::modelFile)
        .value("byte[]", EnsembleTables::modelBytes);
  }

  private static ScoreCalculator<Model> loss(World world) {
    return new ScoreCalculator<>() {
      private static final long serialVersionUID = 1;

      @Override
      public double calculateScore(Model network) {
        return network.params().sumNumber().doubleValue();
      }

      @Override
      public boolean minimizeScore() {
        return true;
      }
    };
  }

  private static Checkpoints normalizedCheckpoints(World world) {
    File folder = world.folder();
    MultiLayerNetwork network = world.normalizedNetwork();
    network.setListeners(
        new CheckpointListener.Builder(folder).saveEveryNIterations(1).keepAll().build());
    for (int i = 0; i < 3; i++) {
      network.fit(World.examples());
    }
    return Checkpoints.in(folder);
  }

  private static File saved(World world) {
    return world.once(
        "saved ensemble",
        () -> {
          File file = new File(world.folder(), "ensemble.zip");
          try {
            EnsembleSerializer.save(world.ensemble(), file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return file;
        });
  }

  static File modelFile(World world) {
    return world.once(
        "model file",
        () -> {
          File file = new File(world.folder(), "model.zip");
          try {
            ModelFiles.write(world.network(), file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return file;
        });
  }

  static byte[] modelBytes(World world) {
    try {
      return ModelFiles.write(world.network());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void combine(Good good) {
    good.instance("AdditiveScores", world -> new AdditiveScores(new double[3], 1, 1))
        .instance("HardVote", world -> new HardVote())
        .instance("WeightedVote", world -> new WeightedVote(1, 2))
        .instance("GeometricMean", world -> new GeometricMean())
        .instance("MeanOutput", world -> new MeanOutput())
        .instance("MedianOutput", world -> new MedianOutput())
        .instance("MedianVote", world -> new MedianVote())
        .instance("SoftVote", world -> new SoftVote())
        .value("List:outputs", world -> CoreTables.outputs())
        .value("List:probabilities", world -> CoreTables.outputs())
        .value("CombinationRule#named:name", world -> "soft-vote")
        .value("OutputRows:values", world -> new double[] {1, 2})
        .value("OutputRows:output", world -> World.probabilities())
        .value("OutputRows#write:rows", world -> new double[World.EXAMPLES][World.CLASSES]);
  }

  private static void graph(Good good) {
    good.instance("CombinationVertex", world -> new CombinationVertex(new SoftVote()))
        .instance("FeatureSubset", world -> new FeatureSubset(World.INPUTS, new int[] {0, 2}))
        .instance("JoinedGraph", world -> new JoinedGraph("in", DataType.FLOAT))
        .instance(
            "JoinedGraph#build(String)",
            world -> {
              JoinedGraph graph = new JoinedGraph("in", DataType.FLOAT);
              graph.add("member", world.network(), "in");
              return graph;
            })
        .value("JoinedGraph#build:output", world -> "member-1")
        .value("JoinedGraph:from", world -> "in")
        .value("JoinedGraph:input", world -> "in")
        .value("JoinedGraph:inputs", world -> new String[] {"in"})
        .value("GraphVertex", world -> new MergeVertex())
        .value("FeatureSubset:input", world -> World.features())
        .value("FeatureSubset#getOutputType:input", world -> InputType.feedForward(World.INPUTS))
        .value("FeatureSubset#new:kept", world -> new int[] {0, 1})
        .value("MaskState", world -> MaskState.Active)
        .value("OutputLoss#of:layer", world -> new OutputLayer.Builder().nIn(4).nOut(3).build())
        .instance("OutputLoss", world -> null)
        .instance("WideAndDeep.Builder", world -> WideAndDeep.of(4, 3))
        .value("WideAndDeep.Builder:units", world -> new int[] {4, 4});
  }

  private static void uncertainty(Good good) {
    good.instance(
        "EnsembleCurve",
        world -> EnsembleCurve.of(trained(world), World.features(), World.labels()));
    good.value("MonteCarloDropout:network", EnsembleTables::withDropout)
        .instance("MonteCarloDropout.Builder", world -> MonteCarloDropout.of(withDropout(world)))
        .instance(
            "MonteCarloDropout",
            world -> MonteCarloDropout.of(withDropout(world)).samples(3).build())
        .instance("RiskCoverage", world -> RiskCoverage.of(World.labels(), World.probabilities()))
        .instance("TemperatureScaling", world -> TemperatureScaling.of(2))
        .value("TemperatureScaling#parse:text", world -> "temperature(1.5)")
        .value(
            "TemperatureScaling#fit(Ensemble, DataSetIterator):ensemble", EnsembleTables::trained)
        .value("TemperatureScaling#fit(Ensemble, DataSetIterator):data", world -> oneWrong());
    CalibrationTables.add(good);
  }

  static DataSetIterator oneWrong() {
    INDArray labels = World.labels();
    labels.getRow(0).assign(Nd4j.createFromArray(0f, 1f, 0f));
    return new ListDataSetIterator<>(new DataSet(World.features(), labels).asList(), 4);
  }

  /** Better than chance, and wrong sometimes. */
  static Ensemble trained(World world) {
    MultiLayerNetwork network = world.network();
    for (int i = 0; i < 100; i++) {
      network.fit(World.examples());
    }
    return Ensemble.of(new SoftVote(), List.of(network));
  }

  private static MultiLayerNetwork withDropout(World world) {
    return world.once(
        "dropout",
        () ->
            World.network(
                new NeuralNetConfiguration.Builder()
                    .list()
                    .layer(new DenseLayer.Builder().nIn(World.INPUTS).nOut(3).build())
                    .layer(new DropoutLayer(0.5))
                    .layer(
                        new OutputLayer.Builder()
                            .nIn(3)
                            .nOut(World.CLASSES)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .build()));
  }
}
