package io.github.dl4jx.tuning.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a search. */
class JournalTest {

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("journal.jsonl");
  }

  private static final List<Event> EVENTS =
      List.of(
          Event.start(0, 0, 3, "{\"rate\":0.1,\"name\":\"a\\\"}\"}", true),
          Event.start(1, 0, 3, "{}", false),
          Event.outcome(0, 3, 3, Outcome.scored(0.1 + 0.2, 1.5)),
          Event.outcome(1, 4.5, 3, Outcome.failed("line\nbreak", 2)),
          Event.limit(4.5, 2),
          Event.resume(0, 5, 9),
          Event.outcome(0, 9, 9, Outcome.scored(Double.NEGATIVE_INFINITY, 0)));

  private void write() {
    try (Journal journal = Journal.in(folder.toFile())) {
      EVENTS.forEach(journal::add);
    }
  }

  @Test
  void in_whatWasWritten_isReadBack() throws IOException {
    write();
    assertThat(Files.readAllLines(file)).hasSize(7).allMatch(line -> line.matches("\\{.*\\}"));
    try (Journal journal = Journal.in(folder.toFile())) {
      assertThat(journal.events()).hasSameSizeAs(EVENTS);
      for (int i = 0; i < EVENTS.size(); i++) {
        Event event = journal.events().get(i);
        assertThat(event.isSame(EVENTS.get(i))).as("%s", event).isTrue();
        assertThat(event.outcome()).isEqualTo(EVENTS.get(i).outcome());
        assertThat(event).hasToString(EVENTS.get(i).toString());
      }
      assertThat(journal.outcome(0, 3)).hasValue(Outcome.scored(0.1 + 0.2, 1.5));
      assertThat(journal.outcome(1, 3).orElseThrow().cause()).isEqualTo("line\nbreak");
      assertThat(journal.outcome(1, 9)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 100})
  void in_tornTail_isCutBeforeAnythingIsAppended(int bytes) throws IOException {
    write();
    byte[] whole = Files.readAllBytes(file);
    byte[] torn = Arrays.copyOf(whole, whole.length - bytes);
    Files.write(file, torn);
    write();
    assertThat(Files.readAllLines(file)).hasSize(7);
    assertThat(Files.readAllBytes(file)).startsWith(Arrays.copyOf(whole, 300));
    for (String line : Files.readAllLines(file)) {
      assertThat(Event.parse(line)).isNotNull();
    }
  }

  @Test
  void in_damagedLine_isCutOffWithThoseAfterIt() throws IOException {
    write();
    String text = Files.readString(file);
    List<String> lines = text.lines().toList();
    Files.writeString(
        file, text.replace("\"epochs\":3,\"point\":\"{}\"", "\"epochs\":4,\"point\":\"{}\""));
    try (Journal journal = Journal.in(folder.toFile())) {
      assertThat(journal.events()).hasSize(1);
    }
    assertThat(Files.readAllLines(file)).containsExactly(lines.get(0));
    assertThat(Files.readAllLines(folder.resolve("journal.jsonl.damaged"))).hasSameSizeAs(lines);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}\n", "no line", "{", "{\"event\": "})
  void in_fileOfAnother_isRefusedAndLeftAlone(String text) throws IOException {
    String foreign = text.repeat(100);
    Files.writeString(file, foreign);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Journal.in(folder.toFile()))
        .withMessageContaining("its first line is none of a journal's");
    assertThat(Files.readString(file)).isEqualTo(foreign);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"event\":\"start\",\"crc\":\"00000000\"}", "nonsense"})
  void parse_noEvent_throws(String line) {
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> Event.parse(line));
  }

  @Test
  void add_anotherEvent_throws() {
    write();
    try (Journal journal = Journal.in(folder.toFile())) {
      journal.add(EVENTS.get(0));
      assertThatIllegalStateException()
          .isThrownBy(() -> journal.add(Event.start(1, 0, 3, "{\"rate\":1}", false)))
          .withMessageContaining("after 1 events");
    }
  }

  @Test
  void add_moreTrialsThanBefore_cutsAtTheLimit() throws IOException {
    write();
    try (Journal journal = Journal.in(folder.toFile())) {
      EVENTS.subList(0, 4).forEach(journal::add);
      journal.add(Event.start(2, 4.5, 3, "{}", false));
      assertThat(journal.isReplaying()).isFalse();
      assertThat(journal.outcome(0, 9)).isPresent();
    }
    assertThat(Files.readAllLines(file)).hasSize(5);
  }

  /** Both have read the end of a shorter search, and each would cut it off. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void add_twoWithMoreTrialsThanBefore_writeOneJournal(int ahead) throws IOException {
    write();
    List<Event> longer = new ArrayList<>(EVENTS.subList(0, 4));
    for (int trial = 2; trial < 8; trial++) {
      longer.add(Event.start(trial, trial, 9, "{}", false));
    }
    try (Journal first = Journal.in(folder.toFile());
        Journal second = Journal.in(folder.toFile())) {
      longer.subList(0, 4).forEach(second::add);
      longer.subList(0, 4 + ahead).forEach(first::add);
      first.flush();
      longer.subList(4, longer.size()).forEach(second::add);
      second.flush();
      longer.subList(4 + ahead, longer.size()).forEach(first::add);
    }
    assertThat(Files.readAllLines(file)).hasSameSizeAs(longer);
    try (Journal both = Journal.in(folder.toFile())) {
      longer.forEach(both::add);
      assertThat(both.isReplaying()).isFalse();
    }
    assertThat(folder.resolve("journal.jsonl.damaged")).doesNotExist();
  }

  /** One has come to the end of the shorter search when the other goes beyond it. */
  @Test
  void close_anotherHasGoneOn_leavesItsEvents() throws IOException {
    write();
    Event more = Event.start(2, 5, 9, "{}", false);
    try (Journal shorter = Journal.in(folder.toFile())) {
      EVENTS.forEach(shorter::add);
      try (Journal longer = Journal.in(folder.toFile())) {
        EVENTS.subList(0, 4).forEach(longer::add);
        longer.add(more);
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(5).endsWith(more.toString());
  }

  /** Both come to the end of the shorter search at once; whoever writes first, the longer stays. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void flush_oneEndsWhereTheOtherGoesOn_theLongerStays(boolean shorterFirst) throws IOException {
    Event more = Event.start(2, 5, 9, "{}", false);
    try (Journal shorter = Journal.in(folder.toFile());
        Journal longer = Journal.in(folder.toFile())) {
      EVENTS.subList(0, 4).forEach(shorter::add);
      EVENTS.subList(0, 4).forEach(longer::add);
      shorter.flush();
      longer.flush();
      shorter.add(EVENTS.get(4));
      longer.add(more);
      (shorterFirst ? shorter : longer).flush();
      (shorterFirst ? longer : shorter).flush();
      longer.add(Event.start(3, 6, 9, "{}", false));
    }
    assertThat(EVENTS.get(4).kind()).isEqualTo(Event.Kind.LIMIT);
    assertThat(Files.readAllLines(file)).hasSize(6).contains(more.toString());
  }

  @Test
  void flush_anotherWritesTheSame_isReadOnce() throws IOException {
    try (Journal one = Journal.in(folder.toFile());
        Journal two = Journal.in(folder.toFile())) {
      for (Event event : EVENTS) {
        one.add(event);
        two.add(event);
        if (event.epochs() > 3) {
          one.flush();
        }
        two.flush();
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(7);
  }

  @Test
  void flush_anotherWritesOtherwise_throws() {
    Journal one = Journal.in(folder.toFile());
    Journal two = Journal.in(folder.toFile());
    one.add(Event.start(0, 0, 3, "{}", false));
    one.flush();
    two.add(Event.start(0, 0, 9, "{}", false));
    assertThatIllegalStateException()
        .isThrownBy(two::flush)
        .withMessageContaining("another process must do the same search");
  }

  @Test
  void check_anotherSearch_namesWhatDiffers() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("seed", "42");
    settings.put("sampler", "random");
    SearchFile.check(folder.toFile(), settings);
    SearchFile.check(folder.toFile(), settings);
    settings.put("seed", "43");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SearchFile.check(folder.toFile(), settings))
        .withMessageContaining("seed was 42, now 43")
        .withMessageNotContaining("sampler");
    Files.writeString(folder.resolve("search.json"), "{", StandardOpenOption.TRUNCATE_EXISTING);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> SearchFile.check(folder.toFile(), settings));
  }

  @Test
  void trialFolder_outcomesAndAttempts_areKept() {
    TrialFolder trial = new TrialFolder(folder.toFile(), 12);
    assertThat(trial).asString().endsWith("trial-00012");
    assertThat(trial.outcome(3)).isEmpty();
    assertThat(trial.attempts("the beginning")).isZero();
    trial.countAttempt("the beginning");
    trial.countAttempt("the beginning");
    assertThat(trial.attempts("the beginning")).isEqualTo(2);
    assertThat(trial.attempts("iteration 7")).isZero();
    trial.countAttempt("iteration 7");
    trial.countAttempt("iteration 7");
    assertThat(trial.attempts("iteration 7")).isEqualTo(2);
    assertThat(trial.attempts("the beginning")).isZero();
    trial.keep(3, Outcome.scored(0.5, 1));
    assertThat(trial.attempts("iteration 7")).isZero();
    trial.keep(9, Outcome.failed("why", 1));
    TrialFolder again = new TrialFolder(folder.toFile(), 12);
    assertThat(again.outcome(3)).hasValue(Outcome.scored(0.5, 1));
    assertThat(again.outcome(9)).hasValue(Outcome.failed("why", 1));
    trial.checkConfiguration("{}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> again.checkConfiguration("{\"a\":1}"))
        .withMessageContaining("configuration of trial 12");
  }
}
