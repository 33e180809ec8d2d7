package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointNumbersTest {

  @TempDir File folder;

  private void train(int epochs) {
    Training.fit(Runs.network(), Runs.iterator(), epochs, folder);
  }

  private Path path(String name) {
    return folder.toPath().resolve(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint-999999999999999999.zip",
        "checkpoint-1000000000.zip",
        "checkpoint-9999999999999999999.zip",
        "checkpoint-00000000099999999999999999999999.zip"
      })
  void fit_newestRenamedBeyondTheLimit_goesOnAndTheNextCanBeRead(String name) throws IOException {
    train(2);
    Files.move(path("checkpoint-00000002.zip"), path(name));
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(1);
    train(3);
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(3);
    assertThat(path("checkpoint-00000003.zip")).exists();
    assertThat(path(name)).exists(); // not ours to delete
  }

  @Test
  void resume_onlyBeyondTheLimit_isAnErrorThatNamesItAndNotANewStart() throws IOException {
    train(1);
    Path renamed = path("checkpoint-999999999999999999.zip");
    Files.move(path("checkpoint-00000001.zip"), renamed);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> train(2))
        .withMessageContaining("at most 999999999")
        .withMessageContaining(renamed.toString());
  }

  @Test
  void build_noNumberAfterTheNewest_namesIt() throws IOException {
    train(1);
    Path renamed = path("checkpoint-999999999.zip");
    Files.move(path("checkpoint-00000001.zip"), renamed);
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(1);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> train(2))
        .withMessageContaining("there is no number after that of " + renamed)
        .withMessageContaining("rename it");
  }

  @Test
  void files_sameNumberTwice_countsTheProperNameAndNamesTheOther() throws IOException {
    Path proper = Files.createFile(path("checkpoint-00000007.zip"));
    Path other = Files.createFile(path("checkpoint-7.zip"));
    List<Path> others = new ArrayList<>();
    assertThat(new CheckpointFolder(folder).files(others))
        .containsOnlyKeys(7L)
        .containsValue(proper);
    assertThat(others).containsExactly(other);
    assertThat(CheckpointFolder.notCounted(others)).contains(other.toString());
  }
}
