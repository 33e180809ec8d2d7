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
 * A selection of the checkpoints of one training run that Deeplearning4j's {@code
 * CheckpointListener} has saved in a folder.
 *
 * <p>Checkpoints that the listener has deleted ({@code keepLast(..)}) are not counted. Settings
 * return a new object:
 *
 * <ul>
 *   <li>{@link #every} m: only each m-th checkpoint, counted back from the newest. Default 1. The
 *       errors of neighbouring checkpoints are correlated, so distance improves a vote of few.
 *   <li>{@link #skipDamaged}: files that cannot be read are skipped with a warning. By default they
 *       are an error.
 *   <li>{@link #loading}: the classes that networks may use, and their memory limit. Default {@link
 *       LoadPolicy#standard()}.
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
   * All checkpoints of a folder, which is read when they are used.
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
   * {@return each m-th of these checkpoints, counted back from the newest, which is included}
   *
   * @param m at least 1
   */
  public Checkpoints every(int m) {
    Preconditions.checkArgument(m >= 1, "m must be >= 1, got %s", m);
    return new Checkpoints(folder, m, skipDamaged, policy);
  }

  /** {@return these checkpoints without files that cannot be read, which are logged as warnings} */
  public Checkpoints skipDamaged() {
    return new Checkpoints(folder, every, true, policy);
  }

  /**
   * {@return these checkpoints, loaded by a policy}
   *
   * @param policy the classes that networks may use, and the memory that each may take
   */
  public Checkpoints loading(LoadPolicy policy) {
    Preconditions.checkArgument(policy != null, "policy must not be null");
    return new Checkpoints(folder, every, skipDamaged, policy);
  }

  /** Called with one network, which is released afterwards. */
  interface Visitor {
    /** {@return whether to go on} */
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

  /** Visits the newest k; if there are fewer, throws after the last of them. */
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

  /** {@return all with their scores, best first; of equal scores the newer first} */
  List<Scored> ranked(ScoreCalculator<Model> score) throws IOException {
    Preconditions.checkArgument(score != null, "score must not be null");
    List<Scored> scored = new ArrayList<>();
    visit(
        (checkpoint, network) -> {
          double value = score.calculateScore(network);
          if (Double.isNaN(value)) {
            LOG.warn("Checkpoint {} is left out: its score is NaN", file(checkpoint));
          } else {
            scored.add(new Scored(checkpoint, score.minimizeScore() ? -value : value));
          }
          return true;
        });
    checkEnough(1, scored.size());
    scored.sort((a, b) -> Double.compare(b.gain, a.gain));
    return scored;
  }

  /** A checkpoint and its score, negated if lower scores are better. */
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
      LOG.warn("A damaged checkpoint is left out: {}", e.getMessage());
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
        "folder must have checkpoints of a CheckpointListener: %s is missing in %s",
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
