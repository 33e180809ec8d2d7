package io.github.dl4jx.ensembles.io;

import static io.github.dl4jx.ensembles.io.HostileZips.JSON;
import static io.github.dl4jx.ensembles.io.HostileZips.MANIFEST;
import static io.github.dl4jx.ensembles.io.HostileZips.PARAMETERS;

import evil.Evil;
import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads hostile files in a process with little memory, and prints a line for each: what it is, in
 * how many milliseconds it was refused, and how; {@code BAD} if it was not.
 */
final class HostileFilesProcess {

  private static final int MUTATIONS = 10_000;
  private static final long SLOW_NANOS = 2_000_000_000L;
  private static final String LAYERS = "MULTI_LAYER_NETWORK";
  private static final String GRAPH = "COMPUTATION_GRAPH";

  private final Path folder;
  private final Path file;
  private final Map<String, Maker> files = new LinkedHashMap<>();
  private final byte[] member;
  private final byte[] good;

  /** Makes a hostile file. */
  private interface Maker {
    void make(Path file) throws Exception;
  }

  private HostileFilesProcess(Path folder) throws IOException {
    this.folder = folder;
    this.file = folder.resolve("hostile.zip");
    try (Ensemble ensemble =
        Ensemble.of(new SoftVote(), List.of(TestNetworks.network(1), TestNetworks.network(2)))) {
      EnsembleSerializer.save(ensemble, file.toFile());
    }
    this.good = Files.readAllBytes(file);
    this.member = HostileZips.entries(good).get("member-0.zip");
  }

  /**
   * Runs the table, or the mutations.
   *
   * @param args an empty folder, and {@code table} or {@code mutations}
   */
  public static void main(String[] args) throws Exception {
    HostileFilesProcess process = new HostileFilesProcess(Path.of(args[0]));
    // what is loaded once is not the first file's
    EnsembleSerializer.load(process.file.toFile()).close();
    if (args[1].equals("table")) {
      process.configurations();
      process.sizes();
      process.manifests();
      process.zips();
      process.places();
      process.run();
      process.checkpoints();
      System.out.println("LEFT " + List.of(process.folder.toFile().list()));
    } else {
      process.mutate();
    }
    System.out.println("EVIL " + System.getProperty(Evil.INITIALIZED, "none"));
  }

  private void add(String name, Maker maker) {
    if (files.put(name, maker) != null) {
      throw new IllegalStateException("two of " + name);
    }
  }

  private void add(String name, byte[] content) {
    add(name, path -> Files.write(path, content));
  }

  /** A member, alone and in an ensemble whose checksums are right. */
  private void addMember(String name, String kind, byte[] zip) throws IOException {
    add("network: " + name, zip);
    add("ensemble: " + name, HostileZips.ensemble(kind, zip));
  }

