package io.github.dl4jx.studies.crash;

import java.util.List;

/**
 * What a {@link CrashTrial} has found.
 *
 * @param kills every kill, in order
 * @param lives number of processes that it took, the killed ones and the one that came to the end
 * @param failure what a life said that ended by itself before the end of the run; empty if none did
 * @param differences what differs from the uninterrupted run, for people to read; empty if no bit
 *     does, or if there was a failure
 * @param leftovers whether a temporary file lies in the folder at the end
 * @param sha256 digest of the uninterrupted run's outcome
 */
public record TrialResult(
    List<Kill> kills,
    int lives,
    String failure,
    List<String> differences,
    boolean leftovers,
    String sha256) {

  /**
   * Whether the killed run came to its end and has every bit of the uninterrupted one.
   *
   * @return whether they are the same
   */
  public boolean identical() {
    return failure.isEmpty() && differences.isEmpty();
  }

  /**
   * How many kills fell into the writing of a checkpoint.
   *
   * @return the number of temporary files that were left behind
   */
  public long inWrites() {
    return kills.stream().filter(Kill::inWrite).count();
  }
}
