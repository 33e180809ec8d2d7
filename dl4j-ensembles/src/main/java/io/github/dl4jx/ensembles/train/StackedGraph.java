package io.github.dl4jx.ensembles.train;

import io.github.dl4jx.ensembles.graph.JoinedGraph;
import io.github.dl4jx.ensembles.internal.Rows;
import io.github.dl4jx.training.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The members of a {@link Stacking} and its last network as one graph. */
final class StackedGraph {

  private static final String INPUT = "in";
  private static final String MERGED = "outputs";
  private static final String LAST = "last";

  private final int members;
  private final int folds;
  private final boolean passthrough;
  private final LastNetwork last;

  StackedGraph(int members, int folds, boolean passthrough, LastNetwork last) {
    this.members = members;
    this.folds = folds;
    this.passthrough = passthrough;
    this.last = last;
  }

  /**
   * Trains the last network and joins all.
   *
   * @param networks of each member those without fold 0, 1, .. and the one of all examples
   * @param fold of each example
   * @param lastSeed of the last network
   */
  ComputationGraph of(
      List<Model> networks, int[] fold, DataSet examples, int batch, long lastSeed) {
    DataType type = networks.get(0).params().dataType(); // the features' may be one of integers
    INDArray inputs = lastInputs(outOfFold(networks, fold, examples), examples, type);
    Model lastNetwork;
    try {
      lastNetwork =
          last.fit(networks.get(0), new DataSet(inputs, examples.getLabels()), batch, lastSeed);
    } finally {
      inputs.close();
    }
    try {
      JoinedGraph joined = new JoinedGraph(INPUT, type);
      String[] merged = new String[members + (passthrough ? 1 : 0)];
      for (int m = 0; m < members; m++) {
        Model member = networks.get(m * (folds + 1) + folds);
        merged[m] = joined.add("member-" + m, member, INPUT);
      }
      if (passthrough) {
        merged[members] = INPUT;
      }
      String from = merged[0];
      if (merged.length > 1) {
        joined.addVertex(MERGED, new MergeVertex(), merged);
        from = MERGED;
      }
      return joined.build(joined.add(LAST, lastNetwork, from));
    } finally {
      Network.of(lastNetwork).release();
    }
  }

  /** An array of its own, in the networks' type. */
  private INDArray lastInputs(double[][] outOfFold, DataSet examples, DataType type) {
    INDArray outputs = Nd4j.create(outOfFold);
    INDArray typed = outputs.castTo(type);
    if (typed != outputs) {
      outputs.close();
    }
    if (!passthrough) {
      return typed;
    }
    INDArray features = examples.getFeatures().castTo(type); // itself, if it has the type
    INDArray joined = Nd4j.hstack(typed, features);
    typed.close();
    if (features != examples.getFeatures() && features.closeable()) {
      features.close();
    }
    return joined;
  }

  /** What the members say about the examples that they were not trained on, member by member. */
  private double[][] outOfFold(List<Model> networks, int[] fold, DataSet examples) {
    int columns = (int) examples.getLabels().size(1);
    double[][] all = new double[fold.length][members * columns];
    for (int f = 0; f < folds; f++) {
      int[] rows = Folds.rows(fold, f, true);
      DataSet held = Rows.of(examples, rows);
      for (int m = 0; m < members; m++) {
        double[][] outputs = Rows.outputs(networks.get(m * (folds + 1) + f), held);
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(outputs[i], 0, all[rows[i]], m * columns, columns);
        }
      }
    }
    return all;
  }
}
