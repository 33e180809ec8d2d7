package io.github.dl4jx.ensembles.io;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ManifestText;
import io.github.dl4jx.training.network.MemoryBudget;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.network.NetworkZip;
import io.github.dl4jx.training.network.ZipStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The file of an ensemble, read in two passes: the first checks the whole file in little memory,
 * the second builds the networks.
 */
final class EnsembleFile {

  private static final int MOST_MEMBERS = 10_000;
  private static final int MOST_MANIFEST_BYTES = 2 << 20;

  /** Three for each member, and the format, version, rule and number of members. */
  private static final int MOST_LINES = 3 * MOST_MEMBERS + 4;

  /** The most for the names of entries. The entries themselves are not compressed. */
  private static final long NAMES_BYTES = 8 << 20;

  private final Path file;
  private final LoadPolicy policy;
  private final Map<String, Part> parts = new HashMap<>();
  private Properties manifest = new Properties();

  private EnsembleFile(Path file, LoadPolicy policy) {
    this.file = file;
    this.policy = policy;
  }

  /** The result of the first pass for a member. */
  private static final class Part {

    /** Null if it is not a network. */
    private final @Nullable NetworkZip zip;

    /** Why it is not a network; thrown after a wrong checksum, which explains more. */
    private final @Nullable IOException problem;

    final long bytes;
    final String sha256;

    Part(@Nullable NetworkZip zip, @Nullable IOException problem, long bytes, String sha256) {
      this.zip = zip;
      this.problem = problem;
      this.bytes = bytes;
      this.sha256 = sha256;
    }

    NetworkZip zip() throws IOException {
      if (zip == null) {
        throw new IOException(problem == null ? "" : problem.getMessage(), problem);
      }
      return zip;
    }
  }

  /** Checks all but the configurations of the networks. */
  static EnsembleFile check(Path path, LoadPolicy policy) throws IOException {
    EnsembleFile file = new EnsembleFile(path, policy);
    MemoryBudget unpacked = file.budget();
    @Nullable String text = null;
    try (ZipStream zip = file.open()) {
      for (String name = zip.next(); name != null; name = zip.next()) {
        if (name.equals(EnsembleSerializer.MANIFEST)) {
          text = new String(zip.bytes(MOST_MANIFEST_BYTES), StandardCharsets.ISO_8859_1);
        } else if (name.equals(ModelSerializer.NORMALIZER_BIN)) {
          zip.skip(); // of ModelSerializer.addNormalizerToModel; ignored
        } else {
          if (file.parts.size() == MOST_MEMBERS) {
            throw new IOException("there must be at most " + MOST_MEMBERS + " members, got more");
          }
          file.parts.put(name, part(zip, name, unpacked));
        }
      }
    }
    if (text == null) {
      throw new IOException("the entry " + EnsembleSerializer.MANIFEST + " is missing");
    }
    file.checkManifest(text);
    return file;
  }

  private ZipStream open() throws IOException {
    return ZipStream.open(file, new MemoryBudget(Files.size(file) + NAMES_BYTES));
  }

  private MemoryBudget budget() throws IOException {
    return policy.budget(Files.size(file));
  }

  private static Part part(ZipStream zip, String name, MemoryBudget unpacked) throws IOException {
    DigestInputStream content = new DigestInputStream(zip.content(), EnsembleSerializer.sha256());
    @Nullable NetworkZip network = null;
    @Nullable IOException problem = null;
    try {
      network = NetworkZip.check(content, unpacked);
    } catch (IOException e) {
      problem = new IOException("cannot read a network from " + name + ": " + e.getMessage(), e);
    }
    content.transferTo(OutputStream.nullOutputStream()); // the zip directory at its end
    String sha256 = EnsembleSerializer.hex(content.getMessageDigest().digest());
    return new Part(network, problem, zip.skip(), sha256);
  }

  private void checkManifest(String text) throws IOException {
    manifest = ManifestText.parse(EnsembleSerializer.MANIFEST, text, MOST_LINES);
    require("format", EnsembleSerializer.FORMAT, manifest.getProperty("format", "none"));
    require(
        "version",
        String.valueOf(EnsembleSerializer.VERSION),
        manifest.getProperty("version", "none"));
    int members = number("members", MOST_MEMBERS);
    if (parts.size() != members) {
      throw new IOException(
          "there must be 1 manifest and "
              + members
              + " members, got "
              + (parts.size() + 1)
              + " entries");
    }
    for (int m = 0; m < members; m++) {
      @Nullable Part part = parts.get(EnsembleSerializer.memberName(m));
      if (part == null) {
        throw new IOException("the entry " + EnsembleSerializer.memberName(m) + " is missing");
      }
      String bytes = EnsembleSerializer.key(m, "bytes");
      require(bytes, String.valueOf(number(bytes, Integer.MAX_VALUE)), String.valueOf(part.bytes));
      String sha256 = EnsembleSerializer.key(m, "sha256");
      require(sha256, manifest.getProperty(sha256, "given"), part.sha256);
      kind(m);
      part.zip();
    }
  }

  private static void require(String name, String expected, String actual) throws IOException {
    if (!expected.equals(actual)) {
      throw new IOException(name + " must be " + expected + ", got " + actual);
    }
  }

  private int number(String name, int max) throws IOException {
    String text = manifest.getProperty(name, "none");
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException(name + " must be a number from 1 to " + max + ", got " + text);
  }

  private Network.Kind kind(int member) throws IOException {
    String name = EnsembleSerializer.key(member, "kind");
    String text = manifest.getProperty(name, "none");
    for (Network.Kind kind : Network.Kind.values()) {
      if (kind.name().equals(text)) {
        return kind;
      }
    }
    throw new IOException(
        name + " must be one of " + Arrays.toString(Network.Kind.values()) + ", got " + text);
  }

  /** Builds the members. */
  Ensemble read() throws IOException {
    CombinationRule rule = CombinationRule.named(manifest.getProperty("rule", "none"));
    Map<String, Integer> members = new HashMap<>();
    for (int m = 0; m < parts.size(); m++) {
      members.put(EnsembleSerializer.memberName(m), m);
    }
    @Nullable Model[] networks = new Model[parts.size()];
    MemoryBudget memory = budget();
    try (ZipStream zip = open()) {
      for (String name = zip.next(); name != null; name = zip.next()) {
        @Nullable Integer member = members.get(name);
        if (member != null) {
          networks[member] = network(zip, member, memory);
        }
      }
      return Ensemble.of(rule, List.of(complete(networks)));
    } finally {
      for (Model network : networks) {
        if (network != null) {
          Network.of(network).release();
        }
      }
    }
  }

  private Model network(ZipStream zip, int member, MemoryBudget memory) throws IOException {
    String name = EnsembleSerializer.memberName(member);
    @Nullable Part part = parts.get(name);
    try {
      if (part != null) {
        return part.zip().read(zip.content(), kind(member).type(), policy, memory);
      }
    } catch (IOException e) {
      throw new IOException("cannot read a network from " + name + ": " + e.getMessage(), e);
    }
    throw changed();
  }

  private static Model[] complete(@Nullable Model[] networks) throws IOException {
    List<Model> all = new ArrayList<>();
    for (Model network : networks) {
      if (network == null) {
        throw changed();
      }
      all.add(network);
    }
    return all.toArray(new Model[0]);
  }

  private static IOException changed() {
    return new IOException("the file was changed while it was read");
  }
}
