package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.tuning.report.SearchReport;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Searches of tiny networks. */
class SearchTest {

  private final TinySearch tiny = new TinySearch();
  private final SearchSpace space = tiny.space;
  private final Parameter<Double> rate = tiny.rate;
  private final Parameter<Integer> hidden = tiny.hidden;

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

  private final TrainingData train = TinySearch.train();

  @Test
  void run_ofLayers_givesTheNetworkThatWasScored() {
    List<String> seen = new ArrayList<>();
    Search search =
        Search.of(space, tiny::conf)
            .score(TinySearch.loss())
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
      assertThat(TinySearch.loss().calculateScore(network)).isEqualTo(best.score(), within(1e-6));
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
            .score(() -> TinySearch.loss())
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
        Search.of(space, tiny::conf)
            .score(TinySearch.loss())
            .schedule(FullTraining.maxEpochs(2))
            .build();
    try (SearchResult result = search.run(train, 3)) {
      List<Confirmation> confirmations = result.confirm(2, 2, TinySearch.loss());
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
                  return tiny.conf(trial);
                })
            .score(TinySearch.loss())
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
                  MultiLayerConfiguration conf = tiny.conf(trial);
                  ((OutputLayer) conf.getConf(1).getLayer()).setIUpdater(new Sgd(1e30));
                  return conf;
                })
            .score(TinySearch.loss())
            .schedule(FullTraining.maxEpochs(1))
            .build();
    assertThatIllegalStateException()
        .isThrownBy(() -> search.run(train, 9))
        .withMessageContaining("the first 3 trials have failed")
        .withMessageContaining("diverged");
  }

  @Test
  void of_badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Search.of(null, tiny::conf))
        .withMessageContaining("space");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Search.of(new SearchSpace(), tiny::conf))
        .withMessageContaining("at least 1 parameter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Search.of(space, null))
        .withMessageContaining("configuration");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Search.ofGraph(space, null))
        .withMessageContaining("configuration");
    Search.Builder builder = Search.of(space, tiny::conf);
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageContaining("score must be given");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.score(TinySearch.loss()).build())
        .withMessageContaining("schedule must be given");
  }

  @Test
  void write_confirmed_hasBothScoresAndEveryTrial(@TempDir File folder) throws IOException {
    Search search =
        Search.of(space, tiny::conf)
            .score(TinySearch.loss())
            .schedule(FullTraining.maxEpochs(2))
            .build();
    File csv = new File(folder, "trials.csv");
    File page = new File(folder, "search.html");
    try (SearchResult result = search.run(train, 3)) {
      double again = result.confirm(1, TinySearch.loss()).get(0).mean();
      result.writeCsv(csv);
      result.writeReport(page);
      assertThat(Files.readAllLines(csv.toPath())).hasSize(1 + 3);
      assertThat(Files.readString(page.toPath()))
          .contains(String.format(Locale.ROOT, "%.4f", again).substring(0, 5));
    }
  }

  /** Trials that are paused have scores between those of others. */
  @Test
  void writeReport_pausedTrials_haveTheirScoresAsTheyCame(@TempDir File folder) throws IOException {
    List<Trial> seen = new ArrayList<>();
    Search search =
        Search.of(space, tiny::conf)
            .score(TinySearch.loss())
            .sampler(new RandomSearch())
            .schedule(SuccessiveHalving.maxEpochs(4).reduction(2))
            .seed(7)
            .listener((trial, progress) -> seen.add(trial))
            .build();
    File page = new File(folder, "search.html");
    try (SearchResult result = search.run(train, 4)) {
      result.writeReport(page);
      SearchReport.Builder told = SearchReport.of(result.history());
      seen.forEach(trial -> told.scored(trial.number(), trial.epochs()));
      String byNumber = SearchReport.of(result.history()).build().html();
      assertThat(Files.readString(page.toPath()))
          .isEqualTo(told.build().html())
          .isNotEqualTo(byNumber);
    }
  }
}
