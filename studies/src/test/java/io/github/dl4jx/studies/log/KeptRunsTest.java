package io.github.dl4jx.studies.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptRunsTest {

  @TempDir Path folder;

  @Test
  void in_completeButNotCleared_findsThemAgain() throws IOException {
    KeptRuns kept = KeptRuns.in(folder, "full");
    Files.writeString(kept.path(), "runs");
    kept.complete();
    assertThat(kept.path()).doesNotExist();
    assertThat(KeptRuns.in(folder, "full").path()).hasContent("runs");
  }

  @Test
  void clear_ofSeveralSettings_deletesWhatIsComplete() throws IOException {
    KeptRuns full = KeptRuns.in(folder, "full");
    Files.writeString(full.path(), "runs");
    KeptRuns quick = KeptRuns.in(folder, "quick");
    Files.createDirectories(quick.path().resolve("run"));
    quick.complete();
    KeptRuns.clear(folder);
    assertThat(folder.toFile().list()).containsExactly(full.path().getFileName().toString());
  }

  /** Texts with the same hash code, 2112. */
  @Test
  void in_settingsOfOneHashCode_areApart() throws IOException {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    assertThat(KeptRuns.in(folder, "Aa").path()).isNotEqualTo(KeptRuns.in(folder, "BB").path());
  }

  @Test
  void clear_noFolder_doesNothing() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    KeptRuns.clear(nowhere);
    assertThat(nowhere).doesNotExist();
  }
}
