package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.store.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that train what has been begun, first what ends first by the virtual clock. */
final class SearchThreads implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SearchThreads.class);

  /** How long a trial that another process trains is left alone. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long NEVER_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final Worker worker;
  private final List<Thread> threads = new ArrayList<>();
  private final TreeSet<Stretch> waiting = new TreeSet<>();
  private final Map<Stretch, Long> elsewhere = new HashMap<>();
  private final Map<Stretch, Outcome> done = new HashMap<>();
  private @Nullable Throwable failure;
  private boolean closed;

  SearchThreads(int parallelism, Worker worker) {
    this.worker = worker;
    for (int i = 0; i < parallelism; i++) {
      Thread thread = new Thread(this::work, "dl4jx-trial-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  synchronized void begin(Stretch stretch) {
    waiting.add(stretch);
    notifyAll();
  }

  /**
   * Waits for an outcome.
   *
   * @param deadline of {@code System.nanoTime}
   * @return the outcome; nothing if the deadline has come
   */
  synchronized Optional<Outcome> await(Stretch stretch, @Nullable Long deadline) {
    try {
      while (true) {
        Throwable thrown = failure;
        if (thrown != null) {
          throw new IllegalStateException("a trial could not be trained: " + thrown, thrown);
        }
        Outcome outcome = done.remove(stretch);
        if (outcome != null) {
          return Optional.of(outcome);
        }
        long left = deadline == null ? Long.MAX_VALUE : deadline - System.nanoTime();
        if (left <= 0) {
          return Optional.empty();
        }
        pause(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + stretch, e);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private void pause(long nanos) throws InterruptedException {
    wait(Math.min(NEVER_MILLIS, TimeUnit.NANOSECONDS.toMillis(nanos) + 1));
  }

  private void work() {
    try {
      for (Stretch next = take(); next != null; next = take()) {
        finish(next, worker.train(next));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // whatever it is, the search must not wait for ever
      fail(e);
    }
  }

  private synchronized void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
    notifyAll();
  }

  private synchronized @Nullable Stretch take() throws InterruptedException {
    while (!closed && failure == null) {
      long soonest = Long.MAX_VALUE;
      long now = System.nanoTime();
      for (Stretch stretch : waiting) {
        Long again = elsewhere.get(stretch);
        if (again == null || again <= now) {
          waiting.remove(stretch);
          return stretch;
        }
        soonest = Math.min(soonest, again - now);
      }
      pause(soonest);
    }
    return null;
  }

  private synchronized void finish(Stretch stretch, Optional<Outcome> outcome) {
    if (outcome.isPresent()) {
      elsewhere.remove(stretch);
      done.put(stretch, outcome.get());
    } else {
      elsewhere.put(stretch, System.nanoTime() + PATIENCE_NANOS);
      waiting.add(stretch);
    }
    notifyAll();
  }

  /** Waits until the threads have stopped; what they train must be cancelled before. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        if (thread.isAlive()) {
          log.warn(
              "{} still trains; its memory is left to the garbage collector", thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
