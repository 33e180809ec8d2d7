package io.github.dl4jx.studies;

import java.io.IOException;

/**
 * A run that a study has not made yet: a function of the study's options, a name and a seed, so
 * that any machine may make it.
 *
 * @param name of what is run, as in the study's log
 * @param seed of the run
 * @param maker makes it
 * @param keeper keeps it, on the machine of the study
 */
public record StudyRun(String name, long seed, Maker maker, Keeper keeper) {

  /** How a run is made. */
  @FunctionalInterface
  public interface Maker {

    /** The file that the study's log keeps of the run. */
    byte[] make() throws Exception;
  }

  /** How a run is kept; called from several threads. */
  @FunctionalInterface
  public interface Keeper {

    /** Takes the file that the maker has made. */
    void keep(byte[] file) throws IOException;
  }
}
