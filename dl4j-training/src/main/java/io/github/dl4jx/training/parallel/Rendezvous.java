package io.github.dl4jx.training.parallel;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where workers whose threads are not ours wait for each other; if one fails, the others do, too,
 * with its exception as the cause.
 */
final class Rendezvous {

  /** How long workers may take to make their replicas; after that, failures are noticed. */
  private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

  private static final long POLL_MILLIS = 1000;

  private final int workers;

  /** Workers whose replica is made. */
  private int ready;

  /** Workers that take part in this round, and how many of them have written their message. */
  private int expected;

  private int arrived;
  private int round;
  private int fits;

  /** Whether a worker has ever been ready. */
  private boolean used;

  private @Nullable Throwable failure;

  Rendezvous(int workers) {
    this.workers = workers;
  }

  /** The number of finished fits. */
  synchronized int fits() {
    return fits;
  }

  synchronized boolean isUsed() {
    return used;
  }

  /** The number of the round, from 1 on. */
  synchronized int round() {
    return round;
  }

  /** How many workers take part in this round. */
  synchronized int expected() {
    return expected;
  }

  /** A worker's replica is made. */
  synchronized void ready() {
    used = true;
    ready++;
    notifyAll();
  }

  /**
   * A worker has failed.
   *
   * @param fit the number of finished fits when it started
   */
  synchronized void fail(int fit, int worker, Throwable problem) {
    Throwable cause = problem;
    while (cause instanceof RuntimeException
        && cause.getClass() == RuntimeException.class
        && cause.getCause() != null) {
      cause = cause.getCause(); // Deeplearning4j's wrapping
    }
    if (failure == null && fit == fits) { // a thread may die after its trainer has ended
      failure = new IllegalStateException(cause + " (worker " + worker + ")", cause);
    }
    notifyAll();
  }

  /**
   * Begins a round as soon as all replicas are made.
   *
   * @param participants how many workers take part in it
   */
  synchronized void begin(int participants) {
    long start = System.nanoTime();
    await(
        () -> ready == workers,
        () -> {
          if (System.nanoTime() - start > PATIENCE_NANOS) {
            throw new IllegalStateException(
                "workers must be the ParallelWrapper's number, but of "
                    + workers
                    + " only "
                    + ready
                    + " have begun");
          }
        });
    expected = participants;
    arrived = 0;
    round++;
  }

  /** A worker's message is written; waits for those of the others. */
  synchronized void arrive() {
    arrived++;
    notifyAll();
    await(() -> arrived == expected, () -> {});
  }

  private synchronized void await(BooleanSupplier condition, Runnable check) {
    while (failure == null && !condition.getAsBoolean()) {
      check.run();
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for other workers", e);
      }
    }
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure.getCause());
    }
  }

  /**
   * Ends a fit.
   *
   * @return whether no worker has failed in it
   */
  synchronized boolean end() {
    boolean success = failure == null;
    fits++;
    ready = 0;
    failure = null;
    return success;
  }
}
