package io.github.dl4jx.ensembles.checkpoint;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * An ensemble of the checkpoints of one training run: the cost of training is that of a single
 * network.
 *
 * <pre>{@code
 * P(c | x) = 1/k * sum of P_i(c | x) over k checkpoints i: the last ones, or the best ones
 * }</pre>
 *
 * <p>Chen et al. use the k checkpoints with the best validation scores. {@link #last} needs no
 * validation data. {@link Checkpoints} selects the candidates.
 *
 * <pre>{@code
 * net.setListeners(new CheckpointListener.Builder(dir).keepAll().saveEveryEpoch().build());
 * net.fit(train, 10);
 * Ensemble votes = CheckpointVoting.last(dir, 5);
 * Ensemble best =
 *     CheckpointVoting.best(Checkpoints.in(dir), 5, new DataSetLossCalculator(validation, true));
 * }</pre>
 *
 * <p>Reference: H. Chen, S. Lundberg, S.-I. Lee, "Checkpoint Ensembles: Ensemble Methods from a
 * Single Training Process", 2017, arXiv 1710.03282.
 */
public final class CheckpointVoting {

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
    return last(Checkpoints.in(folder), k);
  }

  /**
   * The last k of these checkpoints, with a soft vote.
   *
   * @param checkpoints the candidates
   * @param k number of checkpoints, at least 1
   * @return the ensemble, oldest checkpoint first
   * @throws IllegalArgumentException if k is below 1, or there are fewer than k checkpoints
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Ensemble last(Checkpoints checkpoints, int k) throws IOException {
    Arguments.notNull("checkpoints", checkpoints);
    List<Model> networks = new ArrayList<>();
    try {
      checkpoints.visitLast(
          k,
          (checkpoint, network) -> {
            networks.add(Network.initialized("a member", network).copy().model());
            return true;
          });
      Collections.reverse(networks);
      return Ensemble.of(new SoftVote(), networks);
    } finally {
      networks.forEach(member -> Network.of(member).release());
    }
  }

  /**
   * The k checkpoints with the best scores, with a soft vote.
   *
   * @param checkpoints the candidates
   * @param k number of checkpoints, at least 1
   * @param score the score of a network, such as a {@code DataSetLossCalculator} on validation
   *     data, or a {@code ClassificationScoreCalculator}; a checkpoint whose score is NaN is left
   *     out with a warning
   * @return the ensemble, best checkpoint first; of equal scores the newer first
   * @throws IllegalArgumentException if k is below 1, or there are fewer than k checkpoints
   * @throws IOException if the record or a checkpoint cannot be read; the message names the file
   */
  public static Ensemble best(Checkpoints checkpoints, int k, ScoreCalculator<Model> score)
      throws IOException {
    Arguments.notNull("checkpoints", checkpoints);
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    List<Checkpoints.Scored> ranked = checkpoints.ranked(score);
    checkpoints.checkEnough(k, ranked.size());
    List<Model> networks = new ArrayList<>();
    try {
      for (Checkpoints.Scored scored : ranked.subList(0, k)) {
        networks.add(checkpoints.read(scored.checkpoint));
      }
      return Ensemble.of(new SoftVote(), networks);
    } finally {
      networks.forEach(member -> Network.of(member).release());
    }
  }
}
