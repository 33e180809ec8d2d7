package io.github.dl4jx.studies.run;

import io.github.dl4jx.ensembles.Ensemble;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** One way to train, from data to predictions. */
public interface Technique {

  /** Trains from a seed; depends on nothing else. */
  Trained train(long seed, DataSet data) throws Exception;

  /**
   * What training leaves behind.
   *
   * @param output class probabilities for features
   * @param release releases the memory
   */
  record Trained(UnaryOperator<INDArray> output, Runnable release) implements AutoCloseable {

    /** Of an ensemble. */
    public static Trained of(Ensemble ensemble) {
      return new Trained(ensemble::output, ensemble::close);
    }

    @Override
    public void close() {
      release.run();
    }
  }
}
