package io.github.dl4jx.random;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** This library's own numbers, written straight into the memory of the arrays. */
final class CpuBackend implements Backend {

  static final CpuBackend SHARED = new CpuBackend(Workers.shared());

  /** Blocks of positions that a thread takes at a time: 32768 numbers. */
  private static final long BLOCK_GRAIN = 16;

  private final Workers workers;

  CpuBackend(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void applyMask(long key, INDArray in, INDArray out, double p) {
    MaskPlan direct =
        Elements.isPlain(out) && Arrays.equals(in.stride(), out.stride())
            ? MaskPlan.of(out.shape(), out.stride())
            : null;
    MaskPlan plan = direct != null ? direct : MaskPlan.ofC(out.shape());
    Elements to = direct != null ? Elements.inMemoryOrder(out) : Elements.inCOrder(out);
    Elements from =
        in == out ? to : direct != null ? Elements.inMemoryOrder(in) : Elements.inCOrder(in);
    // an infinite factor would make NaN of what is dropped
    boolean bitwise =
        direct != null && out.dataType() == DataType.FLOAT && Float.isFinite((float) (1 / p));
    try {
      workers.run(
          plan.counters,
          plan.grain(),
          () -> {
            Elements target = to.share();
            Elements source = from == to ? target : from.share();
            return new MaskKernel(plan, key, p, bitwise, source, target);
          });
    } finally {
      Reference.reachabilityFence(in);
      Reference.reachabilityFence(out);
    }
  }

  @Override
  public void fill(long key, Distribution distribution, INDArray x, long position) {
    Elements elements = Elements.inCOrder(x);
    run(key, distribution, x, position, () -> Sinks.set(elements.share()));
  }

  @Override
  public void addNormal(long key, INDArray x, double sigma, long position) {
    Elements elements = Elements.inCOrder(x);
    run(key, Distribution.NORMAL, x, position, () -> Sinks.add(elements.share(), sigma));
  }

  private void run(
      long key,
      Distribution distribution,
      INDArray x,
      long position,
      Supplier<Distribution.Sink> sinks) {
    long end = position + x.length();
    long firstBlock = position / Distribution.BLOCK;
    long blocks = (end - 1) / Distribution.BLOCK + 1 - firstBlock;
    try {
      workers.run(
          blocks,
          BLOCK_GRAIN,
          () -> {
            Scratch s = Scratch.ofThread();
            Distribution.Sink sink = sinks.get();
            return (from, to) -> {
              for (long block = firstBlock + from; block < firstBlock + to; block++) {
                distribution.block(key, block, position, end, s, sink);
              }
            };
          });
    } finally {
      Reference.reachabilityFence(x);
    }
  }
}
