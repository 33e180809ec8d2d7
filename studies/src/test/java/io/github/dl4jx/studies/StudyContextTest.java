package io.github.dl4jx.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyContextTest {

  @TempDir Path folder;

  @AfterEach
  void forget() {
    List.of("quick", "choose", "runs", "epochs", "known", "data")
        .forEach(name -> System.clearProperty("study." + name));
  }

  private Study.Context context() {
    return Study.Context.of(folder);
  }

  @Test
  void runs_notGiven_isTheStudysOwn() {
    assertThat(context().runs(4)).isEqualTo(4);
  }

  @Test
  void runs_empty_isTheStudysOwn() {
    System.setProperty("study.runs", ""); // as the build hands it on
    assertThat(context().runs(4)).isEqualTo(4);
  }

  @Test
  void runs_given_isThat() {
    System.setProperty("study.runs", "12");
    assertThat(context().runs(4)).isEqualTo(12);
  }

  @Test
  void epochs_given_isThat() {
    assertThat(context().epochs(20)).isEqualTo(20);
    System.setProperty("study.epochs", "30");
    assertThat(context().epochs(20)).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "many", "1.5", "10000"})
  void of_runsNotANumberFromOneOn_throws(String text) {
    System.setProperty("study.runs", text);
    assertThatThrownBy(this::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study.runs must be in 1..9999, got " + text);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false", "'', false"})
  void quick_andChoose_areWhatIsGiven(String text, boolean expected) {
    System.setProperty("study.quick", text);
    assertThat(context().quick()).isEqualTo(expected);
    assertThat(context().choose()).isFalse();
    System.setProperty("study.choose", text);
    assertThat(context().choose()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quick", "choose"})
  void of_flagNeitherTrueNorFalse_throws(String name) {
    System.setProperty("study." + name, "yes");
    assertThatThrownBy(this::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study." + name + " must be true or false, got yes");
  }

  @Test
  void known_givenOrNot_isThatFile() throws IOException {
    assertThat(context().known()).isEmpty();
    Path file = Files.createFile(folder.resolve("results.csv"));
    System.setProperty("study.known", file.toString());
    assertThat(context().known()).contains(file);
  }

  @ParameterizedTest
  @CsvSource({"'', MNIST, noise", "mnist, MNIST, noise", "fashion, FASHION, noise-fashion"})
  void data_given_isThatAndHasItsOwnResults(String text, StudyData expected, String results) {
    System.setProperty("study.data", text);
    assertThat(StudyData.ofProperty()).isEqualTo(expected);
    assertThat(expected.results("noise")).isEqualTo(results);
    assertThat(StudyData.study(results)).isEqualTo("noise");
  }

  @Test
  void of_dataUnknown_throws() {
    System.setProperty("study.data", "letters");
    assertThatThrownBy(this::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study.data must be mnist or fashion, got letters");
  }

  @Test
  void of_knownIsNoFile_throws() {
    System.setProperty("study.known", folder.toString());
    assertThatThrownBy(this::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study.known must be a file, got " + folder);
  }
}
