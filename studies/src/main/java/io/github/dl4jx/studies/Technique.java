package io.github.dl4jx.studies;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** One way to train, from data to predictions. */
interface Technique {

  /** Trains from a seed; depends on nothing else. */
  Trained train(long seed, DataSet data) throws Exception;

  /**
   * What training leaves behind.
   *
   * @param output class probabilities for features
   * @param release releases the memory
   */
  record Trained(UnaryOperator<INDArray> output, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }
}
