package io.github.dl4jx.contract;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.TrainerBuilder;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.BoostingBuilder;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.combine.MeanOutput;
import io.github.dl4jx.ensembles.run.FastGeometricEnsemble;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.train.SideBySideBuilder;
import io.github.dl4jx.ensembles.train.Stacking;
import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The contract suite's table of trainers: a new one joins by a row. */
enum TrainerRow {
  BAGGING {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(Bagging.of(classifier()).members(options.members)).build();
    }
  },
  BAGGING_OF_SOME_ROWS_AND_FEATURES {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options
          .set(Bagging.of(graph()).members(options.members).rows(0.7).features(0.5))
          .build();
    }
  },
  DEEP_ENSEMBLE {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(DeepEnsemble.of(classifier()).members(options.members)).build();
    }
  },
  /** Every member is trained without each of two folds, and once on everything. */
  STACKING {
    @Override
    EnsembleTrainer trainer(Options options) {
      Stacking stacking =
          options
              .set(Stacking.of(classifier()).members(options.members).folds(2))
              .lastNetwork(last(3 * options.members), 2)
              .build();
      return (data, epochs) -> {
        ComputationGraph graph = stacking.fit(data, epochs);
        return Ensemble.of(new MeanOutput(), List.of(graph));
      };
    }

    @Override
    int networks(int members) {
      return 3 * members;
    }
  },
  ADA_BOOST {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(AdaBoost.of(classifier()).rounds(options.members)).build();
    }
  },
  ADA_BOOST_WEIGHTED_LOSS {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(AdaBoost.of(classifier()).rounds(options.members).weightedLoss()).build();
    }
  },
  ADA_BOOST_M2 {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(AdaBoostM2.of(classifier()).rounds(options.members)).build();
    }
  },
  ADA_BOOST_M2_WEIGHTED_LOSS {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options
          .set(AdaBoostM2.of(classifier()).rounds(options.members).weightedLoss())
          .build();
    }
  },
  GRADIENT_BOOSTING {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options.set(GradientBoosting.of(regression()).rounds(options.members)).build();
    }
  },
  SNAPSHOT_ENSEMBLE {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options
          .set(SnapshotEnsemble.of(classifier()).cycles(options.members).learningRate(0.02))
          .build();
    }

    @Override
    boolean hasListeners() {
      return false;
    }
  },
  FAST_GEOMETRIC_ENSEMBLE {
    @Override
    EnsembleTrainer trainer(Options options) {
      return options
          .set(
              FastGeometricEnsemble.of(classifier())
                  .cycles(options.members)
                  .cycleEpochs(2)
                  .learningRates(0.02, 0.001))
          .build();
    }

    @Override
    boolean hasListeners() {
      return false;
    }
  };

  static final int FEATURES = 4;
  static final int CLASSES = 3;

  /** What every trainer can be set to. */
  static final class Options {
    int members = 3;
    long seed = 7;
    int parallelism = 1;
    File folder;
    EnsembleListener progress = (member, finished, members, network) -> {};
    IntFunction<? extends Collection<? extends TrainingListener>> listeners;

    /** Sets what a builder has. */
    <B extends TrainerBuilder<B>> B set(B builder) {
      if (folder != null) {
        builder.resumeIn(folder);
      }
      if (builder instanceof SideBySideBuilder<?> side) {
        side.parallelism(parallelism);
        if (listeners != null) {
          side.memberListeners(listeners);
        }
      }
      if (builder instanceof BoostingBuilder<?> boosting && listeners != null) {
        boosting.memberListeners(listeners);
      }
      return builder.seed(seed).progress(progress);
    }
  }

  /** A trainer of as many members as the options say. */
  abstract EnsembleTrainer trainer(Options options);

  /** How many networks are reported for so many members. */
  int networks(int members) {
    return members;
  }

  /** Whether members are networks of their own, with listeners of their own. */
  boolean hasListeners() {
    return true;
  }

  private static NeuralNetConfiguration.Builder base() {
    // its masks follow from the seed, too
    return new NeuralNetConfiguration.Builder().updater(new Adam(0.01)).dropOut(0.9);
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(FEATURES).nOut(6).activation(Activation.TANH).build();
  }

  private static OutputLayer classes(int inputs) {
    return new OutputLayer.Builder()
        .nIn(inputs)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerConfiguration classifier() {
    return base().list().layer(hidden()).layer(classes(6)).build();
  }

  private static ComputationGraphConfiguration graph() {
    return base()
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden(), "in")
        .addLayer("out", classes(6), "hidden")
        .setOutputs("out")
        .build();
  }

  private static MultiLayerConfiguration regression() {
    return base()
        .list()
        .layer(hidden())
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(6)
                .nOut(CLASSES)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }

  private static MultiLayerConfiguration last(int inputs) {
    return base().list().layer(classes(inputs)).build();
  }
}
