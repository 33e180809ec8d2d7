package io.github.dl4jx.ensembles.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.combine.HardVote;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

class EnsembleSerializerTest {

  private static final INDArray X = TestNetworks.rings(30, 1).getFeatures();

  @TempDir File folder;
  private File file;
  private Ensemble ensemble;

  @BeforeEach
  void save() throws IOException {
    file = new File(folder, "ensemble.zip");
    ensemble =
        Ensemble.of(
            new HardVote(),
            List.of(TestNetworks.network(1), TestNetworks.graph(2), TestNetworks.network(3)));
    EnsembleSerializer.save(ensemble, file);
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> EnsembleSerializer.load(file))
        .satisfies(e -> assertThat(e.getMessage()).contains(file.toString()).contains(parts));
  }

  private Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file)) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private void rewrite(Map<String, byte[]> entries) throws IOException {
    Files.write(file.toPath(), zip(entries));
  }

  private void editManifest(String from, String to) throws IOException {
    Map<String, byte[]> entries = entries();
    String manifest = new String(entries.get("manifest.properties"), StandardCharsets.ISO_8859_1);
    assertThat(manifest).contains(from);
    entries.put(
        "manifest.properties", manifest.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    rewrite(entries);
  }

  @Test
  void load_saved_answersTheSame() throws IOException {
    try (Ensemble back = EnsembleSerializer.load(file)) {
      assertThat(back.size()).isEqualTo(3);
      assertThat(back.rule()).isEqualTo(new HardVote());
      for (int m = 0; m < 3; m++) {
        assertThat(back.member(m).params().toFloatVector())
            .isEqualTo(ensemble.member(m).params().toFloatVector());
      }
      assertThat(back.output(X)).isEqualTo(ensemble.output(X));
    }
  }

  @Test
  void save_twice_givesTheSameBytesAndLeavesNothingElse() throws IOException {
    byte[] first = Files.readAllBytes(file.toPath());
    EnsembleSerializer.save(ensemble, file);
    assertThat(Files.readAllBytes(file.toPath())).isEqualTo(first);
    assertThat(folder.list()).containsExactly("ensemble.zip");
  }

  @Test
  void save_failing_leavesTheOldFile() throws IOException {
    byte[] before = Files.readAllBytes(file.toPath());
    ensemble.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> EnsembleSerializer.save(ensemble, file))
        .withMessageContaining("closed");
    assertThat(Files.readAllBytes(file.toPath())).isEqualTo(before);
    assertThat(folder.list()).containsExactly("ensemble.zip");
  }

  @Test
  void save_ruleOfTheUser_isRefusedBeforeAnythingIsWritten() {
    CombinationRule first =
        new CombinationRule() {
          @Override
          public INDArray combine(List<INDArray> outputs) {
            return outputs.get(0).dup();
          }

          @Override
          public String name() {
            return "first";
          }
        };
    File other = new File(folder, "other.zip");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EnsembleSerializer.save(ensemble.withRule(first), other))
        .withMessageContaining("soft-vote, hard-vote or mean, got first");
    assertThat(other).doesNotExist();
  }

  @Test
  void load_member_isAnOrdinaryDl4jModel() throws IOException {
    File member = new File(folder, "member-0.zip");
    Files.write(member.toPath(), entries().get("member-0.zip"));
    MultiLayerNetwork net = ModelSerializer.restoreMultiLayerNetwork(member);
    assertThat(net.output(X)).isEqualTo(TestNetworks.network(1).output(X));
  }

  @Test
  void load_truncatedForeignOrMissing_isRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(file.toPath());
    Files.write(file.toPath(), Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused("cannot load an ensemble from");
    Files.writeString(file.toPath(), "not a zip");
    assertRefused("cannot load an ensemble from");
    Files.write(file.toPath(), new byte[0]);
    assertRefused("cannot load an ensemble from");
    rewrite(Map.of("readme.txt", new byte[] {1}));
    assertRefused("the entry manifest.properties is missing");
    Files.delete(file.toPath());
    assertRefused("cannot load an ensemble from");
  }

  @Test
  void load_flippedBitInAMember_isRefusedByItsChecksum() throws IOException {
    Map<String, byte[]> entries = entries();
    byte[] member = entries.get("member-1.zip");
    member[member.length / 2] ^= 1;
    rewrite(entries);
    assertRefused("member.1.sha256 must be");
  }

  @Test
  void load_wrongManifest_saysWhichEntry() throws IOException {
    byte[] good = Files.readAllBytes(file.toPath());
    String[][] edits = {
      {"format=dl4jx-ensemble", "format=other", "format must be dl4jx-ensemble, got other"},
      {"version=1", "version=2", "version must be 1, got 2"},
      {"rule=hard-vote", "rule=shout", "got shout"},
      {"members=3", "members=2", "1 manifest and 2 members, got 4 entries"},
      {"members=3", "members=-1", "members must be a number from 1 to 10000, got -1"},
      {"member.0.sha256=", "member.0.sha=", "member.0.sha256 must be given, got "},
      {"member.0.bytes=", "member.0.byte=", "member.0.bytes must be a number"},
      {"member.2.kind=MULTI_LAYER_NETWORK", "member.2.kind=java.lang.Runtime", "java.lang.Runtime"},
    };
    for (String[] edit : edits) {
      Files.write(file.toPath(), good);
      editManifest(edit[0], edit[1]);
      assertRefused(edit[2]);
    }
  }

  @Test
  void load_memberWithSerializedJavaObject_isRefused() throws IOException {
    // what ModelSerializer would hand to ObjectInputStream
    File member = new File(folder, "foreign.zip");
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    entries.put("preprocessor.bin", new byte[] {1, 2, 3});
    Files.write(member.toPath(), zip(entries));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ModelFiles.read(member, Network.Kind.MULTI_LAYER_NETWORK))
        .withMessageContaining("preprocessor.bin")
        .withMessageContaining(member.toString());
  }

  @Test
  void load_withDeeplearning4jsNormalizer_isTheSame(@TempDir File dir) throws IOException {
    DataSet data = TestNetworks.rings(30, 1);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(data);
    File file = new File(dir, "ensemble.zip");
    try (Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(TestNetworks.network(1), TestNetworks.graph(2)))) {
      EnsembleSerializer.save(ensemble, file);
      ModelSerializer.addNormalizerToModel(file, normalizer);
      try (Ensemble back = EnsembleSerializer.load(file)) {
        assertThat(back.output(data.getFeatures())).isEqualTo(ensemble.output(data.getFeatures()));
      }
    }
    assertThat(ModelSerializer.<NormalizerStandardize>restoreNormalizerFromFile(file))
        .isEqualTo(normalizer);
  }
}
