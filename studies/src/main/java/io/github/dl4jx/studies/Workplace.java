package io.github.dl4jx.studies;

import java.io.IOException;
import java.util.List;

/** Where the runs of a study are made. */
interface Workplace {

  /**
   * Makes runs, starting them in the given order, keeps them, and waits for all.
   *
   * @throws IOException if one fails or the study is interrupted; the others are then stopped
   */
  void make(List<StudyRun> runs) throws IOException;
}
