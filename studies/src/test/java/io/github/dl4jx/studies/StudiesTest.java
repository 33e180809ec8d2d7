package io.github.dl4jx.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.training.resume.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudiesTest {

  @AfterEach
  void forget() {
    System.clearProperty("study.runs");
    System.clearProperty("study.epochs");
  }

  @Test
  void runs_notGiven_isTheStudysOwn() {
    assertThat(Studies.runs(4)).isEqualTo(4);
  }

  @Test
  void runs_empty_isTheStudysOwn() {
    System.setProperty("study.runs", ""); // as the build hands it on
    assertThat(Studies.runs(4)).isEqualTo(4);
  }

  @Test
  void runs_given_isThat() {
    System.setProperty("study.runs", "12");
    assertThat(Studies.runs(4)).isEqualTo(12);
  }

  @Test
  void epochs_given_isThat() {
    assertThat(Studies.epochs(20)).isEqualTo(20);
    System.setProperty("study.epochs", "30");
    assertThat(Studies.epochs(20)).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "many", "1.5", "10000"})
  void runs_notANumberFromOneOn_throws(String text) {
    System.setProperty("study.runs", text);
    assertThatThrownBy(() -> Studies.runs(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study.runs must be in 1..9999, got " + text);
  }

  @Test
  void main_folderIsInUse_isRefused(@TempDir Path folder) throws IOException {
    Path study = Files.createDirectory(folder.resolve("summary"));
    try (FolderLock lock = FolderLock.acquire(study)) {
      assertThatThrownBy(() -> Studies.main(new String[] {folder.toString(), "summary"}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the folder " + study + " is in use by process ");
      assertThat(lock.isHeld()).isTrue();
    }
    assertThat(study).isEmptyDirectory();
  }
}
