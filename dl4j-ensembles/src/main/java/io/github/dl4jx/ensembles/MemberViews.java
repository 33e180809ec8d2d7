package io.github.dl4jx.ensembles;

import io.github.dl4jx.training.network.Network;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * An ensemble's members for many callers at once. Deeplearning4j's {@code output} does one call at
 * a time, so simultaneous callers get views over the same parameters: at most as many as there are
 * processors, further callers wait.
 *
 * <p>Ensembles that differ in their rule {@link #share} the members: their memory is released when
 * the last one is closed.
 */
final class MemberViews {

  /** What ensembles share. */
  private static final class Pool {

    final List<Model> members;

    /** Of callers at work. */
    final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());

    /** The members and their views, as far as no caller uses them. */
    final Deque<List<Model>> idle = new ConcurrentLinkedDeque<>();

    /** How many have not been closed. */
    final AtomicInteger sharers = new AtomicInteger(1);

    Pool(List<Model> members) {
      this.members = members;
      this.idle.add(members);
    }
  }

  private final Pool pool;
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Takes the members over. */
  MemberViews(List<Model> members) {
    this(new Pool(members));
  }

  private MemberViews(Pool pool) {
    this.pool = pool;
  }

  /**
   * The same members for another ensemble, which is closed by itself.
   *
   * @throws IllegalStateException if they are closed
   */
  MemberViews share() {
    return whileOpen(
        members -> {
          pool.sharers.incrementAndGet(); // at least one before: this one, which is open
          return new MemberViews(pool);
        });
  }

  /** The members, for what closing does not touch. */
  List<Model> members() {
    return pool.members;
  }

  /** What each member answers, in order. */
  <T> List<T> ask(Function<Model, T> question) {
    return whileOpen(
        open -> {
          pool.permits.acquireUninterruptibly();
          try {
            List<Model> free = pool.idle.pollFirst();
            List<Model> views = free != null ? free : newViews();
            try {
              return ServingThreads.ask(views, question);
            } finally {
              pool.idle.addFirst(views);
            }
          } finally {
            pool.permits.release();
          }
        });
  }

  private List<Model> newViews() {
    return pool.members.stream()
        .map(member -> Network.of(member).view(member.params()).model())
        .collect(Collectors.toList());
  }

  /**
   * Uses the members, with their memory safe from a {@link #close} in another thread.
   *
   * @throws IllegalStateException if they are closed
   */
  <T> T whileOpen(Function<List<Model>, T> use) {
    closing.readLock().lock();
    try {
      Preconditions.checkState(!closed, "the ensemble is closed");
      return use.apply(pool.members);
    } finally {
      closing.readLock().unlock();
    }
  }

  /** Releases the members' memory, once nobody uses it and nobody shares it. */
  void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        if (pool.sharers.decrementAndGet() == 0) {
          pool.members.forEach(member -> Network.of(member).release());
        }
      }
    } finally {
      closing.writeLock().unlock();
    }
  }
}
