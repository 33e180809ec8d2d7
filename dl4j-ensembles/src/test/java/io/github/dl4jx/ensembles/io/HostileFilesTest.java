package io.github.dl4jx.ensembles.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, or made to do harm. */
class HostileFilesTest {

  private static final int MUTATIONS = 10_000;
  private static final String JSON = "configuration.json";
  private static final String PARAMETERS = "coefficients.bin";

  @TempDir File folder;
  private File file;
  private byte[] good;
  private List<float[]> parameters;

  @BeforeEach
  void save() throws IOException {
    file = new File(folder, "ensemble.zip");
    try (Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(TestNetworks.network(1), TestNetworks.graph(2)))) {
      EnsembleSerializer.save(ensemble, file);
      parameters = parameters(ensemble);
    }
    good = Files.readAllBytes(file.toPath());
  }

  /** Whose static initializer tells that it was loaded. */
  static final class Foreign {
    static {
      System.setProperty("dl4jx.foreign", "loaded");
    }

    private Foreign() {}
  }

  private static List<float[]> parameters(Ensemble ensemble) {
    List<float[]> parameters = new ArrayList<>();
    for (int m = 0; m < ensemble.size(); m++) {
      parameters.add(ensemble.member(m).params().toFloatVector());
    }
    return parameters;
  }

  /** One change of up to 16 bytes, or a part that is cut or doubled. */
  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    int at = random.nextInt(copy.length);
    int n = 1 + random.nextInt(Math.min(16, copy.length - at));
    byte[] front = Arrays.copyOf(bytes, at);
    int kind = random.nextInt(6);
    if (kind == 0) {
      copy[at] ^= (byte) (1 << random.nextInt(8));
    } else if (kind == 1) {
      for (int i = 0; i < n; i++) {
        copy[at + i] = (byte) random.nextInt(256);
      }
    } else if (kind == 2) {
      Arrays.fill(copy, at, at + n, (byte) (random.nextBoolean() ? 0 : 0xff));
    } else if (kind == 3) {
      return front;
    } else if (kind == 4) {
      return join(Arrays.copyOf(bytes, at + n), Arrays.copyOfRange(bytes, at, bytes.length));
    } else {
      return join(front, Arrays.copyOfRange(bytes, at + n, bytes.length));
    }
    return copy;
  }

  private static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.put(e.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  /** The first member's zip with one entry changed: what a checksum that was made anew lets by. */
  private byte[] member(String name, byte[] content) throws IOException {
    Map<String, byte[]> entries = entries(entries(good).get("member-0.zip"));
    assertThat(entries).containsKey(name);
    entries.put(name, content);
    return zip(entries);
  }

  private byte[] entry(String name) throws IOException {
    return entries(entries(good).get("member-0.zip")).get(name);
  }

  private static void assertRefused(byte[] member, String... parts) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                ModelFiles.read(
                    member,
                    ModelFiles.Kind.MULTI_LAYER_NETWORK,
                    "member",
                    List.of("org.deeplearning4j.", "org.nd4j.")))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void load_tenThousandMutations_eachIsRefusedOrLoadsEqual() throws IOException {
    Random random = new Random(1);
    int equal = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file.toPath(), mutated(good, random));
      try (Ensemble ensemble = EnsembleSerializer.load(file)) {
        assertThat(parameters(ensemble))
            .as("mutation " + i)
            .usingRecursiveComparison()
            .isEqualTo(parameters);
        assertThat(ensemble.rule()).isEqualTo(new SoftVote());
        equal++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("cannot load an ensemble from " + file);
      }
    }
    assertThat(equal).isLessThan(MUTATIONS / 10);
    assertThat(folder.list()).containsExactly("ensemble.zip");
  }

  @Test
  void read_thousandMutationsBehindTheChecksum_eachIsRefusedOrANetwork() throws IOException {
    Random random = new Random(2);
    byte[] json = entry(JSON);
    byte[] array = entry(PARAMETERS);
    for (int i = 0; i < 1000; i++) {
      boolean text = i % 2 == 0;
      byte[] member =
          text
              ? member(JSON, mutated(json, random))
              : member(
                  PARAMETERS,
                  join(mutated(Arrays.copyOf(array, 120), random), tail(array))); // the header
      try {
        ModelFiles.read(member, ModelFiles.Kind.MULTI_LAYER_NETWORK, "member", List.of("org."));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("cannot read a network from member");
      }
    }
  }

  private static byte[] tail(byte[] array) {
    return Arrays.copyOfRange(array, 120, array.length);
  }

  @Test
  void read_foreignClass_isRefusedBeforeItIsLoaded() throws IOException {
    String json = new String(entry(JSON), StandardCharsets.UTF_8);
    String foreign = Foreign.class.getName();
    String changed =
        json.replaceFirst("org\\.nd4j\\.linalg\\.learning\\.config\\.Adam", quoted(foreign));
    assertThat(changed).isNotEqualTo(json);
    assertRefused(
        member(JSON, changed.getBytes(StandardCharsets.UTF_8)),
        "classes must be in a package of [org.deeplearning4j., org.nd4j.], got " + foreign);
    String escaped = changed.replace("\"@class\"", "\"\\u0040class\"");
    assertRefused(member(JSON, escaped.getBytes(StandardCharsets.UTF_8)), "got " + foreign);
    assertThat(System.getProperty("dl4jx.foreign")).isNull();
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  @Test
  void read_arrayLargerThanItsBytes_isRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] array = entry(PARAMETERS);
    // mode (2 + n bytes), count (8), type (2 + 4); then rank, dimensions, strides and three more
    int rank = 2 + ByteBuffer.wrap(array).getShort() + 8 + 2 + 4;
    int longs = 4 + 2 * (int) ByteBuffer.wrap(array).getLong(rank);
    for (int i = 0; i < longs; i++) {
      ByteBuffer changed = ByteBuffer.wrap(array.clone());
      changed.putLong(rank + 8 * i, 1L << 40);
      assertRefused(member(PARAMETERS, changed.array()), "must have a shape of as many");
    }
    // read as doubles, they would end twice as far
    ByteBuffer wide = ByteBuffer.wrap(array.clone());
    int options = rank + 8 * (longs - 3);
    assertThat(wide.getLong(options)).isEqualTo(1 << 13); // FLOAT
    wide.putLong(options, 1 << 14);
    assertRefused(member(PARAMETERS, wide.array()), "and of their type");
    assertRefused(
        member(PARAMETERS, Arrays.copyOf(array, array.length - 4)), "numbers of type FLOAT cannot");
  }

  @Test
  void read_bombOfZeros_isRefused() throws IOException {
    byte[] zeros = new byte[200 << 20];
    assertRefused(member(PARAMETERS, zeros), "coefficients.bin must have at most");
    byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertRefused(member(JSON, deep), "must not be nested deeper than 200");
  }

  @Test
  void load_classesOfTheUser_onlyIfTheirPackageIsNamed() throws IOException {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                ModelFiles.read(
                    entries(good).get("member-0.zip"),
                    ModelFiles.Kind.MULTI_LAYER_NETWORK,
                    "member",
                    List.of("com.example.")))
        .withMessageContaining("classes must be in a package of [com.example.], got org.");
    EnsembleSerializer.load(file, "com.example.").close();
  }
}