  private void configurations() throws IOException {
    byte[] graph = ModelFiles.write(HostileConfigurations.graph());
    for (Map.Entry<String, String> text : HostileConfigurations.all().entrySet()) {
      byte[] zip = HostileZips.with(graph, JSON, bytes(text.getValue()));
      addMember(text.getKey(), GRAPH, zip);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String json() throws IOException {
    return new String(HostileZips.entries(member).get(JSON), StandardCharsets.UTF_8);
  }

  private byte[] configured(String from, String to) throws IOException {
    String changed = json().replaceFirst(from, to);
    if (changed.equals(json())) {
      throw new IllegalStateException("no " + from);
    }
    return HostileZips.with(member, JSON, bytes(changed));
  }

  private void sizes() throws IOException {
    byte[] none = HostileZips.with(member, PARAMETERS, new byte[0]);
    byte[] marked = HostileZips.with(none, "noParams.marker", new byte[0]);
    byte[] wide = configured("\"nin\" : 2,", "\"nin\" : 40000,");
    byte[] huge =
        HostileZips.with(
            wide,
            JSON,
            bytes(
                new String(HostileZips.entries(wide).get(JSON), StandardCharsets.UTF_8)
                    .replaceFirst("\"nout\" : 12", "\"nout\" : 40000")));
    addMember("no parameters, random ones wanted", LAYERS, marked);
    addMember("no parameters", LAYERS, none);
    addMember(
        "no entry of parameters", LAYERS, HostileZips.with(member, PARAMETERS, (byte[]) null));
    addMember(
        "6 GB of random parameters",
        LAYERS,
        HostileZips.with(
            HostileZips.with(huge, PARAMETERS, new byte[0]), "noParams.marker", new byte[0]));
    addMember("6 GB wanted, 75 numbers there", LAYERS, huge);
    addMember(
        "one input more than there are weights",
        LAYERS,
        configured("\"nin\" : 2,", "\"nin\" : 3,"));
    addMember("one input less", LAYERS, configured("\"nin\" : 2,", "\"nin\" : 1,"));
    for (String n :
        List.of(
            "-1",
            "-2",
            "-12",
            "2147483647",
            "9223372036854775807",
            "4611686018427387904",
            "1537228672809129303",
            "9.9E99",
            "\"x\"",
            "null",
            "[]")) {
      addMember("inputs " + n, LAYERS, configured("\"nin\" : 2,", "\"nin\" : " + n + ","));
      addMember("outputs " + n, LAYERS, configured("\"nout\" : 12,", "\"nout\" : " + n + ","));
    }
    byte[] array = HostileZips.entries(member).get(PARAMETERS);
    int rank = 2 + ByteBuffer.wrap(array).getShort() + 8 + 2 + 4;
    int longs = 4 + 2 * (int) ByteBuffer.wrap(array).getLong(rank);
    for (int i = 0; i < longs; i++) {
      for (long value : new long[] {-1, 1L << 40, Long.MAX_VALUE}) {
        byte[] changed = array.clone();
        ByteBuffer.wrap(changed).putLong(rank + 8 * i, value);
        addMember(
            "shape " + i + " is " + value, LAYERS, HostileZips.with(member, PARAMETERS, changed));
      }
    }
    int length = rank + 8 * longs + 2 + ByteBuffer.wrap(array).getShort(rank + 8 * longs);
    for (long value : new long[] {0, -1, 74, 76, 1L << 31, 1L << 60, Long.MAX_VALUE}) {
      byte[] changed = array.clone();
      ByteBuffer.wrap(changed).putLong(length, value);
      addMember("length " + value, LAYERS, HostileZips.with(member, PARAMETERS, changed));
    }
    addMember(
        "a number less",
        LAYERS,
        HostileZips.with(member, PARAMETERS, Arrays.copyOf(array, array.length - 4)));
    addMember(
        "a number more",
        LAYERS,
        HostileZips.with(member, PARAMETERS, Arrays.copyOf(array, array.length + 4)));
    addMember(
        "an array of text",
        LAYERS,
        HostileZips.with(member, PARAMETERS, bytes("no array at all, but a text")));
    for (String name : List.of(PARAMETERS, "updaterState.bin", "normalizer.bin", JSON)) {
      addMember(
          "1 GB of zeros as " + name,
          LAYERS,
          HostileZips.with(member, name, HostileZips.zeros(1 << 30)));
    }
    byte[] zeros = HostileZips.with(member, "normalizer.bin", HostileZips.zeros(60 << 20));
    byte[][] twelve = new byte[12][];
    Arrays.fill(twelve, zeros);
    add("ensemble: twelve members of 60 MB of zeros", HostileZips.ensemble(LAYERS, twelve));
    byte[] spaces = new byte[3 << 20];
    Arrays.fill(spaces, (byte) ' ');
    ByteBuffer.wrap(spaces).put(bytes(json()));
    byte[][] forty = new byte[40][];
    Arrays.fill(forty, HostileZips.with(member, JSON, spaces));
    add("ensemble: forty members of 3 MB of spaces", HostileZips.ensemble(LAYERS, forty));
    addMember("nested arrays", LAYERS, HostileZips.with(member, JSON, bytes("[".repeat(100_000))));
    addMember(
        "nested objects", LAYERS, HostileZips.with(member, JSON, bytes("{\"a\":".repeat(100_000))));
    addMember(
        "a million layers",
        LAYERS,
        HostileZips.with(member, JSON, bytes("{\"confs\":[" + "{},".repeat(1_000_000) + "{}]}")));
    addMember(
        "a million empty layers",
        LAYERS,
        HostileZips.with(
            member, JSON, bytes("{\"confs\":[" + "null,".repeat(1_000_000) + "null]}")));
    addMember(
        "a million numbers",
        LAYERS,
        configured("\"confs\" : \\[", "\"x\" : [" + "1,".repeat(3_000_000) + "1], \"confs\" : ["));
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 500_000; i++) {
      fields.append('"').append(Integer.toString(i, 36)).append("\":0,");
    }
    addMember(
        "half a million fields",
        LAYERS,
        HostileZips.with(member, JSON, bytes("{" + fields + "\"confs\":[]}")));
    addMember(
        "a text that is too long",
        LAYERS,
        HostileZips.with(member, JSON, bytes("{\"confs\":\"" + "x".repeat(8 << 20) + "\"}")));
    addMember(
        "a long text",
        LAYERS,
        HostileZips.with(member, JSON, bytes("{\"confs\":\"" + "x".repeat(3 << 20) + "\"}")));
    addMember(
        "a long number",
        LAYERS,
        configured("\"nin\" : 2,", "\"nin\" : " + "9".repeat(1_000_000) + ","));
    for (String text :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "7",
            "\"x\"",
            "{\"confs\":[]}",
            "{\"confs\":null}",
            "{\"confs\":[null]}",
            "{\"confs\":[{}]}",
            "{\"confs\":[{\"layer\":null}]}",
            "{\"confs\":{}}",
            "{\"confs\":7}")) {
      addMember("text " + text, LAYERS, HostileZips.with(member, JSON, bytes(text)));
      addMember(
          "graph " + text,
          GRAPH,
          HostileZips.with(member, JSON, bytes(text.replace("confs", "vertices"))));
    }
    addMember("of the other kind", GRAPH, member);
  }

