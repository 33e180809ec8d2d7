package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.trial.Trial;

/** Follows a search. */
@FunctionalInterface
public interface SearchListener {

  /**
   * A trial has a new score, or has failed. Called from the thread that runs the search, in the
   * order of the virtual clock; not for what an earlier run has done. An exception ends the search.
   *
   * @param trial the trial as it is now
   * @param progress how far the search is
   */
  void scored(Trial trial, SearchProgress progress);
}
