package io.github.dl4jx.tuning.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.tuning.sample.GridSearch;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.SuccessiveHalving;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The virtual clock. */
class EngineTest {

  private static final int TRIALS = 40;

  @TempDir Path folder;

  private final CheapSearch search = new CheapSearch();

  static Stream<Arguments> rows() {
    return CheapSearch.SAMPLERS.keySet().stream()
        .flatMap(
            sampler ->
                CheapSearch.SCHEDULES.keySet().stream()
                    .map(schedule -> Arguments.of(sampler, schedule)));
  }

  private Path folder(Object name) throws Exception {
    return Files.createDirectories(folder.resolve(String.valueOf(name)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rows")
  void run_anyNumberOfThreads_hasTheSameJournal(String sampler, String schedule) throws Exception {
    search.sampler = CheapSearch.SAMPLERS.get(sampler);
    search.schedule = CheapSearch.SCHEDULES.get(schedule);
    search.mostMicros = 200;
    List<String> first = List.of();
    for (int parallelism : new int[] {1, 2, 4}) {
      search.parallelism = parallelism;
      History history = search.run(TRIALS, folder(parallelism));
      List<String> journal = CheapSearch.timeless(folder(parallelism));
      assertThat(history.trials()).hasSize(TRIALS);
      assertThat(history.trials()).noneMatch(trial -> trial.state() == Trial.State.RUNNING);
      assertThat(history.top(1)).isNotEmpty();
      first = first.isEmpty() ? journal : first;
      assertThat(journal).isEqualTo(first);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rows")
  void run_inPieces_isThatInOnePiece(String sampler, String schedule) throws Exception {
    search.sampler = CheapSearch.SAMPLERS.get(sampler);
    search.schedule = CheapSearch.SCHEDULES.get(schedule);
    History whole = search.run(TRIALS, folder("whole"));
    History shorter = search.run(11, folder("pieces"));
    assertThat(shorter.trials()).hasSize(11);
    search.run(25, folder("pieces"));
    History pieces = search.run(TRIALS, folder("pieces"));
    assertThat(CheapSearch.text(pieces)).isEqualTo(CheapSearch.text(whole));
    assertThat(CheapSearch.timeless(folder("pieces")))
        .isEqualTo(CheapSearch.timeless(folder("whole")));
    // and fewer trials than there are change nothing
    assertThat(CheapSearch.text(search.run(11, folder("pieces"))))
        .isEqualTo(CheapSearch.text(shorter));
    assertThat(CheapSearch.timeless(folder("pieces")))
        .isEqualTo(CheapSearch.timeless(folder("whole")));
  }

  @Test
  void run_trialsOfUnequalCost_endInTheOrderOfTheVirtualClock() {
    search.schedule = FullTraining.maxEpochs(1);
    search.workers = 2;
    for (int cost : new int[] {5, 1, 2, 9}) {
      search.enqueue(0.5, cost);
    }
    List<Integer> order = new ArrayList<>();
    search.listener = (trial, progress) -> order.add(trial.number());
    search.run(4, Journal.none());
    // 0: 0 to 5, 1: 0 to 1, then 2: 1 to 3, then 3: 3 to 12
    assertThat(order).containsExactly(1, 2, 0, 3);
  }

  @Test
  void run_trialsOfEqualCost_endInTheOrderOfTheirNumbers() {
    search.schedule = FullTraining.maxEpochs(1);
    search.parallelism = 4;
    search.mostMicros = 2000;
    for (int i = 0; i < 12; i++) {
      search.enqueue(0.5, 1);
    }
    List<Integer> order = new ArrayList<>();
    search.listener = (trial, progress) -> order.add(trial.number());
    search.run(12, Journal.none());
    assertThat(order).containsExactlyElementsOf(IntStream.range(0, 12).boxed().toList());
  }

  @Test
  void run_someAtWork_samplerSeesThemRunning() {
    List<String> seen = new ArrayList<>();
    Sampler inner = search.sampler;
    search.sampler =
        new Sampler() {
          @Override
          public Optional<Point> suggest(History history, int trial, long seed) {
            seen.add(
                history.trials().stream()
                    .map(other -> other.state().name().substring(0, 1))
                    .collect(Collectors.joining()));
            return inner.suggest(history, trial, seed);
          }

          @Override
          public String name() {
            return "spy";
          }
        };
    search.schedule = FullTraining.maxEpochs(1);
    search.workers = 3;
    search.parallelism = 2;
    search.enqueue(0.5, 9);
    search.enqueue(0.5, 1);
    search.run(5, Journal.none());
    // trials 2, 3 and 4: the first is at work until 9, the second until 1
    assertThat(seen).hasSize(3);
    assertThat(seen.get(0)).isEqualTo("RR");
    assertThat(seen.get(1)).isEqualTo("RFR");
    assertThat(seen.get(2)).startsWith("RF").hasSize(4);
  }

  @Test
  void run_pausedTrials_goOnFromWhereTheyAre() {
    search.schedule = SuccessiveHalving.maxEpochs(9);
    List<String> stretches = new ArrayList<>();
    search.parallelism = 1;
    SearchRun.run(
        search.plan(),
        9,
        Journal.none(),
        stretch -> {
          stretches.add(stretch.from + "-" + stretch.to);
          return Optional.of(Outcome.scored(stretch.trial, 0));
        },
        1,
        null,
        null,
        new ArrayList<>(),
        () -> {});
    assertThat(stretches).filteredOn("0-1"::equals).hasSize(9);
    assertThat(stretches).filteredOn("1-3"::equals).hasSize(3);
    assertThat(stretches).filteredOn("3-9"::equals).hasSize(1);
    assertThat(stretches).hasSize(13);
  }

  @Test
  void run_timeIsOver_isAPrefix() throws Exception {
    History whole = search.run(TRIALS, folder("whole"));
    List<String> journal = CheapSearch.timeless(folder("whole"));
    search.mostMicros = 4000;
    search.deadline = System.nanoTime() + 30_000_000;
    search.run(TRIALS, folder("limited"));
    List<String> limited = CheapSearch.timeless(folder("limited"));
    assertThat(limited).isNotEmpty().hasSizeLessThan(journal.size());
    assertThat(limited).isEqualTo(journal.subList(0, limited.size()));
    search.deadline = null;
    assertThat(CheapSearch.text(search.run(TRIALS, folder("limited"))))
        .isEqualTo(CheapSearch.text(whole));
  }

  @Test
  void run_otherPointsEnqueued_isRefused() throws Exception {
    search.enqueue(0.5, 1);
    search.run(4, folder("a"));
    CheapSearch same = new CheapSearch();
    same.enqueue(0.5, 1);
    same.enqueue(0.25, 2); // tried next
    assertThat(same.run(5, folder("a")).trials().get(4).get(same.x)).isEqualTo(0.25);
    CheapSearch other = new CheapSearch();
    other.enqueue(0.75, 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> other.run(5, folder("a")))
        .withMessageContaining("enqueue")
        .withMessageContaining("0.75");
  }

  @Test
  void run_finiteSpace_endsWhenItIsSearched() {
    CheapSearch finite = new CheapSearch();
    finite.sampler = CheapSearch.SAMPLERS.get("grid");
    History history = finite.run(1000, Journal.none());
    assertThat(history.trials()).hasSize(49).extracting(Trial::point).doesNotHaveDuplicates();
  }

  private static CheapSearch nine(boolean hyperband) {
    CheapSearch finite = new CheapSearch();
    finite.sampler = GridSearch.of(3);
    finite.schedule = hyperband ? Hyperband.maxEpochs(27) : SuccessiveHalving.maxEpochs(27);
    return finite;
  }

  /** The grid's 9 points do not fill a bracket of 27, nor the first of Hyperband's. */
  @ParameterizedTest
  @CsvSource({"false, 60", "true, 60", "false, 9", "true, 9"})
  void run_finiteSpaceInABracket_isTrainedToTheEnd(boolean hyperband, int trials) throws Exception {
    List<String> uninterrupted = List.of();
    for (int parallelism : new int[] {1, 3}) {
      CheapSearch finite = nine(hyperband);
      finite.parallelism = parallelism;
      History history = finite.run(trials, folder(parallelism));
      assertThat(history.trials()).hasSize(9);
      assertThat(history.ranked().get(0).epochs()).isEqualTo(27);
      assertThat(history.trials()).extracting(Trial::state).doesNotContain(Trial.State.PAUSED);
      List<String> journal = CheapSearch.timeless(folder(parallelism));
      assertThat(journal).isEqualTo(uninterrupted.isEmpty() ? journal : uninterrupted);
      uninterrupted = journal;
      for (int again : new int[] {60, 9, 10}) { // replayed
        assertThat(CheapSearch.text(finite.run(again, folder(parallelism))))
            .isEqualTo(CheapSearch.text(history));
        assertThat(CheapSearch.timeless(folder(parallelism))).isEqualTo(journal);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_finiteSpaceNotSearched_keepsItsTrialsPaused(boolean hyperband) throws Exception {
    CheapSearch finite = nine(hyperband);
    assertThat(finite.run(8, folder("kept")).trials())
        .hasSize(8)
        .extracting(Trial::state)
        .containsOnly(Trial.State.PAUSED, Trial.State.FAILED);
    assertThat(CheapSearch.text(finite.run(9, folder("kept"))))
        .isEqualTo(CheapSearch.text(nine(hyperband).run(9, Journal.none())));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_enqueuedAfterTheSpaceWasSearched_isTried(boolean hyperband) throws Exception {
    History searched = nine(hyperband).run(60, folder("kept"));
    CheapSearch further = nine(hyperband);
    further.enqueue(0.123, 3);
    assertThat(CheapSearch.text(further.run(9, folder("kept"))))
        .isEqualTo(CheapSearch.text(searched));
    History more = further.run(60, folder("kept"));
    assertThat(more.trials()).hasSize(10);
    assertThat(more.trials().get(9).get(further.x)).isEqualTo(0.123);
    assertThat(more.trials().get(9).scores()).containsKey(1);
    assertThat(more.trials()).extracting(Trial::state).doesNotContain(Trial.State.PAUSED);
    assertThat(CheapSearch.text(more)).startsWith(CheapSearch.text(searched));
    assertThat(CheapSearch.text(further.run(60, folder("kept")))).isEqualTo(CheapSearch.text(more));
  }

  @Test
  void run_firstThreeFail_endsWithTheCause() {
    for (int i = 0; i < 3; i++) {
      search.enqueue(0.98, 1 + i);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> search.run(TRIALS, Journal.none()))
        .withMessageContaining("the first 3 trials have failed")
        .withMessageContaining("too much");
  }

  @Test
  void run_firstThreeFailInAFolder_saysSoAgainWithoutTrainingUntilItIsDeleted() throws Exception {
    for (int i = 0; i < 3; i++) {
      search.enqueue(0.98, 1 + i);
    }
    Path kept = folder("failed");
    String message =
        "the first 3 trials have failed, the last one with: too much. That is kept: to start over,"
            + " delete "
            + kept;
    assertThatIllegalStateException()
        .isThrownBy(() -> search.run(TRIALS, kept))
        .withMessage(message);
    AtomicInteger trained = new AtomicInteger();
    Worker mended =
        stretch -> {
          trained.incrementAndGet();
          return Optional.of(Outcome.scored(1, 0));
        };
    try (Journal journal = Journal.in(kept.toFile())) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  SearchRun.run(
                      search.plan(),
                      9,
                      journal,
                      mended,
                      1,
                      null,
                      null,
                      new ArrayList<>(),
                      () -> {}))
          .withMessage(message);
    }
    assertThat(trained).hasValue(0);
    Files.delete(kept.resolve("journal.jsonl"));
    try (Journal journal = Journal.in(kept.toFile())) {
      History history =
          SearchRun.run(
              search.plan(), 9, journal, mended, 1, null, null, new ArrayList<>(), () -> {});
      assertThat(history.top(9)).hasSize(9);
    }
  }

  /** 9 + 5 + 3 trials fill the brackets of R = 9; 20 leave three in the next. */
  @Test
  void run_bracketNotFull_keepsItsTrialsPausedUntilThereAreMore() throws Exception {
    search.schedule = CheapSearch.SCHEDULES.get("hyperband");
    Path kept = folder("paused");
    History history = search.run(20, kept);
    assertThat(history.trials().subList(0, 17))
        .extracting(Trial::state)
        .doesNotContain(Trial.State.PAUSED);
    assertThat(history.trials().subList(17, 20))
        .extracting(Trial::state)
        .containsAnyOf(Trial.State.PAUSED)
        .doesNotContain(Trial.State.FINISHED, Trial.State.STOPPED);
    assertThat(search.run(26, kept).trials())
        .extracting(Trial::state)
        .doesNotContain(Trial.State.PAUSED);
  }

  @Test
  void run_workerThrows_endsWithTheCause() {
    IllegalArgumentException cause = new IllegalArgumentException("disk full");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                SearchRun.run(
                    search.plan(),
                    9,
                    Journal.none(),
                    stretch -> {
                      throw cause;
                    },
                    2,
                    null,
                    null,
                    new ArrayList<>(),
                    () -> {}))
        .withCause(cause);
  }
}
