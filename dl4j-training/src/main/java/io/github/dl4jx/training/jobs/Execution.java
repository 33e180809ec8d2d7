package io.github.dl4jx.training.jobs;

/**
 * Where the tasks of a job run.
 *
 * <p>An execution must give what {@link Task#run} gives, wherever that is called. {@link Job#run}
 * does the rest: it collects the results, reports them and keeps them.
 */
public interface Execution {

  /**
   * Gets ready to run the tasks of a job.
   *
   * @param job what is done
   * @param <S> type of what its tasks share
   * @param <R> type of its results
   * @return what runs them; closed by the caller when the job is done or has failed
   * @throws IllegalArgumentException if the job cannot be done with this execution; nothing is
   *     started then
   */
  <S, R> Session<S, R> open(Job<S, R> job);

  /**
   * Threads of this machine.
   *
   * @param parallelism tasks at a time, at least 1; it changes the time that is taken, not the
   *     results
   * @return the execution
   */
  static Execution threads(int parallelism) {
    return new ThreadExecution(parallelism);
  }

  /**
   * The execution of one job.
   *
   * @param <S> type of what the tasks share
   * @param <R> type of the results
   */
  interface Session<S, R> extends AutoCloseable {

    /**
     * How many tasks may be waited for at a time.
     *
     * @return number of threads that call {@link #run}, at least 1
     */
    int parallelism();

    /**
     * Runs a task and waits for it; called from several threads.
     *
     * @param index of the task, from 0 on
     * @param task the task
     * @return its result, to be released by the caller
     * @throws IllegalStateException if it failed; the message has the cause
     * @throws java.util.concurrent.CancellationException if the thread was interrupted; the task is
     *     then stopped
     */
    R run(int index, Task<S, R> task);

    @Override
    void close();
  }
}
