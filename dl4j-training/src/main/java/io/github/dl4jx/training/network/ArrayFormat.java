package io.github.dl4jx.training.network;

import io.github.dl4jx.random.internal.Arguments;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.options.ArrayOptionsHelper;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays in the format of {@code Nd4j.write}, in bulk: that writes number by number, 20 times as
 * slowly.
 *
 * <pre>
 * shape:  allocation mode (UTF), count (long), type (UTF), count longs
 * data:   allocation mode (UTF), length (long), type (UTF), length numbers, big-endian
 * </pre>
 */
public final class ArrayFormat {

  private static final int MOST_SHAPE_LONGS = 2 * 32 + 4;

  /** So that no product of sizes, strides and widths overflows. */
  private static final long MOST_NUMBERS = 1L << 56;

  private static final Pattern DESCRIPTION = Pattern.compile("([A-Z0-9]{1,20}) ([1-9][0-9]{0,17})");

  private static final String SHAPE_TYPE = "LONG";
  private static final List<String> MODES = List.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  private static final List<DataType> TYPES =
      List.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16);

  private ArrayFormat() {}

  /**
   * Writes an array.
   *
   * @param array not empty; {@link #header} takes those of floating-point types only
   * @param out where to; not closed
   * @throws IllegalArgumentException if one is null, or the array is empty
   * @throws IOException if that fails
   */
  public static void write(INDArray array, OutputStream out) throws IOException {
    Preconditions.checkArgument(
        !Arguments.notNull("array", array).isEmpty(), "array must not be empty");
    DataOutputStream data = new DataOutputStream(Arguments.notNull("out", out));
    DataBuffer buffer = array.data();
    boolean whole = array.offset() == 0 && buffer.length() == array.length() && !array.isView();
    if (!whole || !BulkNumbers.isDirect(array)) {
      Nd4j.write(array, data);
      data.flush();
      return;
    }
    array.shapeInfoDataBuffer().write(data);
    data.writeUTF(buffer.allocationMode().name());
    data.writeLong(buffer.length());
    data.writeUTF(buffer.dataType().name());
    BulkNumbers.write(array, data);
    data.flush();
  }

  /**
   * Reads the numbers that follow a header.
   *
   * @param in the bytes after the header
   * @param header the header
   * @param target a contiguous array of that type and length
   * @return the target
   * @throws IOException if the stream ends early
   * @throws IllegalArgumentException if the target has another type or length
   */
  public static INDArray numbers(InputStream in, Header header, INDArray target)
      throws IOException {
    DataInputStream data = new DataInputStream(Arguments.notNull("in", in));
    Arguments.notNull("header", header);
    Preconditions.checkArgument(
        Arguments.notNull("target", target).dataType() == header.type
            && target.length() == header.length,
        "target must have the numbers of the header, %s, got %s %s",
        header,
        target.dataType(),
        target.length());
    BulkNumbers.read(data, target);
    return target;
  }

  /** Type and length of an array; its text, as in manifests, is {@code FLOAT 123}. */
  public static final class Description {

    private final DataType type;
    private final long length;

    private Description(DataType type, long length) {
      this.type = type;
      this.length = length;
    }

    /**
     * {@return the description of an array}
     *
     * @param array not empty, of a floating-point type
     */
    public static Description of(INDArray array) {
      Preconditions.checkArgument(
          !Arguments.floatingPoint("array", array).isEmpty(), "array must not be empty");
      return new Description(array.dataType(), array.length());
    }

    /**
     * {@return the description in a text}
     *
     * @param text type, a space, and length
     * @throws IOException if it is not of that form
     */
    public static Description parse(String text) throws IOException {
      Arguments.notNull("text", text);
      Matcher matcher = DESCRIPTION.matcher(text);
      if (!matcher.matches()) {
        throw new IOException(
            "text must be type and length of an array, like FLOAT 123, got " + text);
      }
      return new Description(ArrayFormat.type(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    /** {@return a new vector of that type and length, whose numbers are not set} */
    public INDArray allocate() {
      return Nd4j.createUninitializedDetached(type, length);
    }

    /** {@return the number of its elements} */
    public long length() {
      return length;
    }

    @Override
    public String toString() {
      return type + " " + length;
    }
  }

  /** What comes before the numbers. */
  public static final class Header {

    private final DataType type;
    private final long length;
    private final long bytes;
    private final long[] shape;

    private Header(DataType type, long length, long headerBytes, long[] shape) {
      this.type = type;
      this.length = length;
      this.bytes = headerBytes + length * type.width();
      this.shape = shape;
    }

    /** {@return the type of the numbers: FLOAT, DOUBLE, FLOAT16 or BFLOAT16} */
    public DataType type() {
      return type;
    }

    /** {@return how many numbers there are, at least 1} */
    public long length() {
      return length;
    }

    @Override
    public String toString() {
      return new Description(type, length).toString();
    }

    /**
     * Checks that header and numbers take as many bytes as there are, and that no element lies
     * outside.
     *
     * @param size how many bytes there really are
     * @throws IOException if the header says something else
     */
    public void check(long size) throws IOException {
      if (size != bytes) {
        throw new IOException(
            "an array of "
                + length
                + " numbers of type "
                + type
                + " must have a size of "
                + bytes
                + " bytes, got "
                + size);
      }
      checkShape(shape, type, length);
    }
  }

  /**
   * {@return the header at the beginning of a stream}
   *
   * @param in the bytes, from anywhere
   * @throws IOException if they do not begin with that of an array
   */
  public static Header header(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(Arguments.notNull("in", in));
    long header = mode(data);
    long shapeLongs = data.readLong();
    if (shapeLongs < 0 || shapeLongs > MOST_SHAPE_LONGS) {
      throw new IOException("an array's shape must have at most 32 dimensions");
    }
    byte[] shapeType = utf(data);
    if (!SHAPE_TYPE.equals(new String(shapeType, StandardCharsets.UTF_8))) {
      throw new IOException("an array's shape must be of type LONG");
    }
    header += Long.BYTES + shapeType.length + shapeLongs * Long.BYTES;
    long[] shape = new long[(int) shapeLongs];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = data.readLong();
    }
    header += mode(data);
    long length = data.readLong();
    byte[] typeName = utf(data);
    header += Long.BYTES + typeName.length + 4L * Short.BYTES;
    DataType type = type(new String(typeName, StandardCharsets.UTF_8));
    if (length < 1 || length > MOST_NUMBERS) {
      throw new IOException(
          "an array must have from 1 to " + MOST_NUMBERS + " numbers, got " + length);
    }
    return new Header(type, length, header, shape);
  }

  /** Reads an allocation mode and returns its length; in old versions' modes headers differ. */
  private static int mode(DataInputStream data) throws IOException {
    byte[] mode = utf(data);
    String name = new String(mode, StandardCharsets.UTF_8);
    if (!MODES.contains(name)) {
      throw new IOException("an array's allocation mode must be one of " + MODES);
    }
    return mode.length;
  }

  /**
   * Checks rank, dimensions, strides, options, stride of elements and order. Native code follows
   * them unchecked: no element may lie outside, and none may be read as another type.
   */
  private static void checkShape(long[] shape, DataType type, long length) throws IOException {
    long rank = shape.length == 0 ? -1 : shape[0];
    boolean right = rank >= 0 && rank <= 32 && shape.length == 2 * rank + 4;
    long elements = 1;
    long last = 0;
    for (int d = 1; right && d <= rank; d++) {
      long size = shape[d];
      long stride = shape[d + (int) rank];
      right = size >= 1 && size <= length / elements && stride >= 0 && stride <= length;
      elements *= size;
      last += (size - 1) * stride; // no overflow: both are at most the length
      right &= last < length;
    }
    if (right) {
      int rest = 1 + 2 * (int) rank;
      right =
          elements == length
              && shape[rest] == ArrayOptionsHelper.setOptionBit(0L, type)
              && (shape[rest + 1] == 0 || shape[rest + 1] == 1)
              && (shape[rest + 2] == 'c' || shape[rest + 2] == 'f');
    }
    if (!right) {
      throw new IOException(
          "an array of " + length + " numbers must have a shape of as many, and of their type");
    }
  }

  private static byte[] utf(DataInputStream data) throws IOException {
    return data.readUTF().getBytes(StandardCharsets.UTF_8);
  }

  static DataType type(String name) throws IOException {
    for (DataType type : TYPES) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new IOException("an array's type must be one of " + TYPES + ", got " + name);
  }
}
