package io.github.dl4jx.random;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.RandomOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.random.impl.BernoulliDistribution;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ND4J's own random operations, with a generator seeded from the key: for backends whose memory the
 * JVM cannot write to.
 *
 * <p>A call with the same arguments gives the same numbers, but they are not those of {@link
 * CpuBackend}, and those of a split array differ from those of the whole.
 */
final class OtherBackend implements Backend {

  private static final Logger LOG = LoggerFactory.getLogger(OtherBackend.class);

  static final OtherBackend INSTANCE = new OtherBackend();

  private OtherBackend() {
    LOG.warn(
        "This ND4J backend is not nd4j-native: masks and noise come from ND4J's own random"
            + " operations. They are still a function of seed, stream and position, but differ from"
            + " those on the CPU, and depend on how an array is split");
  }

  @Override
  public void applyMask(long key, INDArray in, INDArray out, double p) {
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces();
        INDArray mask = Nd4j.createUninitialized(out.dataType(), out.shape(), 'c')) {
      draw(new BernoulliDistribution(mask, p), key, -1);
      mask.divi(p);
      Nd4j.getExecutioner().exec(new MulOp(in, mask, out));
    }
  }

  @Override
  public void fill(long key, Distribution distribution, INDArray x, long position) {
    draw(
        distribution == Distribution.UNIFORM
            ? new UniformDistribution(x, 0.0, 1.0)
            : new GaussianDistribution(x, 0.0, 1.0),
        key,
        position);
  }

  @Override
  public void addNormal(long key, INDArray x, double sigma, long position) {
    try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces();
        INDArray noise = Nd4j.createUninitialized(x.dataType(), x.shape(), 'c')) {
      draw(new GaussianDistribution(noise, 0.0, sigma), key, position);
      x.addi(noise);
    }
  }

  private static void draw(RandomOp op, long key, long position) {
    Random random =
        Nd4j.getRandomFactory()
            .getNewRandomInstance(Threefry.block(Threefry.KEY_ROUNDS, key, position));
    Nd4j.getExecutioner().exec(op, random);
  }
}
