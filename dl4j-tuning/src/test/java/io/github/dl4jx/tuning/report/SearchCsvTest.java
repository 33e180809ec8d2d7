package io.github.dl4jx.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCsvTest {

  @TempDir File folder;

  private static History history() {
    SearchSpace space = new SearchSpace();
    Parameter<String> updater = space.choice("updater", "adam", "say \"hi\", twice");
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1).when(updater, "adam");
    Parameter<Integer> score = space.integer("score", 1, 9);
    Parameter<Boolean> cause = space.bool("cause");
    Trial one =
        Trial.begin(
            0,
            space
                .point()
                .set(updater, "adam")
                .set(rate, 0.001)
                .set(score, 3)
                .set(cause, true)
                .build());
    Trial two =
        Trial.begin(
            1,
            space
                .point()
                .set(updater, "say \"hi\", twice")
                .set(score, 9)
                .set(cause, false)
                .build());
    return new History(
        space,
        true,
        List.of(
            one.scored(3, 0.5).scored(9, 0.25).in(Trial.State.FINISHED),
            two.failed("line\nbreak, zażółć")));
  }

  private static final String EXPECTED =
      """
      trial,state,epochs,score,updater,rate,parameter score,parameter cause,cause
      0,FINISHED,3,0.5,adam,0.001,3,true,
      0,FINISHED,9,0.25,adam,0.001,3,true,
      1,FAILED,,,"say ""hi"", twice",,9,false,"line
      break, zażółć"
      """;

  @Test
  void everyScore_isALine_withWhatIsInTheWayQuoted() {
    assertThat(SearchCsv.of(history())).isEqualTo(EXPECTED);
  }

  @Test
  void file_hasTheText() throws IOException {
    Path file = folder.toPath().resolve("trials.csv");
    Files.writeString(file, "old");
    SearchCsv.write(history(), file.toFile());
    assertThat(Files.readString(file)).isEqualTo(EXPECTED);
    assertThat(folder.list()).containsExactly("trials.csv");
  }

  @Test
  void badArguments_areRefused() {
    assertThatThrownBy(() -> SearchCsv.of(null)).hasMessage("history must not be null");
    assertThatThrownBy(() -> SearchCsv.write(history(), new File(folder, "no/trials.csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("file must be in an existing folder");
  }
}
