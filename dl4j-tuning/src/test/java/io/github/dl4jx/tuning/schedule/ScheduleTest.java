package io.github.dl4jx.tuning.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schedules in a search that has so many workers; a new one joins by a row. */
class ScheduleTest {

  private final SearchSpace space = new SearchSpace();

  ScheduleTest() {
    space.integer("n", 0, 1_000_000);
  }

  /** What was done, as {@code trial:epochs}. */
  private final List<String> log = new ArrayList<>();

  private final List<Trial> trials = new ArrayList<>();
  private long spent;

  private History history() {
    return new History(space, true, trials);
  }

  /**
   * Does so many assignments, with as many at work; the score is trial's, at an epoch; below 0:
   * fails.
   */
  private void run(Schedule schedule, int assignments, int workers, IntBinaryOperator score) {
    List<Assignment> working = new ArrayList<>();
    List<Integer> who = new ArrayList<>();
    for (int i = 0; i < assignments; i++) {
      while (working.size() < workers && schedule.next(history()).isPresent()) {
        Assignment assignment = schedule.next(history()).orElseThrow();
        int number = assignment.trial().orElse(trials.size());
        if (assignment.trial().isPresent()) {
          assertThat(trials.get(number).state()).isEqualTo(Trial.State.PAUSED);
          trials.set(number, trials.get(number).in(Trial.State.RUNNING));
        } else {
          trials.add(Trial.begin(number, space.at(number)));
        }
        working.add(assignment);
        who.add(number);
      }
      int number = who.remove(0);
      int epochs = working.remove(0).epochs();
      Trial trial = trials.get(number);
      spent += epochs - trial.epochs();
      log.add(number + ":" + epochs);
      int value = score.applyAsInt(number, epochs);
      trial = value < 0 ? trial.failed("diverged") : trial.scored(epochs, value);
      trials.set(number, trial);
      if (value >= 0) {
        trials.set(number, trial.in(schedule.after(history(), trial)));
      }
      for (Trial givenUp : schedule.givenUp(history())) {
        trials.set(givenUp.number(), givenUp.in(Trial.State.STOPPED));
      }
    }
  }