  /** The ensemble with another manifest; members are as they were. */
  private byte[] manifest(String from, String to) throws IOException {
    Map<String, byte[]> entries = HostileZips.entries(good);
    String text = new String(entries.get(MANIFEST), StandardCharsets.ISO_8859_1);
    String changed = text.replace(from, to);
    if (changed.equals(text)) {
      throw new IllegalStateException("no " + from);
    }
    entries.put(MANIFEST, changed.getBytes(StandardCharsets.ISO_8859_1));
    return HostileZips.stored(entries);
  }

  private void manifests() throws IOException {
    for (String n :
        List.of(
            "0",
            "-1",
            "1",
            "3",
            "10001",
            "2000000000",
            "2147483648",
            "99999999999999999999",
            "two",
            "",
            "2.0",
            "0x2",
            "\\u0032\\u0030")) {
      add("members=" + n, manifest("members=2", "members=" + n));
    }
    for (String rule :
        List.of(
            "",
            "none",
            "evil.Evil",
            "java.lang.Runtime",
            "weighted-vote",
            "weighted-vote()",
            "weighted-vote(NaN, 1)",
            "weighted-vote(1e999, 1)",
            "weighted-vote(1)",
            "weighted-vote(1, 1, 1)",
            "weighted-vote(-1, 1)",
            "weighted-vote(" + "1,".repeat(100_000) + "1)",
            "hard-vote(x)",
            "additive(1e999)",
            "additive((((((")) {
      add("rule=" + shortened(rule), manifest("rule=soft-vote", "rule=" + rule));
    }
    for (String kind :
        List.of("", "none", "Model", "evil.Evil", "COMPUTATION_GRAPH", "multi_layer_network")) {
      add("kind=" + kind, manifest("member.0.kind=" + LAYERS, "member.0.kind=" + kind));
    }
    for (String size : List.of("", "0", "-1", "1", "2147483647", "9223372036854775808")) {
      add("bytes=" + size, manifest("member.0.bytes=" + member.length, "member.0.bytes=" + size));
    }
    for (String sum :
        List.of(
            "",
            "0",
            "0".repeat(64),
            HostileZips.sha256(member).toUpperCase(java.util.Locale.ROOT))) {
      add(
          "sha256=" + sum,
          manifest("member.0.sha256=" + HostileZips.sha256(member), "member.0.sha256=" + sum));
    }
    add("format=other", manifest("format=dl4jx-ensemble", "format=other"));
    add("no format", manifest("format=", "fromat="));
    add("version=2", manifest("version=1", "version=2"));
    add("version=", manifest("version=1", "version="));
    add("a broken escape", manifest("rule=soft-vote", "rule=\\u00zz"));
    add("100,000 lines", manifest("version=1", "version=1\n" + "a=b\n".repeat(100_000)));
    add("3 MB in a line", manifest("version=1", "version=1\nx=" + "y".repeat(3 << 20)));
    add("no manifest", HostileZips.with(good, MANIFEST, (byte[]) null));
    add("an empty manifest", HostileZips.with(good, MANIFEST, new byte[0]));
    add("a manifest of 1 GB", HostileZips.with(good, MANIFEST, HostileZips.zeros(1 << 30)));
    add("a member that is missing", HostileZips.with(good, "member-1.zip", (byte[]) null));
    add("a member that is empty", HostileZips.with(good, "member-1.zip", new byte[0]));
    add(
        "a member of 1 GB of zeros",
        HostileZips.with(good, "member-1.zip", HostileZips.zeros(1 << 30)));
    for (String name :
        List.of(
            "../evil.zip",
            "/evil.zip",
            "member-2.zip",
            "member-0.zip/",
            "C:\\evil.zip",
            "member-1.zip\0",
            "..",
            "x".repeat(60_000))) {
      add("an entry called " + shortened(name), HostileZips.with(good, name, member));
      add(
          "network: an entry called " + shortened(name),
          HostileZips.with(member, name, new byte[1]));
    }
    add(
        "network: preprocessor.bin",
        HostileZips.with(member, "preprocessor.bin", new byte[] {-84, -19, 0, 5}));
  }

