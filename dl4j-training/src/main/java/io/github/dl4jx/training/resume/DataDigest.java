package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.internal.Arguments;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A checksum of an epoch's batches, cheap compared with a training step: of every byte of the first
 * batch, and of each later one of its shapes and {@value #BLOCKS} blocks of {@value #BLOCK} bytes
 * an array.
 */
public final class DataDigest {

  private static final int BLOCK = 64;
  private static final int BLOCKS = 16;
  private static final int CHUNK = 1 << 30;

  private final CRC32C crc = new CRC32C();
  private int batches;
  private String first = "";
  private String shapes = "";

  DataDigest() {}

  /**
   * Computes the digest of every byte of some examples.
   *
   * @param data features, labels and masks, each of which may be null
   * @return the same text for equal arrays, and almost surely another one for others
   */
  public static String of(DataSet data) {
    DataDigest digest = new DataDigest();
    digest.add(Arguments.notNull("data", data));
    return digest.first;
  }

  /** Starts an epoch. */
  void start() {
    crc.reset();
    batches = 0;
    first = "";
    shapes = "";
  }

  /** Adds the next batch of the epoch. */
  void add(DataSet batch) {
    boolean whole = batches == 0;
    INDArray[] arrays = {
      batch.getFeatures(),
      batch.getLabels(),
      batch.getFeaturesMaskArray(),
      batch.getLabelsMaskArray()
    };
    for (INDArray array : arrays) {
      number(array == null ? -1 : array.rank());
      if (array == null) {
        continue;
      }
      number(array.dataType().toInt());
      for (int i = 0; i < array.rank(); i++) {
        number(array.size(i));
      }
      if (!array.isEmpty()) {
        add(array, whole);
      }
    }
    batches++;
    if (whole) {
      first = value();
      shapes =
          Arrays.stream(arrays)
              .filter(Objects::nonNull)
              .map(array -> array.dataType() + Arrays.toString(array.shape()))
              .collect(Collectors.joining(" "));
    }
  }

  /** The number of batches that were added. */
  int batches() {
    return batches;
  }

  /** The digest of the first batch, or nothing. */
  String first() {
    return first;
  }

  /** The types and shapes of the first batch. */
  String shapes() {
    return shapes;
  }

  /** The digest of all batches so far. */
  String value() {
    return String.format("%08x", crc.getValue());
  }

  private void number(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (value >>> shift) & 0xff);
    }
  }

  private void add(INDArray array, boolean whole) {
    if (!isDirect(array)) {
      long elements = whole ? array.length() : BLOCKS;
      long n = Math.min(array.length(), elements);
      for (long i = 0; i < n; i++) {
        number(Double.doubleToLongBits(array.getDouble(place(i, n, array.length(), 1))));
      }
      return;
    }
    long bytes = array.length() * array.dataType().width();
    try {
      if (whole || bytes <= BLOCK * BLOCKS) {
        for (long at = 0; at < bytes; at += CHUNK) {
          crc.update(memory(array, at, (int) Math.min(CHUNK, bytes - at)));
        }
      } else if (bytes <= CHUNK) {
        ByteBuffer all = memory(array, 0, (int) bytes);
        for (int block = 0; block < BLOCKS; block++) {
          int at = (int) place(block, BLOCKS, bytes, BLOCK);
          crc.update(all.limit(at + BLOCK).position(at));
        }
      } else {
        for (int block = 0; block < BLOCKS; block++) {
          crc.update(memory(array, place(block, BLOCKS, bytes, BLOCK), BLOCK));
        }
      }
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  /** The i-th of n positions of blocks of some width, spread evenly over a length. */
  private static long place(long i, long n, long length, long width) {
    return n == 1 ? 0 : (long) ((double) (length - width) / (n - 1) * i);
  }

  private static ByteBuffer memory(INDArray array, long from, int bytes) {
    BytePointer pointer = new BytePointer(array.data().pointer());
    pointer.capacity(from + bytes);
    return pointer.position(from).limit(from + bytes).asByteBuffer();
  }

  /** Whether the elements are contiguous in main memory, from the start of the buffer. */
  private static boolean isDirect(INDArray array) {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
        && array.offset() == 0
        && !array.isS()
        && (isDense(array, false) || isDense(array, true));
  }

  private static boolean isDense(INDArray array, boolean firstFastest) {
    long expected = 1;
    for (int i = 0; i < array.rank(); i++) {
      int dimension = firstFastest ? i : array.rank() - 1 - i;
      if (array.size(dimension) != 1 && array.stride(dimension) != expected) {
        return false;
      }
      expected *= array.size(dimension);
    }
    return true;
  }

  /** What a checkpoint records of the data. */
  static final class Record {

    final String first;
    final String shapes;

    /** The digest of the finished batches of the current epoch. */
    final String finished;

    /** Number of batches of an epoch; 0 if none was finished. */
    final int batches;

    Record(String first, String shapes, String finished, int batches) {
      this.first = first;
      this.shapes = shapes;
      this.finished = finished;
      this.batches = batches;
    }
  }

  @Nullable Record record(int batchesOfAnEpoch) {
    return first.isEmpty() ? null : new Record(first, shapes, value(), batchesOfAnEpoch);
  }
}
