package io.github.dl4jx.studies.pairs;

import org.nd4j.linalg.dataset.DataSet;

/**
 * One or a few trainings that belong together: what is kept when the study is interrupted.
 *
 * @param label names the trial in the CSV and its file
 * @param seconds about how long it takes on one processor, for the progress
 * @param work trains, and scores what the pairs compare
 */
record Trial(String label, int seconds, Work work) {

  /** What a trial does. */
  interface Work {

    /**
     * Trains from a seed; depends on nothing else.
     *
     * @param train all training data; a trial takes the first so many examples
     */
    void run(long seed, DataSet train, Scores scores) throws Exception;
  }
}
