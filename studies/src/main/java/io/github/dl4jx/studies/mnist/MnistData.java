package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What {@code MnistDataSetIterator} reads from now on.
 *
 * @param label the data's name for tables and charts: {@code MNIST}, {@code drawn digits (not
 *     MNIST)} or {@code Fashion-MNIST}
 * @param genuine whether it is what was asked for; if not, it is drawn digits, and results must say
 *     so
 * @param directory holds the four files
 * @param origin where the files come from, for people to read
 */
public record MnistData(String label, boolean genuine, Path directory, String origin) {

  private static final int BATCH = 1000;

  /** MNIST, or drawn digits in its place. */
  MnistData(boolean genuine, Path directory, String origin) {
    this(genuine ? "MNIST" : "drawn digits (not MNIST)", genuine, directory, origin);
  }

  /** Loads the first so many training examples. */
  public DataSet train(int examples) throws IOException {
    return load(examples, true);
  }

  /** Loads the first so many test examples. */
  public DataSet test(int examples) throws IOException {
    return load(examples, false);
  }

  private static DataSet load(int examples, boolean train) throws IOException {
    MnistDataSetIterator iterator =
        new MnistDataSetIterator(BATCH, examples, false, train, false, 0);
    List<DataSet> batches = new ArrayList<>();
    while (iterator.hasNext()) {
      batches.add(iterator.next());
    }
    return DataSet.merge(batches);
  }
}
