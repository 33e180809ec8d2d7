package io.github.dl4jx.ensembles.checkpoint;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.listeners.Checkpoint;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training run, as Deeplearning4j's {@code CheckpointListener} leaves them
 * in a folder, and which of them to use.
 *
 * <p>Checkpoints that the listener has deleted since ({@code keepLast(..)}) do not count. Settings
 * return a new object:
 *
 * <ul>
 *   <li>{@link #every} m: of all checkpoints only each m-th, counted back from the newest. Default
 *       1. Neighbouring checkpoints err alike, so a vote of few gains from distance.
 *   <li>{@link #skipDamaged}: files that cannot be read are left out, with a warning, and do not
 *       count. By default they are refused.
 *   <li>{@link #loading}: which classes the networks may have, and how much memory they may take.
 *       Default {@link LoadPolicy#standard()}.
 * </ul>
 *
 * <pre>{@code
 * Ensemble votes = CheckpointVoting.last(Checkpoints.in(dir).every(2).skipDamaged(), 5);
 * }</pre>
 */
public final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private static final String RECORD = "checkpointInfo.txt";

  /** Some 100,000 lines. */
  private static final long MOST_RECORD_BYTES = 16 << 20;

  private final File folder;
  private final int every;
  private final boolean skipDamaged;
  private final LoadPolicy policy;

  private Checkpoints(File folder, int every, boolean skipDamaged, LoadPolicy policy) {
    this.folder = folder;
    this.every = every;
    this.skipDamaged = skipDamaged;
    this.policy = policy;
  }

  /**
   * All checkpoints of a folder; it is read when they are used.
   *
   * @param folder the root folder of a {@code CheckpointListener}
   * @return the checkpoints
   * @throws IllegalArgumentException if the folder is null or has no name
   */
  public static Checkpoints in(File folder) {
    Arguments.path("folder", folder);
    return new Checkpoints(folder, 1, false, LoadPolicy.standard());
  }

  /**
   * Only each m-th checkpoint, counted back from the newest, which stays.
   *
   * @param m at least 1
   * @return these checkpoints
   */
  public Checkpoints every(int m) {
    Preconditions.checkArgument(m >= 1, "m must be >= 1, got %s", m);
    return new Checkpoints(folder, m, skipDamaged, policy);
  }

  /**
   * Leaves files that cannot be read out, with a warning in the log.
   *
   * @return the same checkpoints, less those that are damaged
   */
  public Checkpoints skipDamaged() {
    return new Checkpoints(folder, every, true, policy);
  }

  /**
   * Sets what the files may make the program do.
   *
   * @param policy the classes that networks may have, and the memory that each may take
   * @return these checkpoints
   */
  public Checkpoints loading(LoadPolicy policy) {
    Preconditions.checkArgument(policy != null, "policy must not be null");
    return new Checkpoints(folder, every, skipDamaged, policy);
  }

  /** What is done with one network, which is released after. */
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(Checkpoint checkpoint, Model network);
  }

  /** Reads one network after the other, newest first. */
  void visit(Visitor visitor) throws IOException {
    List<Checkpoint> newestFirst = available();
    Collections.reverse(newestFirst);
    boolean goOn = true;
    for (int i = 0; i < newestFirst.size() && goOn; i += every) {
      Model network = readOrSkip(newestFirst.get(i));
      if (network != null) {
        try {
          goOn = visitor.visit(newestFirst.get(i), network);
        } finally {
          Network.of(network).release();
        }
      }
    }
  }

  /** Visits the newest k; fewer are refused, but only after the last was visited. */
  void visitLast(int k, Visitor visitor) throws IOException {
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    int[] visited = {0};
    visit(
        (checkpoint, network) -> {
          visited[0]++;
          return visitor.visit(checkpoint, network) && visited[0] < k;
        });
    checkEnough(k, visited[0]);
  }

  /** The scores of all, best first; of equal ones the newer first. */
  List<Scored> ranked(ScoreCalculator<Model> score) throws IOException {
    Preconditions.checkArgument(score != null, "score must not be null");
    List<Scored> scored = new ArrayList<>();
    visit(
        (checkpoint, network) -> {
          double value = score.calculateScore(network);
          if (Double.isNaN(value)) {
            LOG.warn("checkpoint {} is left out: its score is NaN", file(checkpoint));
          } else {
            scored.add(new Scored(checkpoint, score.minimizeScore() ? -value : value));
          }
          return true;
        });
    checkEnough(1, scored.size());
    scored.sort((a, b) -> Double.compare(b.gain, a.gain));
    return scored;
  }

  /** A checkpoint and its score, where more is better. */
  static final class Scored {
    final Checkpoint checkpoint;
    final double gain;

    Scored(Checkpoint checkpoint, double gain) {
      this.checkpoint = checkpoint;
      this.gain = gain;
    }
  }

  void checkEnough(int k, int found) {
    Preconditions.checkArgument(
        found >= k,
        "k must be at most the number of checkpoints to choose from in %s, which is %s, got %s",
        folder,
        found,
        k);
  }

  Model read(Checkpoint checkpoint) throws IOException {
    File file = file(checkpoint);
    boolean graph = file.getName().endsWith("_ComputationGraph.zip");
    return ModelFiles.read(
        file, graph ? Network.Kind.COMPUTATION_GRAPH : Network.Kind.MULTI_LAYER_NETWORK, policy);
  }

  private @Nullable Model readOrSkip(Checkpoint checkpoint) throws IOException {
    try {
      return read(checkpoint);
    } catch (IOException e) {
      if (!skipDamaged) {
        throw e;
      }
      LOG.warn("a damaged checkpoint is left out: {}", e.getMessage());
      return null;
    }
  }

  private File file(Checkpoint checkpoint) {
    // by number: the record's file name could point anywhere
    return CheckpointListener.getFileForCheckpoint(folder, checkpoint.getCheckpointNum());
  }

  private List<Checkpoint> available() throws IOException {
    File record = new File(folder, RECORD);
    Preconditions.checkArgument(
        record.isFile(),
        "folder must be one that a CheckpointListener has written to; %s is missing in %s",
        RECORD,
        folder);
    if (record.length() > MOST_RECORD_BYTES) {
      throw new IOException(
          record + " must have at most " + MOST_RECORD_BYTES + " bytes, got " + record.length());
    }
    try {
      return new ArrayList<>(CheckpointListener.availableCheckpoints(folder));
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new IOException("cannot read the record of checkpoints " + record + ": " + e, e);
    }
  }
}
