package io.github.dl4jx.random;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads that help the calling thread with its pieces of work.
 *
 * <p>The caller does not hand its work over: it takes piece after piece, and so does every helper
 * that is free at the moment. If none is, the caller does everything. So nothing waits in a queue,
 * callers cannot block each other, and no more than {@code size} threads work for {@code size} or
 * fewer callers. Idle helpers end after a while, and none keeps the JVM from exiting.
 */
final class Workers {

  /** System property that sets the number of threads: 1 or more. */
  static final String PROPERTY = "dl4jx.random.threads";

  private static final Workers SHARED =
      new Workers(
          size(
              System.getProperty(PROPERTY),
              System.getenv("OMP_NUM_THREADS"),
              Runtime.getRuntime().availableProcessors()));

  private final int size;
  private final @Nullable ThreadPoolExecutor helpers;

  /** Threads at work: callers and helpers. */
  private final AtomicInteger busy = new AtomicInteger();

  /** A pool for at most {@code size} threads, the caller included. */
  Workers(int size) {
    this.size = size;
    this.helpers = size > 1 ? helpers(size - 1) : null;
  }

  static Workers shared() {
    return SHARED;
  }

  int size() {
    return size;
  }

  /** The number of threads: the property, or else the processors, but no more than OpenMP uses. */
  static int size(@Nullable String property, @Nullable String openMp, int processors) {
    int asked = positive(property);
    if (asked > 0) {
      return asked;
    }
    int limit = positive(openMp == null ? null : openMp.split(",", 2)[0]);
    return limit > 0 ? Math.min(limit, processors) : processors;
  }

  private static int positive(@Nullable String number) {
    try {
      return number == null ? 0 : Math.max(0, Integer.parseInt(number.trim()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static ThreadPoolExecutor helpers(int most) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        most,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          String name = "dl4jx-random-" + number.incrementAndGet();
          Thread thread = new Thread(null, task, name, 0, false);
          thread.setContextClassLoader(Workers.class.getClassLoader());
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.DiscardPolicy());
  }

  /** A piece of work: the numbers from {@code from} to {@code to}. */
  interface Piece {
    void run(long from, long to);
  }

  /**
   * Runs the piece over {@code [0, total)}, cut at the multiples of {@code grain}.
   *
   * @param perThread makes the piece that one thread runs; called once in every thread that helps
   */
  void run(long total, long grain, Supplier<Piece> perThread) {
    if (helpers == null || total <= grain) {
      perThread.get().run(0, total);
      return;
    }
    Job job = new Job(total, grain, perThread, Thread.currentThread());
    long wanted = Math.min((total - 1) / grain, size - 1L - busy.getAndIncrement());
    try {
      for (int i = 0; i < wanted; i++) {
        helpers.execute(() -> help(job));
      }
      job.work();
    } finally {
      busy.decrementAndGet();
    }
    job.await();
  }

  private void help(Job job) {
    busy.incrementAndGet();
    try {
      job.help();
    } finally {
      busy.decrementAndGet();
    }
  }

  private static final class Job {

    private final long total;
    private final long grain;
    private final Supplier<Piece> perThread;
    private final Thread caller;
    private final AtomicLong next = new AtomicLong();

    /** Elements not finished yet. */
    private final AtomicLong remaining;

    private volatile @Nullable Throwable failure;

    Job(long total, long grain, Supplier<Piece> perThread, Thread caller) {
      this.total = total;
      this.grain = grain;
      this.perThread = perThread;
      this.caller = caller;
      this.remaining = new AtomicLong(total);
    }

    void work() {
      long from = next.getAndAdd(grain);
      if (from >= total) {
        return;
      }
      Piece piece = null;
      for (; from < total; from = next.getAndAdd(grain)) {
        long to = Math.min(total, from + grain);
        try {
          if (failure == null) {
            if (piece == null) {
              piece = perThread.get();
            }
            piece.run(from, to);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          remaining.addAndGet(from - to);
        }
      }
    }

    void help() {
      work();
      if (remaining.get() == 0) {
        LockSupport.unpark(caller);
      }
    }

    void await() {
      boolean interrupted = false;
      for (int spins = 0; remaining.get() > 0; spins++) {
        if (spins < 1000) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable thrown = failure;
      if (thrown instanceof Error) {
        throw (Error) thrown;
      }
      if (thrown != null) {
        throw (RuntimeException) thrown;
      }
    }
  }
}
