package io.github.dl4jx.random;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads that help the calling thread with its work.
 *
 * <p>The caller works, too: it takes piece after piece, and so does every free helper. If none is,
 * or none gets a processor in time, the caller does everything. So nothing waits in a queue,
 * callers cannot block each other, and no more than {@code size} threads work for {@code size} or
 * fewer callers. A helper spins for the next job for {@value #SPIN_MICROS} microseconds, then
 * sleeps, and ends after {@value #IDLE_SECONDS} seconds; none keeps the JVM from exiting.
 *
 * <p>A helper may lose its processor in the middle of a piece, and the caller then waits for as
 * long as the operating system likes. So a caller that had to wait for a late helper does the next
 * jobs alone, and twice as many each time it happens again. After an operation of ND4J it would
 * happen all the time, because OpenMP's threads keep spinning: the first helper prevents that
 * ({@link OpenMp}).
 */
final class Workers {

  /** System property that sets the number of threads: 1 or more. */
  static final String PROPERTY = "dl4jx.random.threads";

  /** Waking a thread takes as long as 30,000 elements of a mask, so it pays to wait a little. */
  private static final int SPIN_MICROS = 20;

  private static final int IDLE_SECONDS = 10;

  private static final Workers SHARED =
      new Workers(
          size(
              System.getProperty(PROPERTY),
              System.getenv("OMP_NUM_THREADS"),
              Runtime.getRuntime().availableProcessors()));

  private final int size;
  private final Helper[] helpers;

  /**
   * Helpers do harm if a job takes longer than this many times what the caller alone would need.
   */
  private static final double HARM = 1.25;

  private static final int MOST_ALONE = 255;

  /** Number of the next jobs to be done without helpers. */
  private final AtomicInteger alone = new AtomicInteger();

  /** Its value when helpers last did harm; halved by every job in which they did not. */
  private volatile int lastAlone;

  /** Threads at work: callers and helpers. */
  private final AtomicInteger busy = new AtomicInteger();

  /** A pool for at most {@code size} threads, the caller included. */
  Workers(int size) {
    this.size = size;
    this.helpers = new Helper[size - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(busy, i + 1);
    }
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

  /** A piece of work: the numbers from {@code from} to {@code to}. */
  interface Piece {
    void run(long from, long to);
  }

  /**
   * Runs the piece over {@code [0, total)}, cut at the multiples of {@code grain}.
   *
   * @param perThread makes the piece that one thread runs; called once in every thread that helps
   */
  void run(long total, long grain, Supplier<? extends Piece> perThread) {
    if (helpers.length == 0
        || total <= grain
        || alone.getAndUpdate(jobs -> Math.max(0, jobs - 1)) > 0) {
      perThread.get().run(0, total);
      return;
    }
    Job job = new Job(total, grain, perThread);
    long wanted = Math.min((total - 1) / grain, size - 1L - busy.getAndIncrement());
    long start = System.nanoTime();
    double aloneNanos;
    try {
      for (int i = 0; i < helpers.length && wanted > 0; i++) {
        wanted -= helpers[i].offer(job) ? 1 : 0;
      }
      long workStart = System.nanoTime();
      long places = job.work();
      aloneNanos = (System.nanoTime() - workStart) * (double) total / places;
      for (Helper helper : helpers) {
        helper.withdraw(job);
      }
    } finally {
      busy.decrementAndGet();
    }
    job.await();
    boolean harm = System.nanoTime() - start > HARM * aloneNanos;
    lastAlone = harm ? Math.min(2 * lastAlone + 1, MOST_ALONE) : lastAlone / 2;
    if (harm) {
      alone.set(lastAlone);
    }
  }

  /** A thread that helps, started when there is something to do. */
  private static final class Helper implements Runnable {

    /** Takes the place of the job while the helper works, or ends. */
    private static final Job TAKEN = new Job(0, 1, () -> (from, to) -> {});

    private final AtomicInteger busy;
    private final int number;

    /** The job that is offered to this helper; null if it is free. */
    private final AtomicReference<@Nullable Job> offer = new AtomicReference<>();

    /** Written only while the offer is TAKEN, or by the one who has just made the offer. */
    private volatile @Nullable Thread thread;

    Helper(AtomicInteger busy, int number) {
      this.busy = busy;
      this.number = number;
    }

    boolean offer(Job job) {
      if (!offer.compareAndSet(null, job)) {
        return false;
      }
      Thread sleeper = thread;
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      } else {
        Thread starter = new Thread(null, this, "dl4jx-random-" + number, 0, false);
        starter.setDaemon(true);
        starter.setContextClassLoader(Workers.class.getClassLoader());
        thread = starter;
        try {
          starter.start();
        } catch (OutOfMemoryError e) { // no more threads: the caller does the work
          thread = null;
          offer.set(null);
          return false;
        }
      }
      return true;
    }

    /** Takes an offer back that the helper has not come to take. */
    void withdraw(Job job) {
      offer.compareAndSet(job, null);
    }

    @Override
    public void run() {
      if (number == 1) {
        OpenMp.joinWithTeam();
      }
      for (Job job = next(); job != null; job = next()) {
        busy.incrementAndGet();
        job.help();
        busy.decrementAndGet();
        offer.set(null);
      }
    }

    /** Waits for an offer and takes it; null if the helper is to end. */
    private @Nullable Job next() {
      long start = System.nanoTime();
      while (true) {
        Job job = offer.get();
        if (job != null && offer.compareAndSet(job, TAKEN)) {
          return job;
        }
        long waited = System.nanoTime() - start;
        if (waited < TimeUnit.MICROSECONDS.toNanos(SPIN_MICROS)) {
          Thread.onSpinWait();
        } else if (waited < TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
          LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
        } else if (offer.compareAndSet(null, TAKEN)) {
          thread = null;
          offer.set(null);
          return null;
        }
      }
    }
  }

  private static final class Job {

    private final long total;
    private final long grain;
    private final Supplier<? extends Piece> perThread;
    private final Thread caller = Thread.currentThread();
    private final AtomicLong next = new AtomicLong();

    /** Places not finished yet. */
    private final AtomicLong remaining;

    private volatile @Nullable Throwable failure;

    Job(long total, long grain, Supplier<? extends Piece> perThread) {
      this.total = total;
      this.grain = grain;
      this.perThread = perThread;
      this.remaining = new AtomicLong(total);
    }

    /** Works until no piece is left; returns how many places it has done. */
    long work() {
      long from = next.getAndAdd(grain);
      Piece piece = null;
      long places = 0;
      for (; from < total; from = next.getAndAdd(grain)) {
        long to = Math.min(total, from + grain);
        try {
          if (failure == null) {
            if (piece == null) {
              piece = perThread.get();
            }
            piece.run(from, to);
            places += to - from;
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          remaining.addAndGet(from - to);
        }
      }
      return places;
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
