package io.github.dl4jx.training.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.training.averaging.WeightAveragingListener;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Manifests of checkpoints that somebody has edited, with all checksums right. */
@Timeout(30)
class ManifestTest {

  @TempDir File folder;

  private Path file;

  @BeforeEach
  void train() {
    MultiLayerNetwork net = Runs.network();
    net.setListeners(Runs.averages().toArray(new TrainingListener[0]));
    Training.fit(net, Runs.iterator(), 2, folder);
    file = folder.toPath().resolve("checkpoint-00000002.zip");
  }

  private static void edit(Path file, UnaryOperator<Map<String, byte[]>> edit) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(0); // as checkpoints are
      for (Map.Entry<String, byte[]> entry : edit.apply(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  private void set(String key, String value) throws IOException {
    edit(
        file,
        entries -> {
          try {
            Properties manifest = new Properties();
            manifest.load(
                new StringReader(
                    new String(entries.get(CheckpointFile.MANIFEST), StandardCharsets.UTF_8)));
            if (value == null) {
              assertThat(manifest.remove(key)).isNotNull();
            } else {
              manifest.setProperty(key, value);
            }
            StringWriter text = new StringWriter();
            manifest.store(text, null);
            entries.put(CheckpointFile.MANIFEST, text.toString().getBytes(StandardCharsets.UTF_8));
            return entries;
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void open_ofTheVersionBefore_saysSo() throws IOException {
    set("version", "1");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SavedTraining.open(file))
        .withMessageContaining("version must be 2, got 1: another version of dl4jx wrote it");
  }

  /** Else all the others would be refused for what the editing does to them. */
  @Test
  void open_writtenAnewAsItWas_isWhole() throws IOException {
    set("epoch", "2");
    MultiLayerNetwork net = Runs.network();
    net.setListeners(Runs.averages().toArray(new TrainingListener[0]));
    SavedTraining.open(file).restoreInto(net);
    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  private void assertDamaged() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SavedTraining.open(file))
        .withMessageStartingWith("the checkpoint " + file + " is damaged, or no checkpoint: ");
    assertThat(ResumableCheckpoints.resume(folder).orElseThrow().epoch()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format",
        "version",
        "network",
        "iteration",
        "epoch",
        "batch",
        "unconstrained",
        "threads",
        "listeners",
        "listener.0.kind",
        "listener.0.arrays",
        "listener.2.arrays",
        "data.first",
        "data.shapes",
        "data.finished",
        "data.batches",
        "array.coefficients.bin",
        "array.updaterState.bin",
        "array.listener-0-array-0.bin"
      })
  void open_keyMissing_isDamaged(String key) throws IOException {
    set(key, null);
    assertDamaged();
  }

  @ParameterizedTest
  @CsvSource({
    "network, COMPUTATION",
    "network, multi_layer_network",
    "iteration, -1",
    "iteration, 2147483647",
    "iteration, 2147483648",
    "iteration, 99999999999999999999",
    "iteration, 1e3",
    "iteration, ''",
    "iteration, ' 7'",
    "iteration, +7",
    "iteration, ٧",
    "epoch, 2147483647",
    "epoch, -2147483648",
    "epoch, 0x7",
    "epoch, NaN",
    "batch, -3",
    "batch, seven",
    "batch, 4294967296",
    "unconstrained, yes",
    "unconstrained, TRUE",
    "threads, many",
    "threads, 99999999999 OpenMP",
    "listeners, 2000000000",
    "listeners, 1001",
    "listeners, 1000",
    "listeners, 4",
    "listeners, 2",
    "listeners, 0",
    "listeners, -1",
    "listeners, three",
    "listener.0.arrays, 0",
    "listener.0.arrays, 2",
    "listener.0.arrays, 2000000000",
    "listener.0.arrays, -1",
    "listener.0.arrays, one",
    "listener.3.kind, another",
    "listener.2000000000.kind, another",
    "listener.-1.kind, another",
    "array.coefficients.bin, FLOAT 52",
    "array.coefficients.bin, DOUBLE 51",
    "array.coefficients.bin, FLOAT 9999999999999999",
    "array.coefficients.bin, FLOAT -51",
    "array.coefficients.bin, FLOAT",
    "array.coefficients.bin, INT 51",
    "array.coefficients.bin, evil",
    "array.listener-0-array-0.bin, FLOAT 50",
    "array.other.bin, FLOAT 51",
    "array.listener-9-array-0.bin, FLOAT 51",
    "data.first, 12345",
    "data.first, zzzzzzzz",
    "data.finished, -1234567",
    "data.batches, -1",
    "data.batches, 9999999999",
    "anything, else"
  })
  void open_valueThatCannotBe_isDamaged(String key, String value) throws IOException {
    set(key, value);
    assertDamaged();
  }

  /** A network may have no updater state: this one has. */
  @Test
  void restoreInto_updaterStateTakenOut_changesNothing() throws IOException {
    set("array.updaterState.bin", null);
    edit(
        file,
        entries -> {
          entries.remove("updaterState.bin");
          return entries;
        });
    assertUnchanged(SavedTraining.open(file), "has nothing as updaterState.bin");
  }

  @Test
  void open_hugeText_isDamaged() throws IOException {
    set("listener.0.kind", "x".repeat(100_000));
    assertDamaged();
  }

  private void assertUnchanged(SavedTraining saved, String message) {
    MultiLayerNetwork net = Runs.network();
    List<WeightAveragingListener> averages = Runs.averages();
    net.setListeners(averages.toArray(new TrainingListener[0]));
    net.fit(Runs.iterator());
    float[] weights = net.params().toFloatVector();
    float[] updater = net.getUpdater().getStateViewArray().toFloatVector();
    float[] average = averages.get(0).state().arrays().get(0).toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> saved.restoreInto(net))
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
    assertThat(net.params().toFloatVector()).isEqualTo(weights);
    assertThat(net.getUpdater().getStateViewArray().toFloatVector()).isEqualTo(updater);
    assertThat(averages.get(0).state().arrays().get(0).toFloatVector()).isEqualTo(average);
    assertThat(averages.get(0).updates()).isEqualTo(Runs.BATCHES);
    assertThat(net.getIterationCount()).isEqualTo(Runs.BATCHES);
    assertThat(net.getEpochCount()).isEqualTo(1);
  }

  /** The last of three listeners: the network and the first two must not have been restored. */
  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "x", "", "1e9", "99999999999999999999", "9007199254740993"})
  void restoreInto_lastListenersValueCannotBe_changesNothing(String value) throws IOException {
    set("listener.2.value.updates", value);
    assertUnchanged(SavedTraining.open(file), "the state of polyakRuppert");
  }

  @Test
  void restoreInto_lastListenersArrayIsAnothers_changesNothing() throws IOException {
    edit(
        file,
        entries -> {
          entries.put("listener-2-array-0.bin", entries.get("listener-0-array-0.bin"));
          return entries;
        });
    set("array.listener-2-array-0.bin", "FLOAT " + Runs.network().params().length());
    assertUnchanged(SavedTraining.open(file), "must be DOUBLE, got FLOAT");
  }

  @Test
  void restoreInto_kindOfAnotherListener_changesNothing() throws IOException {
    set("listener.1.kind", "another");
    assertUnchanged(SavedTraining.open(file), "set the same ones in the same order");
  }

  /** An iterator that is reset for every finished epoch is not reset two billion times. */
  @ParameterizedTest
  @ValueSource(ints = {2147483646, 2147483645})
  void fit_hugeEpoch_endsAtOnce(int epoch) throws IOException {
    set("epoch", String.valueOf(epoch));
    MultiLayerNetwork net = Runs.network();
    net.setListeners(Runs.averages().toArray(new TrainingListener[0]));
    DataSet batch = Runs.data();
    int[] resets = {0};
    DataSetIterator data =
        new ExistingDataSetIterator(List.of(batch)) {
          @Override
          public void reset() {
            resets[0]++;
            super.reset();
          }
        };
    Training.fit(net, data, 3, folder);
    assertThat(net.getEpochCount()).isEqualTo(epoch);
    assertThat(resets[0]).isLessThan(4);
  }

  @Test
  void fit_hugeBatch_isRefusedAndChangesNothing() throws IOException {
    set("batch", "2147483646");
    MultiLayerNetwork net = Runs.network();
    net.setListeners(Runs.averages().toArray(new TrainingListener[0]));
    float[] weights = net.params().toFloatVector();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.fit(net, Runs.iterator(), 3, folder))
        .withMessageContaining(file.toString())
        .withMessageContaining("has only 7 of the 2147483646 batches that are done");
    assertThat(net.params().toFloatVector()).isEqualTo(weights);
  }
}
