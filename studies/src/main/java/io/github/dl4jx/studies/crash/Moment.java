package io.github.dl4jx.studies.crash;

import java.util.List;
import java.util.stream.IntStream;

/** What a process is doing when it is killed. */
public enum Moment {

  /** It starts, or restores the checkpoint, or has just gone on. */
  START,

  /** It trains, between two checkpoints most likely. */
  TRAINING,

  /** It writes a checkpoint: the temporary file has a random part of its size. */
  WRITE,

  /** It has just taken the checkpoint after the last batch of an epoch, not ended the epoch. */
  EPOCH_END;

  private static final List<Moment> CYCLE =
      List.of(WRITE, EPOCH_END, TRAINING, WRITE, TRAINING, START);

  /**
   * A mixture, of which every third is in the writing of a checkpoint.
   *
   * @param n how many
   * @return the moments
   */
  public static List<Moment> mixed(int n) {
    return IntStream.range(0, n).mapToObj(i -> CYCLE.get(i % CYCLE.size())).toList();
  }
}
