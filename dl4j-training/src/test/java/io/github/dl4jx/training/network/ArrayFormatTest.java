package io.github.dl4jx.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ArrayFormatTest {

  private static byte[] write(INDArray array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrayFormat.write(array, out);
    return out.toByteArray();
  }

  private static byte[] writeByNd4j(INDArray array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Nd4j.write(array, new DataOutputStream(out));
    return out.toByteArray();
  }

  private static INDArray read(byte[] bytes, long size) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    ArrayFormat.Header header = ArrayFormat.header(in);
    header.check(size);
    return ArrayFormat.numbers(in, header, Nd4j.create(header.type(), header.length()));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void write_anyType_isWhatNd4jWritesAndReads(DataType type) throws IOException {
    INDArray array = Nd4j.randn(DataType.FLOAT, 1, 40_001).castTo(type); // more than one chunk
    byte[] bytes = write(array);
    assertThat(bytes).isEqualTo(writeByNd4j(array));
    assertThat(Nd4j.read(new DataInputStream(new ByteArrayInputStream(bytes)))).isEqualTo(array);
    assertThat(read(bytes, bytes.length)).isEqualTo(array.reshape(40_001));
  }

  @Test
  void description_ofAnArray_isReadBack() throws IOException {
    String text = ArrayFormat.Description.of(Nd4j.create(DataType.DOUBLE, 3, 4)).toString();
    assertThat(text).isEqualTo("DOUBLE 12");
    assertThat(ArrayFormat.Description.parse(text).length()).isEqualTo(12);
    assertThat(ArrayFormat.Description.parse(text).allocate().dataType())
        .isEqualTo(DataType.DOUBLE);
  }

  @Test
  void write_specialValues_areKeptBitForBit() throws IOException {
    float[] values = {
      Float.NaN, Float.intBitsToFloat(0x7fc12345), -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY
    };
    byte[] bytes = write(Nd4j.createFromArray(values));
    float[] back = read(bytes, bytes.length).toFloatVector();
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(back[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void write_view_writesItsElementsOnly() throws IOException {
    INDArray view = Nd4j.arange(100).castTo(DataType.FLOAT).get(NDArrayIndex.interval(10, 20));
    byte[] bytes = write(view);
    assertThat(read(bytes, bytes.length)).isEqualTo(view);
  }

  @Test
  void read_lengthThatDoesNotFitTheSize_takesNoMemory() throws IOException {
    byte[] bytes = write(Nd4j.zeros(DataType.FLOAT, 10));
    byte[] huge = bytes.clone();
    int lengthAt = bytes.length - 10 * 4 - 2 - "FLOAT".length() - 8;
    Arrays.fill(huge, lengthAt + 2, lengthAt + 8, (byte) 0x7f);
    for (byte[] wrong : new byte[][] {huge, Arrays.copyOf(bytes, bytes.length + 4)}) {
      assertThatIOException()
          .isThrownBy(() -> ArrayFormat.header(new ByteArrayInputStream(wrong)).check(wrong.length))
          .withMessageMatching(
              "an array of \\d+ numbers of type FLOAT must have a size of \\d+ bytes, got \\d+");
    }
  }

  @Test
  void read_truncated_fails() throws IOException {
    byte[] bytes = write(Nd4j.zeros(DataType.FLOAT, 10));
    assertThatIOException()
        .isThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1), bytes.length))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void read_anotherType_isRefused() throws IOException {
    byte[] bytes = write(Nd4j.zeros(DataType.INT32, 10));
    assertThatIOException()
        .isThrownBy(() -> read(bytes, bytes.length))
        .withMessageEndingWith("got INT");
  }
}
