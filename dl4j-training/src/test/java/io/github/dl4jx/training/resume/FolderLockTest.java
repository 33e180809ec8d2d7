package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.training.network.AtomicFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir Path folder;

  /** Takes a folder and keeps it until the process is killed. */
  public static final class Keeper {

    private Keeper() {}

    public static void main(String[] args) throws Exception {
      try (FolderLock lock = FolderLock.acquire(Path.of(args[0]))) {
        System.out.println(lock);
        System.out.flush();
        System.in.read();
      }
    }
  }

  private Process keeper() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Keeper.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith("FolderLock")) {
      line = out.readLine();
    }
    assertThat(line).isNotNull();
    return process;
  }

  private void assertRefused(long pid) {
    assertThatIllegalStateException()
        .isThrownBy(() -> FolderLock.acquire(folder))
        .withMessageContaining("the folder " + folder + " is in use by process " + pid);
  }

  @Test
  void acquire_heldByThisProcess_isRefusedUntilClosed() throws IOException {
    FolderLock first = FolderLock.acquire(folder);
    assertRefused(ProcessHandle.current().pid());
    first.close();
    assertThat(folder).isEmptyDirectory();
    FolderLock second = FolderLock.acquire(folder);
    first.close(); // a second time: not the second's
    assertThat(second.isHeld()).isTrue();
    assertRefused(ProcessHandle.current().pid());
    second.close();
    assertThat(second.isHeld()).isFalse();
  }

  @Test
  void acquire_anotherProcess_isRefusedWithItsIdUntilItIsKilled() throws Exception {
    Process keeper = keeper();
    try {
      assertRefused(keeper.pid());
      assertThatIllegalStateException()
          .isThrownBy(() -> ResumableCheckpoints.in(folder.toFile()).build())
          .withMessageContaining("is in use by process " + keeper.pid());
    } finally {
      keeper.destroyForcibly();
    }
    assertThat(keeper.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (FolderLock lock = FolderLock.acquire(folder)) { // over what the killed one has left
      assertThat(lock.isHeld()).isTrue();
    }
  }

  @Test
  void prepare_anotherProcessIsWriting_keepsItsTemporaryFile() throws Exception {
    Path writing = folder.resolve(".checkpoint-00000001.zip.some-id.tmp");
    Process keeper = keeper();
    try {
      Files.write(writing, new byte[9]);
      assertThatIllegalStateException()
          .isThrownBy(() -> ResumableCheckpoints.in(folder.toFile()).build());
      assertThat(writing).exists();
    } finally {
      keeper.destroyForcibly();
    }
    assertThat(keeper.waitFor(1, TimeUnit.MINUTES)).isTrue();
    ResumableCheckpoints.in(folder.toFile()).build();
    assertThat(writing).doesNotExist();
  }

  @Test
  void prepare_thisProcessIsWriting_keepsItsTemporaryFile() throws IOException {
    Path target = folder.resolve("checkpoint-00000001.zip");
    AtomicFiles.write(
        target,
        out -> {
          out.write(1);
          ResumableCheckpoints.in(folder.toFile()).build();
        });
    assertThat(target).exists();
  }

  @Test
  void fit_anotherRunOfThisProcessIsAtIt_isRefusedAndHarmsNothing() throws Exception {
    try (FolderLock other = FolderLock.acquire(folder)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> Training.fit(Runs.network(), Runs.iterator(), 1, folder.toFile()))
          .withMessageContaining("is in use by process " + ProcessHandle.current().pid());
      MultiLayerNetwork plain = Runs.network();
      plain.setListeners(ResumableCheckpoints.in(folder.toFile()).build());
      assertThatIllegalStateException()
          .isThrownBy(() -> plain.fit(Runs.iterator()))
          .withMessageContaining("is in use by process " + ProcessHandle.current().pid());
      assertThat(other.isHeld()).isTrue();
    }
    assertThat(folder).isEmptyDirectory();
    Training.fit(Runs.network(), Runs.iterator(), 1, folder.toFile());
    assertThat(folder.resolve(FolderLock.FILE)).doesNotExist();
  }

  @Test
  void fit_calledWithinFitOnTheSameFolder_isRefusedAndTheFirstGoesOn() {
    ResumableCheckpoints checkpoints =
        ResumableCheckpoints.in(folder.toFile()).everyIterations(1).build();
    MultiLayerNetwork net = Runs.network();
    List<String> refusals = new ArrayList<>();
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            try {
              Training.fit(Runs.network(), Runs.iterator(), 1, checkpoints);
            } catch (IllegalStateException e) {
              refusals.add(e.getMessage());
            }
          }
        });
    Training.fit(net, Runs.iterator(), 2, checkpoints);
    assertThat(refusals)
        .hasSize(2 * Runs.BATCHES)
        .allMatch(m -> m.contains("is in use by process"));
    assertThat(ResumableCheckpoints.resume(folder.toFile()).orElseThrow().iteration())
        .isEqualTo(2 * Runs.BATCHES);
  }

  @Test
  void save_anotherRunTookTheFolderOver_isRefused() {
    ResumableCheckpoints first = ResumableCheckpoints.in(folder.toFile()).build();
    ResumableCheckpoints second = ResumableCheckpoints.in(folder.toFile()).build();
    MultiLayerNetwork one = Runs.network();
    one.setListeners(first);
    first.onEpochStart(one);
    MultiLayerNetwork two = Runs.network();
    two.setListeners(second);
    two.fit(Runs.iterator());
    assertThatIllegalStateException()
        .isThrownBy(() -> first.onEpochEnd(one))
        .withMessageContaining("another run of this process has taken over the folder " + folder);
    assertThatIllegalStateException()
        .isThrownBy(() -> one.fit(Runs.iterator()))
        .withMessageContaining("close() gives it up");
    first.close();
    one.fit(Runs.iterator()); // one after the other they may
    second.close();
    first.close();
    assertThat(folder.resolve(FolderLock.FILE)).doesNotExist();
  }

  @Test
  void takeOver_folderWasMadeAgain_locksTheNewOne() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    FolderLock before = FolderLock.takeOver(run);
    Files.delete(run.resolve(FolderLock.FILE));
    Files.delete(run);
    Files.createDirectory(run);
    try (FolderLock lock = FolderLock.acquire(run)) {
      assertThat(run.resolve(FolderLock.FILE))
          .hasContent(String.valueOf(ProcessHandle.current().pid()));
      assertThat(before.isHeld()).isFalse();
      assertThat(lock.isHeld()).isTrue();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege")
  void acquire_lockFileIsALink_leavesItsTargetAlone() throws IOException {
    Path target = Files.writeString(folder.resolve("precious"), "text");
    Files.createSymbolicLink(folder.resolve(FolderLock.FILE), target);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FolderLock.acquire(folder))
        .withMessageContaining("must be a regular file");
    assertThat(target).hasContent("text");
  }

  @Test
  void acquire_noFolder_saysSo() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> FolderLock.acquire(folder.resolve("none")));
  }
}
