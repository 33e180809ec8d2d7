package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Searches of tiny networks. */
class SearchTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
  private final Parameter<Integer> hidden = space.logInt("hidden", 2, 8);

  /** y = a sum of squares. */
  private static DataSet data(int examples, long seed) {
    Random random = new Random(seed);
    float[][] x = new float[examples][3];
    float[][] y = new float[examples][1];
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < 3; j++) {
        x[i][j] = (float) random.nextGaussian();
        y[i][0] += x[i][j] * x[i][j] / 3;
      }
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  private static DataSetLossCalculator loss(long seed) {
    return new DataSetLossCalculator(new ListDataSetIterator<>(data(32, seed).asList(), 16), true);
  }

  private MultiLayerConfiguration conf(TrialSetup trial) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(trial.get(rate)))
        .list()
        .layer(new DenseLayer.Builder().nIn(3).nOut(trial.get(hidden)).dropOut(0.9).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(1)
                .build())
        .setInputType(InputType.feedForward(3))
        .build();
  }

  private ComputationGraphConfiguration graph(TrialSetup trial) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(trial.get(rate)))
        .graphBuilder()
        .addInputs("in")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(3)
                .nOut(1)
                .build(),
            "in")
        .setOutputs("out")
        .build();
  }

  private final TrainingData train = TrainingData.of(data(64, 1), 16);

  @Test
  void run_ofLayers_givesTheNetworkThatWasScored() {
    List<String> seen = new ArrayList<>();
    Search search =
        Search.of(space, this::conf)
            .score(loss(2))
            .sampler(new RandomSearch())
            .schedule(SuccessiveHalving.maxEpochs(4).reduction(2))
            .workers(3)
            .parallelism(2)
            .seed(7)
            .listener((trial, progress) -> seen.add(trial.number() + "@" + trial.epochs()))
            .build();
    try (SearchResult result = search.run(train, 4)) {
      TrialResult best = result.best();
      assertThat(best.trial().state()).isEqualTo(Trial.State.FINISHED);
      assertThat(best.trial().scores()).containsOnlyKeys(1, 2, 4);
      MultiLayerNetwork network = best.network();
      assertThat(network.getEpochCount()).isEqualTo(4);
      assertThat(loss(2).calculateScore(network)).isEqualTo(best.score(), within(1e-6));
      assertThat(best.configuration().toJson()).contains("\"nout\" : " + best.get(hidden));
      assertThat(result.history().trials())
          .extracting(Trial::state)
          .containsExactlyInAnyOrder(
              Trial.State.FINISHED, Trial.State.STOPPED, Trial.State.STOPPED, Trial.State.STOPPED);
      assertThat(seen).hasSize(4 + 2 + 1);
      assertThat(result.topPoints(2)).hasSize(2).first().isEqualTo(best.point());
    }
  }

  @Test
  void run_ofGraph_givesAGraph() {
    Search search =
        Search.ofGraph(space, this::graph)
            .score(() -> loss(2))
            .schedule(FullTraining.maxEpochs(2))
            .build();
    try (SearchResult result = search.run(train, 2)) {
      assertThat(result.best().graph().getEpochCount()).isEqualTo(2);
      assertThatIllegalStateException().isThrownBy(() -> result.best().network());
      assertThatIllegalStateException().isThrownBy(() -> result.best().configuration());
    }
  }

  @Test
  void confirm_theBest_trainsThemWithFreshSeeds() {
    Search search =
        Search.of(space, this::conf).score(loss(2)).schedule(FullTraining.maxEpochs(2)).build();
    try (SearchResult result = search.run(train, 3)) {
      List<Confirmation> confirmations = result.confirm(2, 2, loss(2));
      assertThat(confirmations)
          .extracting(confirmation -> confirmation.found().number())
          .containsExactly(result.top(2).get(0).number(), result.top(2).get(1).number());
      Confirmation first = confirmations.get(0);
      assertThat(first.scores()).hasSize(2).doesNotHaveDuplicates();
      assertThat(first.scores()).doesNotContain(first.found().score());
      assertThat(first.mean())
          .isEqualTo((first.scores().get(0) + first.scores().get(1)) / 2, within(1e-12));
    }
  }

  @Test
  void run_trialsThatFail_areKeptAndRankedLast() {
    Search search =
        Search.of(
                space,
                trial -> {
                  if (trial.number() == 0) {
                    throw new IllegalArgumentException("no such network");
                  }
                  return conf(trial);
                })
            .score(loss(2))
            .schedule(FullTraining.maxEpochs(1))
            .build();
    try (SearchResult result = search.run(train, 3)) {
      Trial failed = result.history().trials().get(0);
      assertThat(failed.state()).isEqualTo(Trial.State.FAILED);
      assertThat(failed.cause()).contains("no such network");
      assertThat(result.history().ranked()).last().isEqualTo(failed);
      assertThat(result.top(9)).hasSize(2);
    }
  }

  @Test
  void run_allTrialsDiverge_endsAfterThree() {
    Search search =
        Search.of(
                space,
                trial -> {
                  MultiLayerConfiguration conf = conf(trial);
                  ((OutputLayer) conf.getConf(1).getLayer()).setIUpdater(new Sgd(1e30));
                  return conf;
                })
            .score(loss(2))
            .schedule(FullTraining.maxEpochs(1))
            .build();
    assertThatIllegalStateException()
        .isThrownBy(() -> search.run(train, 9))
        .withMessageContaining("the first 3 trials have failed")
        .withMessageContaining("diverged");
  }
}
