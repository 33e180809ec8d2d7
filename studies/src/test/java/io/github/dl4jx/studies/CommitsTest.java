package io.github.dl4jx.studies;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitsTest {

  private record Line(String name, int number) {}

  private static final Form<Line> FORM = Form.of(Line.class, "name", "number");

  @TempDir Path folder;

  private Path results(String text) throws IOException {
    return Files.writeString(folder.resolve("results.csv"), text);
  }

  @Test
  void end_oneCommit_isTheFirstLine() throws IOException {
    Commits.begin(folder, Optional.of("0123456789ab"));
    Path results = results("name,number\na,1\n");
    Commits.end(folder);
    assertThat(results).hasContent("# commit 0123456789ab\nname,number\na,1\n");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
    assertThat(CurveLog.read(results, FORM)).containsExactly(new Line("a", 1));
  }

  @Test
  void end_wentOnWithOtherCode_namesBothCommits() throws IOException {
    Commits.begin(folder, Optional.of("a"));
    Commits.begin(folder, Optional.of("b-dirty"));
    Commits.begin(folder, Optional.of("b-dirty"));
    Path results = results("# commit a\nname,number\n"); // killed while it was ending
    Commits.end(folder);
    assertThat(results).hasContent("# commit a, b-dirty\nname,number\n");
  }

  @Test
  void end_outsideOfGit_changesNothing() throws IOException {
    Commits.begin(folder, Optional.empty());
    Path results = results("name,number\n");
    Commits.end(folder);
    assertThat(results).hasContent("name,number\n");
  }

  @Test
  void end_noResults_leavesNothing() throws IOException {
    Commits.begin(folder, Optional.of("a"));
    Commits.end(folder);
    assertThat(folder).isEmptyDirectory();
  }
}
