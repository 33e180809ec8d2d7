package io.github.dl4jx.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What a worker brings back from a stretch of training. */
final class TrainedStretch implements Serializable {

  private static final long serialVersionUID = 1;

  /** Index of the worker. */
  final int worker;

  /** Where it was. */
  final Machine machine;

  /** The trained state, of worker 0 only; all others have the same. */
  final SentNetwork.@Nullable State state;

  /** The worker's residuals, if there are any. */
  final float @Nullable [][] residuals;

  /** Digest of its data, if the driver wants it. */
  final @Nullable String data;

  /** Finished rounds of the epoch at which it stopped. */
  final int rounds;

  /** How many rounds it has made. */
  final int made;

  /** How long that took. */
  final double seconds;

  /** Score of its last minibatch. */
  final double score;

  /** Number of messages that it has sent. */
  final long messages;

  /** Bytes that it has sent, frames included. */
  final long bytes;

  TrainedStretch(
      int worker,
      Machine machine,
      SentNetwork.@Nullable State state,
      float @Nullable [][] residuals,
      @Nullable String data,
      int rounds,
      int made,
      double seconds,
      double score,
      long messages,
      long bytes) {
    this.worker = worker;
    this.machine = machine;
    this.state = state;
    this.residuals = residuals;
    this.data = data;
    this.rounds = rounds;
    this.made = made;
    this.seconds = seconds;
    this.score = score;
    this.messages = messages;
    this.bytes = bytes;
  }
}
