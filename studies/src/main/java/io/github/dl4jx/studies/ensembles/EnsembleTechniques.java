package io.github.dl4jx.studies.ensembles;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.run.FastGeometricEnsemble;
import io.github.dl4jx.ensembles.run.PosteriorSamples;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.studies.run.Technique;
import io.github.dl4jx.studies.run.Technique.Trained;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.Sghmc;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Every kind of ensemble, of 5 and of 10 members, and one network of the same kind. */
final class EnsembleTechniques {

  private static final List<Integer> SIZES = List.of(5, 10);
  private static final int EPOCHS = 5;
  private static final int CYCLE_EPOCHS = 2;
  private static final double ADAM_RATE = 1e-3;
  private static final double CYCLIC_RATE = 0.5;
  private static final double LOW_RATE = 0.01;
  private static final double SGHMC_RATE = 0.05;
  private static final double SGHMC_FRICTION = 0.1;
  private static final double TEMPERATURE = 1;

  /** A kind of ensemble. */
  private interface Trainer {
    Ensemble train(int members, long seed, DataSet data) throws IOException;
  }

  /** By name, the cheapest first. */
  private final Map<String, Technique> techniques = new LinkedHashMap<>();

  EnsembleTechniques() {
    techniques.put("one network", MnistNetwork.training(data -> new Adam(ADAM_RATE), null, EPOCHS));
    put(
        "checkpoint vote", // the last epochs of one training, which is longer by as many
        (n, seed, data) ->
            MnistNetwork.checkpointVote(seed, new Adam(ADAM_RATE), data, EPOCHS + n, n));
    put("posterior samples (Sghmc)", EnsembleTechniques::posterior);
    put(
        "snapshot ensemble",
        (n, seed, data) ->
            SnapshotEnsemble.of(sgd(seed))
                .cycles(n)
                .learningRate(CYCLIC_RATE)
                .seed(seed)
                .build()
                .fit(inMemory(data), n * CYCLE_EPOCHS));
    put(
        "fast geometric ensemble",
        (n, seed, data) ->
            FastGeometricEnsemble.of(sgd(seed))
                .cycles(n)
                .cycleEpochs(CYCLE_EPOCHS)
                .learningRates(CYCLIC_RATE, LOW_RATE)
                .seed(seed)
                .build()
                .fit(inMemory(data), EPOCHS));
    put(
        "bagging",
        (n, seed, data) ->
            Bagging.of(adam(seed)).members(n).seed(seed).build().fit(inMemory(data), EPOCHS));
    put(
        "deep ensemble",
        (n, seed, data) ->
            DeepEnsemble.of(adam(seed)).members(n).seed(seed).build().fit(inMemory(data), EPOCHS));
    put(
        "AdaBoost",
        (n, seed, data) ->
            AdaBoost.of(adam(seed)).rounds(n).seed(seed).build().fit(inMemory(data), EPOCHS));
    put(
        "gradient boosting",
        (n, seed, data) ->
            GradientBoosting.of(MnistNetwork.regression(seed, new Adam(ADAM_RATE)))
                .rounds(n)
                .seed(seed)
                .build()
                .fit(inMemory(data), EPOCHS));
  }

  private void put(String name, Trainer trainer) {
    for (int members : SIZES) {
      techniques.put(
          name + " of " + members,
          (seed, data) -> {
            Ensemble ensemble = trainer.train(members, seed, data);
            return Trained.of(ensemble);
          });
    }
  }

  private static MultiLayerConfiguration adam(long seed) {
    return MnistNetwork.configuration(seed, new Adam(ADAM_RATE), null);
  }

  private static MultiLayerConfiguration sgd(long seed) {
    return MnistNetwork.configuration(seed, new Sgd(CYCLIC_RATE), null);
  }

  private static TrainingData inMemory(DataSet data) {
    return TrainingData.of(data, MnistNetwork.BATCH);
  }

  /** A sample at the end of every epoch after the first ones. */
  private static Ensemble posterior(int members, long seed, DataSet data) {
    int epoch = MnistNetwork.batches(data);
    IUpdater sampler =
        Sghmc.of(SGHMC_RATE, data.numExamples())
            .friction(SGHMC_FRICTION)
            .temperature(TEMPERATURE)
            .seed(seed)
            .build();
    MultiLayerNetwork net = MnistNetwork.network(seed, sampler, null);
    try (PosteriorSamples samples =
        PosteriorSamples.every(epoch).burnIn((long) EPOCHS * epoch).keepLast(members).build()) {
      net.setListeners(samples);
      net.fit(MnistNetwork.iterator(data, seed), EPOCHS + members);
      return samples.ensemble();
    } finally {
      net.close();
    }
  }

  Map<String, Technique> all() {
    return techniques;
  }

  static String settings(int examples, int runs) {
    return String.format(
        Locale.ROOT,
        "784-256-10 network (ReLU, softmax), %,d training examples, 10,000 test examples, batch %d,"
            + " %s. Adam %s, %d epochs a member; checkpoints: the last epochs of as many more."
            + " Snapshots and fast geometric: Sgd, cycles of %d epochs from %s, the latter down to %s"
            + " and after %d epochs. Sghmc %s, friction %s, temperature %s: a sample an epoch, after"
            + " %d epochs. Gradient boosting: mean squared error.",
        examples,
        MnistNetwork.BATCH,
        Wording.count(runs, "run"),
        ADAM_RATE,
        EPOCHS,
        CYCLE_EPOCHS,
        CYCLIC_RATE,
        LOW_RATE,
        EPOCHS,
        SGHMC_RATE,
        SGHMC_FRICTION,
        TEMPERATURE,
        EPOCHS);
  }
}
