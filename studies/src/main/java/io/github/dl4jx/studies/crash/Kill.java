package io.github.dl4jx.studies.crash;

/**
 * One kill.
 *
 * @param life number of the killed process, from 1 on
 * @param moment what it was meant to hit
 * @param millis age of the process, in milliseconds
 * @param iteration finished iterations in the newest whole checkpoint; 0 if there is none
 * @param newestWhole whether that is the newest checkpoint, as it must be: none is ever half there
 * @param leftBytes size of the temporary file that was left behind, which proves that the kill fell
 *     into a write; -1 if none was
 */
public record Kill(
    int life, Moment moment, long millis, int iteration, boolean newestWhole, long leftBytes) {

  /**
   * Whether the kill fell into the writing of a checkpoint.
   *
   * @return whether a temporary file was left behind
   */
  public boolean inWrite() {
    return leftBytes >= 0;
  }
}
