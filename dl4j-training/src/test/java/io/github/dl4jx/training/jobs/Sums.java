package io.github.dl4jx.training.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.IntUnaryOperator;

/** A job without networks: the task of an index adds something to a shared number. */
final class Sums extends Job<Integer, Integer> {

  /** Digits in a file. */
  static final class Digits implements ResultFormat<Integer> {

    private static final long serialVersionUID = 1;

    /** What was given up. */
    final transient Set<Integer> released = new ConcurrentSkipListSet<>();

    @Override
    public String extension() {
      return "txt";
    }

    @Override
    public byte[] write(Integer result) {
      return String.valueOf(result).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Integer read(byte[] bytes, String name) throws IOException {
      try {
        return Integer.valueOf(new String(bytes, StandardCharsets.UTF_8));
      } catch (NumberFormatException e) {
        throw new IOException("no number in " + name, e);
      }
    }

    @Override
    public void release(Integer result) {
      released.add(result);
    }
  }

  final Digits format = new Digits();
  final Set<Integer> run = new ConcurrentSkipListSet<>();
  private final int size;
  private final IntUnaryOperator work;

  Sums(int size, IntUnaryOperator work) {
    this.size = size;
    this.work = work;
  }

  @Override
  public String name() {
    return "Sums of " + size;
  }

  @Override
  public String unit() {
    return "sum";
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Task<Integer, Integer> task(int index) {
    return shared -> {
      run.add(index);
      return shared + work.applyAsInt(index);
    };
  }

  @Override
  public Integer shared() {
    return 100;
  }

  @Override
  public Packed<Integer> packed() {
    return this::shared;
  }

  @Override
  public ResultFormat<Integer> format() {
    return format;
  }
}