  static Stream<Schedule> schedules() {
    return Stream.of(
        FullTraining.maxEpochs(9),
        MedianStopping.maxEpochs(9),
        SuccessiveHalving.maxEpochs(9),
        Hyperband.maxEpochs(9),
        Hyperband.maxEpochs(20).reduction(2),
        Asha.maxEpochs(9));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void manyWorkers_neverTrainTooLongOrTheSameTwice_andFinish(Schedule schedule) {
    run(schedule, 400, 5, (trial, epochs) -> trial % 7 == 4 ? -1 : (trial * 37 % 101) + epochs);
    assertThat(log).doesNotHaveDuplicates();
    int most = schedule.maxEpochs();
    assertThat(trials).allMatch(trial -> trial.epochs() <= most);
    assertThat(trials.stream().filter(trial -> trial.state() == Trial.State.FINISHED))
        .isNotEmpty()
        .allMatch(trial -> trial.epochs() == most);
    assertThat(schedule.name()).matches("[a-z]+\\([0-9,]+\\)");
  }

  @Test
  void successiveHalving_trainsTheBestOn() {
    // lower scores are better: 8 is the best, then 7, 6 ..
    run(SuccessiveHalving.maxEpochs(9), 13, 1, (trial, epochs) -> 100 - trial);
    assertThat(log.subList(0, 9))
        .containsExactly("0:1", "1:1", "2:1", "3:1", "4:1", "5:1", "6:1", "7:1", "8:1");
    assertThat(log.subList(9, 13)).containsExactly("8:3", "7:3", "6:3", "8:9");
    assertThat(spent).isEqualTo(9 + 3 * 2 + 6);
    assertThat(trials.get(8).state()).isEqualTo(Trial.State.FINISHED);
    assertThat(trials.subList(0, 8)).allMatch(trial -> trial.state() == Trial.State.STOPPED);
  }

  @Test
  void successiveHalving_afterFailures_promotesOthers() {
    run(SuccessiveHalving.maxEpochs(9), 13, 1, (trial, epochs) -> trial > 6 ? -1 : 100 - trial);
    assertThat(log.subList(9, 13)).containsExactly("6:3", "5:3", "4:3", "6:9");
  }

  @Test
  void hyperband_runsItsBracketsInOrder_andEachCostsWhatItsTableSays() {
    Hyperband hyperband = Hyperband.maxEpochs(9);
    // 9 3 1, 5 1, 3: assignments 13 + 6 + 3
    run(hyperband, 13, 1, (trial, epochs) -> trial);
    assertThat(spent).isEqualTo(hyperband.brackets().get(0).cost()).isEqualTo(21);
    run(hyperband, 6, 1, (trial, epochs) -> trial);
    assertThat(log.subList(13, 19)).containsExactly("9:3", "10:3", "11:3", "12:3", "13:3", "9:9");
    run(hyperband, 3, 1, (trial, epochs) -> trial);
    assertThat(log.subList(19, 22)).containsExactly("14:9", "15:9", "16:9");
    run(hyperband, 1, 1, (trial, epochs) -> trial);
    assertThat(log.get(22)).isEqualTo("17:1");
  }

  @Test
  void hyperband_ofThePapersExample_costs297EpochsFirst() {
    run(Hyperband.maxEpochs(81), 121, 1, (trial, epochs) -> trial);
    assertThat(trials).hasSize(81);
    assertThat(spent).isEqualTo(297);
  }

  /** By hand: after three scores the best one goes on; then three more are needed. */
  @Test
  void asha_promotesAsSoonAsItCan() {
    int[] scores = {5, 3, 4, 1, 2, 6, 0, 9, 8};
    run(Asha.maxEpochs(9), 12, 1, (trial, epochs) -> scores[trial % 9]);
    assertThat(log)
        .containsExactly(
            "0:1", "1:1", "2:1", "1:3", // one of three: trial 1
            "3:1", "3:3", // one of four: 3 is the best now
            "4:1", "5:1", "4:3", // two of six: 3, which has gone on, and 4
            "3:9", // one of three at epoch 3
            "6:1", "6:3"); // two of seven: 6 and 3
    assertThat(trials.get(3).state()).isEqualTo(Trial.State.FINISHED);
  }

  /** The other two of three failed before they had a score: 0 is the best third. */
  @Test
  void asha_trialsThatFailed_haveAPlaceInTheirRung() {
    SearchSpace space = new SearchSpace();
    space.uniform("x", 0, 1);
    List<Trial> three = new ArrayList<>();
    three.add(Trial.begin(0, space.at(0.1)).scored(1, 0.5).in(Trial.State.PAUSED));
    three.add(Trial.begin(1, space.at(0.2)).failed("injected"));
    three.add(Trial.begin(2, space.at(0.3)).failed("injected"));
    assertThat(Asha.maxEpochs(9).next(new History(space, true, three)))
        .contains(Assignment.goOn(0, 3));
  }

  @Test
  void median_stopsWhatIsWorseThanHalf_afterFiveHaveFinished() {
    MedianStopping median = MedianStopping.maxEpochs(3);
    // the score of trial i is i, but 6 gets better: 6, then 1
    run(median, 15, 1, (trial, epochs) -> trial);
    assertThat(trials).hasSize(5).allMatch(trial -> trial.state() == Trial.State.FINISHED);
    run(median, 1, 1, (trial, epochs) -> 3); // trial 5: worse than the median 2
    assertThat(trials.get(5).state()).isEqualTo(Trial.State.STOPPED);
    run(median, 3, 1, (trial, epochs) -> 2); // trial 6: as the median
    assertThat(trials.get(6).state()).isEqualTo(Trial.State.FINISHED);
    assertThat(trials.get(6).scores().keySet()).containsExactly(1, 2, 3);
  }

  @Test
  void median_isOfMeansUpToTheEpoch_againstTheBestSoFar() {
    int[][] finished = {{8, 2}, {6, 4}, {9, 3}};
    MedianStopping median = MedianStopping.maxEpochs(2).startupTrials(3);
    run(median, 6, 1, (trial, epochs) -> finished[trial][epochs - 1]);
    Trial good = Trial.begin(3, space.at(3)).scored(1, 8); // median of 8, 6, 9
    assertThat(median.after(history(), good)).isEqualTo(Trial.State.PAUSED);
    Trial bad = Trial.begin(3, space.at(3)).scored(1, 8.5);
    assertThat(median.after(history(), bad)).isEqualTo(Trial.State.STOPPED);
    assertThat(median.warmupEpochs(1).after(history(), bad)).isEqualTo(Trial.State.PAUSED);
    MedianStopping longer = MedianStopping.maxEpochs(3).startupTrials(3);
    // means up to 2: 5, 5, 6; the best so far counts
    assertThat(longer.after(history(), bad.scored(2, 5))).isEqualTo(Trial.State.PAUSED);
    assertThat(longer.after(history(), bad.scored(2, 6))).isEqualTo(Trial.State.STOPPED);
    Trial earlier = Trial.begin(3, space.at(3)).scored(1, 4).scored(2, 9);
    assertThat(longer.after(history(), earlier)).isEqualTo(Trial.State.PAUSED);
    History higher =
        new History(space, false, Arrays.asList(trials.get(0), trials.get(1), trials.get(2)));
    assertThat(longer.after(higher, bad.scored(2, 6))).isEqualTo(Trial.State.PAUSED);
  }
}