  private static String shortened(String text) {
    return (text.length() <= 40 ? text : text.substring(0, 40) + "..").replace("\0", "<0>");
  }

  private void zips() throws IOException {
    for (byte[] whole : new byte[][] {good, member}) {
      String what = whole == good ? "ensemble: " : "network: ";
      for (int part = 1; part < 16; part++) {
        add(what + part + "/16 of it", Arrays.copyOf(whole, whole.length * part / 16));
      }
      for (int cut : new int[] {1, 4, 21, 22, 23, 60}) {
        add(what + "less the last " + cut, Arrays.copyOf(whole, whole.length - cut));
      }
      for (int[] change :
          new int[][] {
            {6, 1},
            {8, 99},
            {8, 0x33},
            {14, 0x55},
            {26, 0xff},
            {27, 0xff},
            {28, 0xff},
            {29, 0x7f}
          }) {
        byte[] changed = whole.clone();
        changed[change[0]] ^= (byte) change[1];
        // a member's checksum stands behind it, and nobody reads the one before
        if (change[0] != 14 || whole == good) {
          add(
              what + "byte " + change[0] + " of the first header is other by " + change[1],
              changed);
        }
      }
      String[] names = new String[100];
      Arrays.setAll(names, i -> "member-" + i + ".zip");
      add(what + "a hundred records over one entry", HostileZips.manyOverOne(whole, names));
    }
    String[] members = new String[101];
    Arrays.setAll(members, i -> i == 100 ? MANIFEST : "member-" + i + ".zip");
    byte[] zeros = HostileZips.with(member, "normalizer.bin", HostileZips.zeros(60 << 20));
    Map<String, byte[]> one = new LinkedHashMap<>();
    one.put("member-0.zip", zeros);
    add(
        "ensemble: a hundred records over one member of 60 MB",
        HostileZips.manyOverOne(HostileZips.stored(one), members));
    byte[] twice = HostileZips.stored(Map.of("member-0.zip", member));
    add("ensemble: an entry twice", concatenated(twice, good));
    add("nothing", new byte[0]);
    add("one byte", new byte[1]);
    add("text", bytes("not a zip at all, but long enough to hold what stands at the end of one"));
    add("the end of a zip alone", Arrays.copyOfRange(good, good.length - 22, good.length));
    add("a directory of 2 GB announced", end(Integer.MAX_VALUE, 0));
    add("65535 entries announced", end(46, 65535));
    add("zeros", new byte[1 << 20]);
    add("4 GB, sparse", path -> sparse(path, new byte[0], new byte[0]));
    add(
        "4 GB, sparse, with a zip's end",
        path -> sparse(path, new byte[0], Arrays.copyOfRange(good, good.length - 22, good.length)));
    add(
        "an ensemble in 4 GB, sparse",
        path ->
            sparse(
                path,
                Arrays.copyOf(good, good.length / 2),
                Arrays.copyOfRange(good, good.length / 2, good.length)));
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 60_000; i++) {
      many.put("member-" + i + ".zip", new byte[0]);
    }
    add("60,000 empty members", HostileZips.stored(many));
  }

  private static byte[] concatenated(byte[] one, byte[] other) {
    int header = 30 + "member-0.zip".length();
    int first = header + ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN).getInt(22);
    return ByteBuffer.allocate(first + other.length).put(one, 0, first).put(other).array();
  }

  private byte[] end(int size, int entries) {
    ByteBuffer end =
        ByteBuffer.wrap(Arrays.copyOf(good, good.length)).order(ByteOrder.LITTLE_ENDIAN);
    int at = good.length - 22;
    end.putInt(at + 12, size).putShort(at + 8, (short) entries).putShort(at + 10, (short) entries);
    // and the entries themselves are gone
    Arrays.fill(end.array(), 0, 30, (byte) 0);
    return end.array();
  }

  private static void sparse(Path path, byte[] front, byte[] back) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      out.write(front);
      out.setLength(4L << 30);
      out.seek((4L << 30) - back.length);
      out.write(back);
    }
  }

  /** What is no regular file. */
  private void places() {
    add("a folder", path -> Files.createDirectory(path));
    add("a link to nothing", path -> Files.createSymbolicLink(path, folder.resolve("nothing")));
    add("no file", path -> {});
    if (new File("/dev/zero").exists()) {
      add("a link to /dev/zero", path -> Files.createSymbolicLink(path, Path.of("/dev/zero")));
      add("a link to /dev/full", path -> Files.createSymbolicLink(path, Path.of("/dev/full")));
      add(
          "a pipe",
          path -> {
            if (new ProcessBuilder("mkfifo", path.toString()).start().waitFor() != 0) {
              throw new IOException("mkfifo failed");
            }
          });
    }
  }

  private void run() throws Exception {
    for (Map.Entry<String, Maker> hostile : files.entrySet()) {
      String name = hostile.getKey();
      Files.deleteIfExists(file);
      hostile.getValue().make(file);
      long start = System.nanoTime();
      String outcome = outcome(name);
      if (System.nanoTime() - start > SLOW_NANOS) { // the machine may have been busy: once more
        start = System.nanoTime();
        outcome = outcome(name);
      }
      print(name, start, outcome);
    }
    Files.deleteIfExists(file);
  }

  private String outcome(String name) {
    try {
      if (!name.startsWith("network: ")) {
        return "BAD loaded " + EnsembleSerializer.load(file.toFile()).size();
      }
      boolean graph =
          name.contains(" in /")
              || name.startsWith("network: graph ")
              || name.endsWith("other kind");
      Model read =
          ModelFiles.read(
              file.toFile(),
              graph ? Network.Kind.COMPUTATION_GRAPH : Network.Kind.MULTI_LAYER_NETWORK);
      return "BAD read " + read.numParams();
    } catch (IOException e) {
      return outcome(e);
    } catch (Throwable e) {
      return "BAD " + e;
    }
  }

  /** The same configurations in checkpoints of a training. */
  private void checkpoints() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    ComputationGraph graph = HostileConfigurations.graph();
    graph.setListeners(ResumableCheckpoints.in(run.toFile()).build());
    graph.fit(new DataSet(Nd4j.rand(4, 2), Nd4j.rand(4, 1)));
    graph.getListeners().forEach(listener -> listener.onEpochEnd(graph));
    Path checkpoint = run.resolve("checkpoint-00000001.zip");
    byte[] whole = Files.readAllBytes(checkpoint);
    for (Map.Entry<String, String> text : HostileConfigurations.all().entrySet()) {
      Files.write(checkpoint, HostileZips.with(whole, JSON, bytes(text.getValue())));
      long start = System.nanoTime();
      String outcome;
      try {
        ResumableCheckpoints.resume(run.toFile()).orElseThrow().network(ComputationGraph.class);
        outcome = "BAD read";
      } catch (UncheckedIOException e) {
        String message = e.getMessage();
        outcome = message.contains(checkpoint.toString()) ? message : "BAD without a name: " + e;
      }
      print("checkpoint: " + text.getKey(), start, outcome);
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run)) {
      for (Path each : files) {
        Files.delete(each);
      }
    }
    Files.delete(run);
  }

  private static void print(String name, long start, String outcome) {
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.println("FILE\t" + name + "\t" + millis + "\t" + outcome.replace('\n', ' '));
  }

  /** An error is no answer: it means that the memory was taken. */
  private String outcome(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error) {
        return "BAD " + cause;
      }
    }
    return e.getMessage().contains(file.toString()) ? e.getMessage() : "BAD without a name: " + e;
  }

  private void mutate() throws IOException {
    List<float[]> parameters;
    try (Ensemble ensemble = EnsembleSerializer.load(file.toFile())) {
      parameters = parameters(ensemble);
    }
    Random random = new Random(1);
    int equal = 0;
    long slowest = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file, mutated(good, random));
      long start = System.nanoTime();
      try (Ensemble ensemble = EnsembleSerializer.load(file.toFile())) {
        equal++;
        if (!same(parameters, parameters(ensemble)) || !ensemble.rule().equals(new SoftVote())) {
          System.out.println("FILE\tmutation " + i + "\t0\tBAD other content");
        }
      } catch (IOException e) {
        String outcome = outcome(e);
        if (outcome.startsWith("BAD")) {
          System.out.println("FILE\tmutation " + i + "\t0\t" + outcome);
        }
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    // behind the checksums
    byte[] text = HostileZips.entries(member).get(JSON);
    byte[] array = HostileZips.entries(member).get(PARAMETERS);
    for (int i = 0; i < MUTATIONS / 10; i++) {
      byte[] changed =
          i % 2 == 0
              ? HostileZips.with(member, JSON, mutated(text, random))
              : HostileZips.with(member, PARAMETERS, mutatedHeader(array, random));
      Files.write(file, HostileZips.ensemble(LAYERS, changed));
      long start = System.nanoTime();
      try {
        EnsembleSerializer.load(file.toFile()).close();
      } catch (IOException e) {
        String outcome = outcome(e);
        if (outcome.startsWith("BAD")) {
          System.out.println("FILE\tinner mutation " + i + "\t0\t" + outcome);
        }
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    System.out.println("FILE\tslowest mutation\t" + slowest / 1_000_000 + "\trefused");
    System.out.println("EQUAL " + equal);
  }

  private static byte[] mutatedHeader(byte[] array, Random random) {
    byte[] front = mutated(Arrays.copyOf(array, 120), random);
    byte[] back = Arrays.copyOfRange(array, 120, array.length);
    return ByteBuffer.allocate(front.length + back.length).put(front).put(back).array();
  }

  private static List<float[]> parameters(Ensemble ensemble) {
    List<float[]> parameters = new ArrayList<>();
    for (int m = 0; m < ensemble.size(); m++) {
      Model copy = ensemble.member(m);
      parameters.add(copy.params().toFloatVector());
      copy.params().close();
    }
    return parameters;
  }

  private static boolean same(List<float[]> one, List<float[]> other) {
    boolean same = one.size() == other.size();
    for (int i = 0; same && i < one.size(); i++) {
      same = Arrays.equals(one.get(i), other.get(i));
    }
    return same;
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
}
