package io.github.dl4jx.random;

import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The elements of any array in c order, one by one: the slow path, for views with gaps, orders that
 * differ and half precision.
 */
final class StridedElements extends Elements {

  /** Counts from the first element of the array on, even if that is a view. */
  private final DataBuffer data;

  private final long[] shape;
  private final long[] strides;
  private final long lastSize;
  private final long lastStride;

  StridedElements(INDArray array) {
    super(array.dataType() == DataType.DOUBLE);
    data = array.data();
    shape = array.shape();
    strides = array.stride();
    lastSize = shape.length == 0 ? 1 : shape[shape.length - 1];
    lastStride = shape.length == 0 ? 1 : strides[shape.length - 1];
  }

  @Override
  Elements share() {
    return this;
  }

  @Override
  void get(long at, float[] to, int start, int n) {
    for (int done = 0; done < n; ) {
      long place = place(at + done);
      int end = endOfRow(at, done, n);
      for (; done < end; done++, place += lastStride) {
        to[start + done] = data.getFloat(place);
      }
    }
  }

  @Override
  void get(long at, double[] to, int start, int n) {
    for (int done = 0; done < n; ) {
      long place = place(at + done);
      int end = endOfRow(at, done, n);
      for (; done < end; done++, place += lastStride) {
        to[start + done] = data.getDouble(place);
      }
    }
  }

  @Override
  void put(long at, float[] from, int start, int n) {
    for (int done = 0; done < n; ) {
      long place = place(at + done);
      int end = endOfRow(at, done, n);
      for (; done < end; done++, place += lastStride) {
        data.put(place, from[start + done]);
      }
    }
  }

  @Override
  void put(long at, double[] from, int start, int n) {
    for (int done = 0; done < n; ) {
      long place = place(at + done);
      int end = endOfRow(at, done, n);
      for (; done < end; done++, place += lastStride) {
        data.put(place, from[start + done]);
      }
    }
  }

  /** How many of n elements are done when the row that element {@code at + done} is in ends. */
  private int endOfRow(long at, int done, int n) {
    return (int) Math.min(n, done + lastSize - (at + done) % lastSize);
  }

  private long place(long at) {
    long place = 0;
    long rest = at;
    for (int d = shape.length - 1; d >= 0; d--) {
      place += rest % shape[d] * strides[d];
      rest /= shape[d];
    }
    return place;
  }
}
