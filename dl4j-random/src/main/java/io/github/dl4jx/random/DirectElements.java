package io.github.dl4jx.random;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Elements that lie one after another in off-heap memory, copied with the bulk operations of
 * java.nio.
 *
 * <p>A java.nio buffer spans at most 2 GiB: longer arrays are seen through several windows.
 */
final class DirectElements {

  /** A window has 2^27 elements, 512 MB or 1 GB. */
  private static final int WINDOW_BITS = 27;

  private DirectElements() {}

  private static ByteBuffer[] windows(INDArray array, int size, int bits) {
    long start = array.offset() * size;
    long end = start + array.length() * size;
    long window = (long) size << bits;
    ByteBuffer[] windows = new ByteBuffer[(int) ((array.length() - 1) >>> bits) + 1];
    BytePointer pointer = new BytePointer(array.data().pointer());
    pointer.capacity(end);
    for (int i = 0; i < windows.length; i++) {
      long from = start + i * window;
      pointer.position(from).limit(Math.min(end, from + window));
      windows[i] = pointer.asByteBuffer();
    }
    return windows;
  }

  static final class Floats extends Elements {

    private final FloatBuffer[] windows;
    private final IntBuffer[] bitWindows;
    private final int bits;
    private final long mask;

    Floats(INDArray array) {
      this(array, WINDOW_BITS);
    }

    Floats(INDArray array, int bits) {
      super(false);
      this.bits = bits;
      mask = (1L << bits) - 1;
      ByteBuffer[] bytes = windows(array, Float.BYTES, bits);
      windows = new FloatBuffer[bytes.length];
      bitWindows = new IntBuffer[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        windows[i] = bytes[i].asFloatBuffer();
        bitWindows[i] = bytes[i].asIntBuffer();
      }
    }

    private Floats(Floats other) {
      super(false);
      bits = other.bits;
      mask = other.mask;
      windows = other.windows.clone();
      bitWindows = other.bitWindows.clone();
      for (int i = 0; i < windows.length; i++) {
        windows[i] = windows[i].duplicate();
        bitWindows[i] = bitWindows[i].duplicate();
      }
    }

    @Override
    Elements share() {
      return new Floats(this);
    }

    @Override
    void get(long at, float[] to, int offset, int n) {
      for (int done = 0; done < n; ) {
        FloatBuffer window = windows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.get(to, offset + done, count);
        done += count;
      }
    }

    @Override
    void put(long at, float[] from, int offset, int n) {
      for (int done = 0; done < n; ) {
        FloatBuffer window = windows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.put(from, offset + done, count);
        done += count;
      }
    }

    @Override
    void getBits(long at, int[] to, int n) {
      for (int done = 0; done < n; ) {
        IntBuffer window = bitWindows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.get(to, done, count);
        done += count;
      }
    }

    @Override
    void putBits(long at, int[] from, int n) {
      for (int done = 0; done < n; ) {
        IntBuffer window = bitWindows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.put(from, done, count);
        done += count;
      }
    }
  }

  static final class Doubles extends Elements {

    private final DoubleBuffer[] windows;
    private final int bits;
    private final long mask;

    Doubles(INDArray array) {
      this(array, WINDOW_BITS);
    }

    Doubles(INDArray array, int bits) {
      super(true);
      this.bits = bits;
      mask = (1L << bits) - 1;
      ByteBuffer[] bytes = windows(array, Double.BYTES, bits);
      windows = new DoubleBuffer[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        windows[i] = bytes[i].asDoubleBuffer();
      }
    }

    private Doubles(Doubles other) {
      super(true);
      bits = other.bits;
      mask = other.mask;
      windows = other.windows.clone();
      for (int i = 0; i < windows.length; i++) {
        windows[i] = windows[i].duplicate();
      }
    }

    @Override
    Elements share() {
      return new Doubles(this);
    }

    @Override
    void get(long at, double[] to, int offset, int n) {
      for (int done = 0; done < n; ) {
        DoubleBuffer window = windows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.get(to, offset + done, count);
        done += count;
      }
    }

    @Override
    void put(long at, double[] from, int offset, int n) {
      for (int done = 0; done < n; ) {
        DoubleBuffer window = windows[(int) ((at + done) >>> bits)];
        window.position((int) ((at + done) & mask));
        int count = Math.min(n - done, window.remaining());
        window.put(from, offset + done, count);
        done += count;
      }
    }
  }
}
