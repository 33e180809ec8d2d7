package io.github.dl4jx.ensembles.uncertainty;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Collects the samples of one output of a {@link StochasticNetwork} in one array. */
final class OutputSamples {

  /** [sample, the output's shape], not attached to a workspace. */
  final INDArray array;

  private final int samples;
  private final long examples;

  /**
   * An array for samples.
   *
   * @param samples number of samples
   * @param examples number of examples in the minibatch
   * @param first the output of a single sample, for its shape and type
   */
  OutputSamples(int samples, long examples, INDArray first) {
    long[] shape = new long[first.rank() + 1];
    shape[0] = samples;
    System.arraycopy(first.shape(), 0, shape, 1, first.rank());
    this.array = Nd4j.createUninitializedDetached(first.dataType(), 'c', shape);
    this.samples = samples;
    this.examples = examples;
  }

  /**
   * Copies an output of rows [k, copy, example] to [copy, k, example], after the samples before.
   */
  void store(INDArray output, int copies, int done) {
    long each = output.length() / copies;
    INDArray rows = output.dup('c');
    long blocks = copies == 1 ? 1 : output.size(0) / (copies * examples);
    if (blocks > 1) {
      rows = rows.reshape('c', blocks, copies, each / blocks).permute(1, 0, 2).dup('c');
    }
    array
        .reshape('c', samples, each)
        .get(NDArrayIndex.interval(done, done + copies), NDArrayIndex.all())
        .assign(rows.reshape('c', copies, each));
  }
}
