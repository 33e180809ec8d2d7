package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.resume.FolderLock;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.Asha;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.MedianStopping;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Searches of networks in folders. */
class SearchFolderTest {

  private static final int TRIALS = 7;

  @TempDir Path folder;

  private final TrainingData train = TinySearch.train();

  static Stream<Schedule> schedules() {
    return Stream.of(
        FullTraining.maxEpochs(4),
        MedianStopping.maxEpochs(3).startupTrials(2),
        SuccessiveHalving.maxEpochs(4).reduction(2),
        Hyperband.maxEpochs(4).reduction(2),
        Asha.maxEpochs(4).reduction(2));
  }

  private static Search search(Path folder, UnaryOperator<Search.Builder> settings) {
    return settings.apply(new TinySearch().builder().resumeIn(folder)).build();
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void run_anyNumberOfThreads_hasTheSameJournalAndNetwork(Schedule schedule) {
    List<String> journal = List.of();
    MultiLayerNetwork best = null;
    for (int parallelism : new int[] {1, 2, 4}) {
      Path own = folder.resolve("p" + parallelism);
      Search search = search(own, s -> s.schedule(schedule).parallelism(parallelism));
      try (SearchResult result = search.run(train, TRIALS)) {
        assertThat(result.history().trials()).hasSize(TRIALS);
        MultiLayerNetwork network = result.best().network();
        if (best == null) {
          best = network;
          journal = CheapSearch.timeless(own);
        }
        assertThat(CheapSearch.timeless(own)).isEqualTo(journal);
        assertThat(network.params()).isEqualTo(best.params());
      }
    }
  }

  /** Trained by hand, in one piece. */
  @Test
  void network_ofATrialPausedAtEveryRung_isThatOfOneTrainedStraightThrough() {
    Search search =
        search(
            folder.resolve("search"),
            s -> s.schedule(SuccessiveHalving.maxEpochs(8).reduction(2)).parallelism(2));
    try (SearchResult result = search.run(train, 8)) {
      TrialResult best = result.best();
      assertThat(best.trial().scores()).containsOnlyKeys(1, 2, 4, 8);
      MultiLayerNetwork straight = new MultiLayerNetwork(best.configuration());
      straight.init();
      long seed = best.configuration().getConf(0).getSeed();
      Training.fit(
          straight, train.all(Seeds.derive(seed, 0)), 8, folder.resolve("straight").toFile());
      MultiLayerNetwork paused = best.network();
      assertThat(paused.params()).isEqualTo(straight.params());
      assertThat(paused.getUpdater().getStateViewArray())
          .isEqualTo(straight.getUpdater().getStateViewArray());
      assertThat(best.score()).isEqualTo(TinySearch.loss().calculateScore(straight));
    }
  }

  @Test
  void run_again_trainsNothing() throws IOException {
    Search search = search(folder, s -> s);
    String before;
    try (SearchResult result = search.run(train, TRIALS)) {
      before = CheapSearch.text(result.history());
    }
    String journal = Files.readString(folder.resolve("journal.jsonl"));
    Search again =
        Search.of(
                new TinySearch().space,
                trial -> {
                  throw new AssertionError("a trial is trained");
                })
            .score(TinySearch::loss)
            .schedule(Hyperband.maxEpochs(9))
            .workers(4)
            .seed(7)
            .resumeIn(folder)
            .build();
    try (SearchResult result = again.run(train, TRIALS)) {
      assertThat(CheapSearch.text(result.history())).isEqualTo(before);
    }
    assertThat(Files.readString(folder.resolve("journal.jsonl"))).isEqualTo(journal);
  }

  @Test
  void run_timeLimitAndMoreTrials_goOnToTheSame() {
    List<String> whole;
    try (SearchResult result = search(folder.resolve("a"), s -> s).run(train, TRIALS)) {
      whole = CheapSearch.timeless(folder.resolve("a"));
    }
    Path pieces = folder.resolve("b");
    Search limited = search(pieces, s -> s.timeLimit(Duration.ofMillis(150)).parallelism(2));
    limited.run(train, 3).close();
    search(pieces, s -> s).run(train, 5).close();
    search(pieces, s -> s).run(train, TRIALS).close();
    assertThat(CheapSearch.timeless(pieces)).isEqualTo(whole);
  }

  @Test
  void run_stoppedTrials_haveNoCheckpoints() {
    Search search = search(folder, s -> s.schedule(SuccessiveHalving.maxEpochs(4).reduction(2)));
    try (SearchResult result = search.run(train, 4)) {
      for (Trial trial : result.history().trials()) {
        Path checkpoints = folder.resolve("trial-0000" + trial.number() + "/checkpoints");
        assertThat(Files.exists(checkpoints)).isEqualTo(trial.state() == Trial.State.FINISHED);
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> result.top(4).get(3).network())
          .withMessageContaining("it was stopped");
    }
  }

  @Test
  void run_anotherSearch_isRefusedByName() {
    search(folder, s -> s).run(train, 2).close();
    assertRefused("seed was 7, now 8", train, s -> s.seed(8));
    assertRefused("workers was 4, now 3", train, s -> s.workers(3));
    assertRefused("sampler was tpe(10,24), now random", train, s -> s.sampler(new RandomSearch()));
    assertRefused("schedule was hyperband(9,3)", train, s -> s.schedule(FullTraining.maxEpochs(9)));
    TrainingData other = TrainingData.of(new DataSet(Nd4j.ones(8, 3), Nd4j.ones(8, 1)), 16);
    assertRefused("data was ", other, s -> s);
    assertThatIllegalStateException()
        .isThrownBy(() -> search(folder, s -> s.cost(trial -> 2)).run(train, 2))
        .withMessageContaining("the search must be the one in");
  }

  private void assertRefused(
      String why, TrainingData data, UnaryOperator<Search.Builder> settings) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search(folder, settings).run(data, 2))
        .withMessageContaining("the search must be the one in")
        .withMessageContaining(why);
  }

  /** Trial 0 is in other hands until the others have been scored. */
  @Test
  void run_anotherHasATrial_waitsForIt() throws Exception {
    Path taken = Files.createDirectories(folder.resolve("trial-00000"));
    CountDownLatch others = new CountDownLatch(2);
    FolderLock lock = FolderLock.acquire(taken);
    Thread holder =
        new Thread(
            () -> {
              try {
                others.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              lock.close();
            });
    holder.start();
    Search search =
        Search.of(
                new TinySearch().space,
                trial -> {
                  others.countDown();
                  return new TinySearch().conf(trial);
                })
            .score(TinySearch::loss)
            .schedule(FullTraining.maxEpochs(1))
            .workers(3)
            .resumeIn(folder)
            .build();
    try (SearchResult result = search.run(train, 3)) {
      assertThat(result.top(3)).hasSize(3);
    }
    holder.join();
  }

  @Test
  void run_trialThatKilledItsProcesses_isGivenUp() throws IOException {
    Path trial = Files.createDirectories(folder.resolve("trial-00000"));
    Files.writeString(trial.resolve("attempts.txt"), "the beginning\n".repeat(5));
    try (SearchResult result = search(folder, s -> s).run(train, 2)) {
      assertThat(result.history().trials().get(0).cause()).contains("5 processes have died");
    }
  }

  /** Two networks at a time, but for the two that were there when processes died. */
  @Test
  void run_trialsThatProcessesDiedWith_areTrainedAlone() throws IOException {
    Set<Integer> suspects = Set.of(1, 2);
    for (int number : suspects) {
      Path trial = Files.createDirectories(folder.resolve("trial-0000" + number));
      Files.writeString(trial.resolve("attempts.txt"), "the beginning\n".repeat(2));
    }
    Map<Thread, Integer> atWork = new ConcurrentHashMap<>();
    Queue<Set<Integer>> company = new ConcurrentLinkedQueue<>();
    Search search =
        Search.of(
                new TinySearch().space,
                trial -> {
                  atWork.put(Thread.currentThread(), trial.number());
                  company.add(Set.copyOf(atWork.values()));
                  return new TinySearch().conf(trial);
                })
            .score(
                () ->
                    new DataSetLossCalculator(TinySearch.validation(), true) {
                      @Override
                      public double calculateScore(Model network) {
                        double score = super.calculateScore(network);
                        atWork.remove(Thread.currentThread());
                        return score;
                      }
                    })
            .schedule(FullTraining.maxEpochs(20))
            .workers(4)
            .parallelism(2)
            .resumeIn(folder)
            .build();
    try (SearchResult result = search.run(train, 8)) {
      assertThat(result.top(8)).hasSize(8);
    }
    assertThat(company)
        .filteredOn(set -> !Collections.disjoint(set, suspects))
        .allMatch(set -> set.size() == 1);
    assertThat(company).anyMatch(set -> set.size() == 2);
  }

  /** It waits for the second trial, which is at work when time is over, to be trained alone. */
  @Test
  void run_trialThatWaitsWhenTimeIsOver_keepsItsAttempts() throws IOException {
    Path attempts = Files.createDirectories(folder.resolve("trial-00002")).resolve("attempts.txt");
    String before = "the beginning\n".repeat(2);
    Files.writeString(attempts, before);
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    Search search =
        Search.of(
                new TinySearch().space,
                trial -> {
                  if (trial.number() == 0) {
                    second.join();
                  } else if (trial.number() == 1) {
                    second.complete(true);
                    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
                    while (System.nanoTime() < end) {
                      LockSupport.parkNanos(end - System.nanoTime());
                    }
                  }
                  return new TinySearch().conf(trial);
                })
            .score(() -> new DataSetLossCalculator(TinySearch.validation(), true))
            .schedule(FullTraining.maxEpochs(1))
            .workers(2)
            .parallelism(2)
            .timeLimit(Duration.ofSeconds(1))
            .resumeIn(folder)
            .build();
    search.run(train, 4).close();
    assertThat(attempts).hasContent(before);
  }

  @Test
  void run_damagedCheckpointsAndScores_trainsAgainToTheSame() throws IOException {
    Search search = search(folder, s -> s.schedule(FullTraining.maxEpochs(2)));
    double score;
    try (SearchResult result = search.run(train, 1)) {
      score = result.best().score();
    }
    Files.delete(folder.resolve("journal.jsonl"));
    Files.writeString(folder.resolve("trial-00000/scores.jsonl"), "nonsense\n");
    try (Stream<Path> files = Files.list(folder.resolve("trial-00000/checkpoints"))) {
      for (Path file : files.toList()) {
        Files.write(file, new byte[10]);
      }
    }
    try (SearchResult result = search.run(train, 1)) {
      assertThat(result.best().score()).isEqualTo(score);
    }
    assertThat(folder.resolve("trial-00000/checkpoints.unreadable")).isNotEmptyDirectory();
  }
}
