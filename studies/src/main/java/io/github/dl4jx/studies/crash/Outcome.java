package io.github.dl4jx.studies.crash;

import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.network.AtomicFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a run ends with: counters and arrays by name, to be compared bit for bit. */
final class Outcome {

  /** Numbers as they lie in memory, one entry a name; a counter is an array of one number. */
  private record Entry(int width, ByteBuffer bytes) {}

  private final Map<String, Entry> entries = new TreeMap<>();

  Outcome count(String name, long value) {
    entries.put(name, new Entry(Long.BYTES, ByteBuffer.allocate(Long.BYTES).putLong(0, value)));
    return this;
  }

  Outcome array(String name, INDArray array) {
    boolean wide = array.dataType() == DataType.DOUBLE;
    int width = wide ? Double.BYTES : Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(array.length() * width));
    if (wide) {
      bytes.asDoubleBuffer().put(array.dup().data().asDouble());
    } else {
      bytes.asFloatBuffer().put(array.dup().data().asFloat());
    }
    entries.put(name, new Entry(width, bytes));
    return this;
  }

  Outcome average(String name, WeightAveragingListener average) {
    count(name + " updates", average.updates());
    for (INDArray array : average.state().arrays()) {
      array(name, array);
    }
    return this;
  }

  void write(Path file) throws IOException {
    byte[] content = bytes();
    AtomicFiles.write(file, out -> out.write(content));
  }

  private byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(entries.size());
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().width());
        out.writeInt(entry.getValue().bytes().capacity());
        out.write(entry.getValue().bytes().array());
      }
    }
    return bytes.toByteArray();
  }

  static Outcome read(Path file) throws IOException {
    Outcome outcome = new Outcome();
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        int width = in.readInt();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        outcome.entries.put(name, new Entry(width, ByteBuffer.wrap(bytes)));
      }
    }
    return outcome;
  }

  /** What differs from another outcome, for people to read; nothing if no bit does. */
  List<String> differences(Outcome other) {
    if (!entries.keySet().equals(other.entries.keySet())) {
      return List.of(entries.keySet() + " instead of " + other.entries.keySet());
    }
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      Entry mine = entry.getValue();
      Entry others = other.entries.get(entry.getKey());
      if (others != null && !mine.equals(others)) {
        differences.add(
            String.format(
                "%s: %d of %d values differ",
                entry.getKey(), differing(mine, others), mine.bytes().capacity() / mine.width()));
      }
    }
    return differences;
  }

  private static int differing(Entry mine, Entry others) {
    int width = mine.width();
    int size = mine.bytes().capacity();
    if (others.bytes().capacity() != size) {
      return size / width;
    }
    int differing = 0;
    for (int at = 0; at < size; at += width) {
      if (!mine.bytes().slice(at, width).equals(others.bytes().slice(at, width))) {
        differing++;
      }
    }
    return differing;
  }

  String sha256() throws IOException {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
