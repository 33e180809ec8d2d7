package io.github.dl4jx.ensembles.checkpoint;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.io.ModelFiles;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.listeners.Checkpoint;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.common.base.Preconditions;

/**
 * Lets the checkpoints of one training run vote: an ensemble at the price of a single network.
 *
 * <pre>{@code
 * P(c | x) = 1/k * sum of P_i(c | x) over the last k checkpoints i
 * }</pre>
 *
 * <p>Reads the folder of Deeplearning4j's {@code CheckpointListener}; checkpoints that it has
 * deleted since ({@code keepLast(..)}) do not count.
 *
 * <pre>{@code
 * net.setListeners(new CheckpointListener.Builder(dir).keepAll().saveEveryEpoch().build());
 * net.fit(train, 10);
 * Ensemble votes = CheckpointVoting.last(dir, 5);
 * }</pre>
 *
 * <p>Reference: H. Chen, S. Lundberg, S.-I. Lee, "Checkpoint Ensembles: Ensemble Methods from a
 * Single Training Process", 2017, arXiv 1710.03282.
 */
public final class CheckpointVoting {

  private static final String RECORD = "checkpointInfo.txt";

  private CheckpointVoting() {}

  /**
   * The last k checkpoints, with a soft vote.
   *
   * @param folder the root folder of a {@code CheckpointListener}
   * @param k number of checkpoints, at least 1
   * @return the ensemble, oldest checkpoint first
   * @throws IllegalArgumentException if k is below 1, or the folder holds fewer than k checkpoints
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Ensemble last(File folder, int k) throws IOException {
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    List<Checkpoint> available = available(folder);
    Preconditions.checkArgument(
        available.size() >= k,
        "k must be at most the number of checkpoints in %s, which is %s, got %s",
        folder,
        available.size(),
        k);
    List<Model> networks = new ArrayList<>(k);
    try {
      for (Checkpoint c : available.subList(available.size() - k, available.size())) {
        networks.add(read(folder, c));
      }
      return Ensemble.of(new SoftVote(), networks);
    } finally {
      networks.forEach(Networks::release);
    }
  }

  private static List<Checkpoint> available(File folder) throws IOException {
    File record = new File(folder, RECORD);
    Preconditions.checkArgument(
        record.isFile(),
        "folder must be one that a CheckpointListener has written to; %s is missing in %s",
        RECORD,
        folder);
    try {
      return CheckpointListener.availableCheckpoints(folder);
    } catch (RuntimeException e) {
      throw new IOException("cannot read the record of checkpoints " + record + ": " + e, e);
    }
  }

  private static Model read(File folder, Checkpoint checkpoint) throws IOException {
    // by number: the record's file name could point anywhere
    File file = CheckpointListener.getFileForCheckpoint(folder, checkpoint.getCheckpointNum());
    boolean graph = file.getName().endsWith("_ComputationGraph.zip");
    return ModelFiles.read(
        file, graph ? ModelFiles.Kind.COMPUTATION_GRAPH : ModelFiles.Kind.MULTI_LAYER_NETWORK);
  }
}
