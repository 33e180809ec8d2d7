package io.github.dl4jx.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.training.resume.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudiesTest {

  @Test
  void all_areThoseOfResults() {
    assertThat(Studies.all())
        .containsOnlyKeys(
            "averaging",
            "bagging",
            "biasvariance",
            "boosting",
            "calibration",
            "classes",
            "crash",
            "dropout",
            "ensembles",
            "lenet",
            "lenet-members",
            "likelihood",
            "montecarlo",
            "neuralgpu",
            "noise",
            "onebit",
            "pairs",
            "parallel",
            "samplers",
            "summary",
            "tuning",
            "updaters");
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

  @Test
  void main_otherData_haveAFolderOfTheirOwn(@TempDir Path folder) throws IOException {
    Path study = Files.createDirectory(folder.resolve("summary-fashion"));
    System.setProperty(StudyData.PROPERTY, "fashion");
    try (FolderLock lock = FolderLock.acquire(study)) {
      assertThatThrownBy(() -> Studies.main(new String[] {folder.toString(), "summary"}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the folder " + study + " is in use by process ");
      assertThat(lock.isHeld()).isTrue();
    } finally {
      System.clearProperty(StudyData.PROPERTY);
    }
  }
}
