package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.training.averaging.SwappedWeights;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.network.AtomicFiles;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

class ResumableCheckpointsTest {

  @TempDir File folder;

  private final MultiLayerNetwork net = Runs.network();
  private final WeightAveragingListener ema = WeightAveragingListener.ema(0.9).build();

  @BeforeEach
  void train() {
    net.setListeners(ema, ResumableCheckpoints.in(folder).everyIterations(3).keepLast(2).build());
    net.fit(Runs.iterator()); // seven iterations: checkpoints after the third and the sixth
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : new CheckpointFolder(folder).files().values()) {
      names.add(file.getFileName().toString());
    }
    return names;
  }

  private SavedTraining resume() {
    return ResumableCheckpoints.resume(folder).orElseThrow();
  }

  private Path newest() throws IOException {
    return folder.toPath().resolve("checkpoint-00000002.zip");
  }

  @Test
  void resume_newest_hasThePlaceInTheRun() {
    SavedTraining saved = resume();
    assertThat(saved.file().getName()).isEqualTo("checkpoint-00000002.zip");
    assertThat(saved.iteration()).isEqualTo(6);
    assertThat(saved.epoch()).isZero();
    assertThat(saved.batch()).isEqualTo(6);
  }

  @Test
  void resume_noFolderOrEmptyFolder_isNothing() {
    assertThat(ResumableCheckpoints.resume(new File(folder, "none"))).isEmpty();
    File empty = new File(folder, "empty");
    assertThat(empty.mkdir()).isTrue();
    assertThat(ResumableCheckpoints.resume(empty)).isEmpty();
  }

  enum Damage {
    TRUNCATED,
    EMPTY,
    TEXT,
    FOREIGN_ZIP,
    MODEL_OF_DEEPLEARNING4J,
    WEIGHTS_CHANGED
  }

  private static void damage(Path file, Damage damage) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case EMPTY -> Files.write(file, new byte[0]);
      case TEXT -> Files.write(file, "not a checkpoint".getBytes(StandardCharsets.UTF_8));
      case FOREIGN_ZIP -> {
        try (ZipOutputStream zip = new ZipOutputStream(new FileOutputStream(file.toFile()))) {
          zip.putNextEntry(new ZipEntry("../escape.txt"));
          zip.write(1);
        }
      }
      case MODEL_OF_DEEPLEARNING4J ->
          ModelSerializer.writeModel(Runs.network(), file.toFile(), true);
      case WEIGHTS_CHANGED -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void resume_newestDamaged_takesTheOneBefore(Damage damage) throws IOException {
    damage(newest(), damage);
    assertThat(resume().iteration()).isEqualTo(3);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SavedTraining.open(newest()))
        .withMessageStartingWith("the checkpoint " + newest() + " is damaged, or no checkpoint: ");
  }

  @Test
  void resume_allDamaged_isAnErrorAndNotANewStart() throws IOException {
    for (String name : names()) {
      damage(folder.toPath().resolve(name), Damage.TRUNCATED);
    }
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ResumableCheckpoints.resume(folder))
        .withMessageContaining("none of the 2 checkpoints can be read")
        .withMessageContaining("to start anew, delete them or use another folder");
  }

  /** Every bit of a file counts, or is one that nobody reads, such as a time. */
  @Test
  void resume_anyBitFlipped_isNoticedOrChangesNothing() throws IOException {
    float[] weights = resume().network(MultiLayerNetwork.class).params().toFloatVector();
    byte[] bytes = Files.readAllBytes(newest());
    Random random = new Random(7);
    int noticed = 0;
    for (int i = 0; i < 300; i++) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(newest(), flipped);
      SavedTraining saved = resume();
      if (saved.iteration() == 3) {
        noticed++;
      } else {
        MultiLayerNetwork restored = saved.network(MultiLayerNetwork.class);
        assertThat(restored.params().toFloatVector()).isEqualTo(weights);
        assertThat(saved.batch()).isEqualTo(6);
      }
    }
    assertThat(noticed).isGreaterThan(250);
  }

  @Test
  void network_fromTheFileAlone_goesOnLikeTheFirst() {
    SavedTraining saved = resume();
    MultiLayerNetwork restored = saved.network(MultiLayerNetwork.class);
    WeightAveragingListener average = WeightAveragingListener.ema(0.9).build();
    restored.setListeners(average);
    saved.restoreInto(restored);
    assertThat(average.updates()).isEqualTo(6);
    assertThat(restored.getIterationCount()).isEqualTo(6);
    ResumableIterator rest = new ResumableIterator(Runs.data(), 8, 5);
    rest.start(saved.epoch(), saved.batch());
    // dropout draws from the generator: both go on from one state
    long seed = 77;
    Nd4j.getRandom().setSeed(seed);
    restored.fit(rest);
    MultiLayerNetwork again = saved.network(MultiLayerNetwork.class);
    rest.start(saved.epoch(), saved.batch());
    Nd4j.getRandom().setSeed(seed);
    again.fit(rest);
    assertThat(again.params()).isEqualTo(restored.params());
    assertThat(again.getIterationCount()).isEqualTo(7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> saved.network(ComputationGraph.class))
        .withMessageContaining("is of a MULTI_LAYER_NETWORK, got COMPUTATION_GRAPH");
  }

  @Test
  void checkpoint_forDeeplearning4j_isAnOrdinaryModelFile() throws IOException {
    MultiLayerNetwork ours = resume().network(MultiLayerNetwork.class);
    MultiLayerNetwork theirs = ModelSerializer.restoreMultiLayerNetwork(newest().toFile(), true);
    assertThat(theirs.getUpdater().getStateViewArray())
        .isEqualTo(ours.getUpdater().getStateViewArray());
    assertThat(theirs.getIterationCount()).isEqualTo(6);
    // constraints are applied after listeners: ours applies them when it restores
    theirs.applyConstraints(6, 0);
    assertThat(theirs.params()).isEqualTo(ours.params());
  }

  @Test
  void resume_withDeeplearning4jsNormalizer_takesTheSameFile() throws IOException {
    File newest = newest().toFile();
    float[] expected = resume().network(MultiLayerNetwork.class).params().toFloatVector();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(Runs.iterator());
    ModelSerializer.addNormalizerToModel(newest, normalizer);
    SavedTraining saved = resume();
    assertThat(saved.file()).isEqualTo(newest);
    assertThat(saved.network(MultiLayerNetwork.class).params().toFloatVector()).isEqualTo(expected);
    assertThat(ModelSerializer.<NormalizerStandardize>restoreNormalizerFromFile(newest))
        .isEqualTo(normalizer);
  }

  @Test
  void retention_keepLastAndEvery_deletesTheRest() throws IOException {
    File kept = new File(folder, "kept");
    MultiLayerNetwork other = Runs.network();
    other.setListeners(
        ResumableCheckpoints.in(kept).everyIterations(1).keepLast(2).keepEvery(3).build());
    other.fit(Runs.iterator());
    assertThat(new CheckpointFolder(kept).files().keySet()).containsExactly(3L, 6L, 7L);
  }

  @Test
  void folderWithCheckpoints_isCountedOn() throws IOException {
    MultiLayerNetwork other = Runs.network();
    other.setListeners(ResumableCheckpoints.in(folder).everyEpochs(1).keepLast(2).build());
    other.fit(Runs.iterator());
    assertThat(names()).containsExactly("checkpoint-00000002.zip", "checkpoint-00000003.zip");
    assertThat(resume().epoch()).isEqualTo(1);
    assertThat(resume().batch()).isZero();
  }

  @Test
  void build_leftoversOfAKilledProcess_areDeleted() throws IOException {
    Path leftover = folder.toPath().resolve(".checkpoint-00000003.zip.some-id.tmp");
    Path foreign = folder.toPath().resolve(".notes.tmp");
    Files.write(leftover, new byte[9]);
    Files.write(foreign, new byte[9]);
    ResumableCheckpoints.in(folder).build();
    assertThat(leftover).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void save_whileSwappedIn_isRefused() {
    ResumableCheckpoints checkpoints = ResumableCheckpoints.in(folder).everyEpochs(1).build();
    try (SwappedWeights swapped = ema.swapInto(net)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> checkpoints.onEpochEnd(net))
          .withMessageContaining("close the scope of swapInto(..) first");
    }
  }

  @Test
  void iterationDone_ofAReplica_isRefused() {
    ResumableCheckpoints checkpoints =
        ResumableCheckpoints.in(new File(folder, "replicas")).everyIterations(100).build();
    MultiLayerNetwork replica = net.clone();
    checkpoints.iterationDone(net, 0, 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> checkpoints.iterationDone(replica, 0, 0))
        .withMessageContaining("of none under ParallelWrapper, which trains copies");
  }

  /** A listener whose state outgrows what can be read. */
  @Test
  void save_stateThatCouldNotBeRead_isRefusedAndTheOlderFilesAreIntact() throws IOException {
    List<String> before = names();
    Grown grown = new Grown();
    ResumableCheckpoints checkpoints = ResumableCheckpoints.in(folder).keepLast(1).build();
    net.setListeners(grown, checkpoints);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> checkpoints.save(net, 0))
        .withMessageContaining("must have at most 65536 characters");
    checkpoints.close();
    assertThat(names()).isEqualTo(before);
    assertThat(resume().iteration()).isEqualTo(6);
  }

  private static final class Grown extends BaseTrainingListener implements ResumableListener {

    @Override
    public ListenerState state() {
      return new ListenerState("Grown", Map.of("text", "x".repeat((1 << 16) + 1)), List.of());
    }

    @Override
    public void restore(Model model, ListenerState state) {}
  }

  @Test
  void state_matrix_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListenerState("k", Map.of(), List.of(Nd4j.zeros(2, 3))))
        .withMessage("arrays must be vectors, got the shape [2, 3]: reshape it");
  }

  @Test
  void iterationDone_beforeAnAverage_isRefused() {
    net.setListeners(ResumableCheckpoints.in(folder).everyIterations(3).build(), ema);
    assertThatIllegalStateException()
        .isThrownBy(() -> net.fit(Runs.iterator()))
        .withMessageContaining("but WeightAveragingListener comes after it in setListeners(..)");
  }

  /** The device that is always full gives the very error of a full disk. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void write_fullDisk_leavesNothingBehindAndTheOlderFileAsItWas() throws IOException {
    Path target = folder.toPath().resolve("target");
    Files.write(target, new byte[] {1, 2, 3});
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      out.write(new byte[100_000]);
                      try (OutputStream full = new FileOutputStream("/dev/full")) {
                        full.write(1);
                      }
                    }))
        .withMessageContaining("No space left on device");
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
    try (var files = Files.list(folder.toPath())) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void save_folderGone_saysSo() throws IOException {
    File gone = new File(folder, "gone");
    net.setListeners(ResumableCheckpoints.in(gone).everyIterations(1).build());
    assertThat(gone.delete()).isTrue();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> net.fit(Runs.iterator()))
        .withMessageContaining("cannot write the checkpoint " + gone)
        .withMessageEndingWith("older ones, if there are any, are intact");
  }

  @Test
  void build_folderThatCannotBe_saysSo() throws IOException {
    File file = new File(folder, "file");
    Files.write(file.toPath(), new byte[1]);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ResumableCheckpoints.in(new File(file, "sub")).build())
        .withMessageContaining("cannot use the folder");
  }

  @Test
  void build_badSettings_sayWhatIsAllowed() {
    ResumableCheckpoints.Builder builder = ResumableCheckpoints.in(folder);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.everyIterations(0))
        .withMessage("everyIterations must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.keepLast(0))
        .withMessage("keepLast must be >= 1, got 0");
  }
}
