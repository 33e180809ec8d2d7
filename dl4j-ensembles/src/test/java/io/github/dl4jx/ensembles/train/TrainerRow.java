package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.run.FastGeometricEnsemble;
import io.github.dl4jx.ensembles.run.PosteriorSamples;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.run.Swag;
import io.github.dl4jx.training.TrainingData;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every way to train several networks, and Deeplearning4j alone: what it answers in the end. */
enum TrainerRow {
  DEEPLEARNING4J(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      return train(problem).output(problem.data().getFeatures());
    }
  },
  BAGGING_AND_OUT_OF_BAG(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      Bagging bagging = Bagging.of(problem.classifier()).members(2).build();
      TrainingData data = data(problem);
      Ensemble bag = bagging.fit(data, EPOCHS);
      OutOfBag outOfBag = bagging.outOfBag(bag, data);
      if (outOfBag.predictions().dataType() != problem.network
          || outOfBag.scores().accuracy() < 0.9) { // and less if labels that are hidden count
        throw new IllegalStateException(outOfBag.scores() + " of " + outOfBag.predictions());
      }
      return answer(bag, problem);
    }
  },
  RANDOM_SUBSPACES(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      Bagging.Builder builder = Bagging.of(problem.classifier()).members(1).features(0.8);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  DEEP_ENSEMBLE(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      DeepEnsemble.Builder builder =
          DeepEnsemble.of(problem.classifier())
              .members(2)
              .earlyStopping(new SingletonDataSetIterator(problem.data()), 2);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  SNAPSHOT_ENSEMBLE(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      SnapshotEnsemble.Builder builder =
          SnapshotEnsemble.of(problem.classifier()).cycles(2).learningRate(0.1);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  FAST_GEOMETRIC_ENSEMBLE(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      FastGeometricEnsemble.Builder builder =
          FastGeometricEnsemble.of(problem.classifier())
              .cycles(2)
              .cycleEpochs(2)
              .learningRates(0.05, 0.01);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  POSTERIOR_SAMPLES(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      PosteriorSamples samples = PosteriorSamples.every(4).burnIn(8).keepLast(2).build();
      train(problem, samples);
      return answer(samples.ensemble(), problem);
    }
  },
  SWAG(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      Swag swag = Swag.every(2).burnIn(10).rank(2).scale(0.1).build();
      train(problem, swag);
      return answer(swag.ensemble(2, 5), problem);
    }
  },
  CHECKPOINT_VOTING(true) {
    @Override
    INDArray fit(TypedProblem problem, File folder) throws IOException {
      Files.createDirectories(folder.toPath());
      train(
          problem,
          new CheckpointListener.Builder(folder).logSaving(false).saveEveryNEpochs(4).build());
      return answer(CheckpointVoting.last(folder, 2), problem);
    }
  },
  ADA_BOOST(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      AdaBoost.Builder builder = AdaBoost.of(problem.classifier()).rounds(2);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  ADA_BOOST_WEIGHTED_LOSS(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      AdaBoost.Builder builder = AdaBoost.of(problem.classifier()).rounds(2).weightedLoss();
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  ADA_BOOST_M2(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      AdaBoostM2.Builder builder = AdaBoostM2.of(problem.classifier()).rounds(2);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  ADA_BOOST_M2_WEIGHTED_LOSS(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      AdaBoostM2.Builder builder = AdaBoostM2.of(problem.classifier()).rounds(2).weightedLoss();
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  GRADIENT_BOOSTING(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      GradientBoosting.Builder builder =
          GradientBoosting.of(problem.regression()).rounds(4).learningRate(1);
      return answer(builder.build().fit(data(problem), EPOCHS), problem);
    }
  },
  STACKING(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      Stacking.Builder builder =
          Stacking.of(problem.classifier())
              .members(2)
              .folds(2)
              .lastNetwork(problem.last(2 * TypedProblem.CLASSES), LAST_EPOCHS);
      return builder.build().fit(data(problem), EPOCHS).outputSingle(problem.data().getFeatures());
    }
  },
  STACKING_PASSTHROUGH(false) {
    @Override
    INDArray fit(TypedProblem problem, File folder) {
      int inputs = TypedProblem.CLASSES + TypedProblem.FEATURES;
      Stacking.Builder builder =
          Stacking.of(problem.classifier())
              .folds(2)
              .passthrough()
              .lastNetwork(problem.last(inputs), LAST_EPOCHS);
      return builder.build().fit(data(problem), EPOCHS).outputSingle(problem.data().getFeatures());
    }
  };

  private static final int EPOCHS = 8;
  private static final int LAST_EPOCHS = 20;

  /** Whether it takes other labels than one-hot rows that nothing masks. */
  final boolean anyLabels;

  TrainerRow(boolean anyLabels) {
    this.anyLabels = anyLabels;
  }

  /** Whether a refusal says which labels are not taken, and why. */
  boolean names(String refusal) {
    return refusal.startsWith("SPARSE: ")
        ? refusal.contains("class indices")
        : refusal.startsWith("MASKED: ")
            ? refusal.contains("data must have no mask of the labels: ")
            : refusal.contains("labels must be of shape [examples, outputs], got [48, 3, 2]");
  }

  /** Trains; the answer for the training data. */
  abstract INDArray fit(TypedProblem problem, File folder) throws IOException;

  private static TrainingData data(TypedProblem problem) {
    return TrainingData.of(problem.data(), TypedProblem.BATCH);
  }

  private static MultiLayerNetwork train(TypedProblem problem, TrainingListener... listeners) {
    MultiLayerNetwork net = new MultiLayerNetwork(problem.classifier());
    net.init();
    net.setListeners(listeners);
    net.fit(data(problem).all(1), EPOCHS);
    return net;
  }

  private static INDArray answer(Ensemble ensemble, TypedProblem problem) {
    try (ensemble) {
      return ensemble.output(problem.data().getFeatures());
    }
  }
}
