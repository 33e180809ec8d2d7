package io.github.dl4jx.ensembles;

import io.github.dl4jx.training.network.Network;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An ensemble's members for concurrent callers. A network of Deeplearning4j runs one call of {@code
 * output} at a time, so each caller gets views over the same parameters; if there are as many
 * callers as processors, further ones wait.
 *
 * <p>Ensembles that differ only in their rule {@link #share} the members, whose memory is released
 * when the last ensemble is closed.
 */
final class MemberViews {

  /** The members, their views and their users, which several ensembles may share. */
  private static final class Pool {

    final List<Model> members;

    /** One for each concurrent caller. */
    final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());

    /** The members and views of them that no caller uses now. */
    final Deque<List<Model>> idle = new ConcurrentLinkedDeque<>();

    /** Number of ensembles that are not closed. */
    final AtomicInteger sharers = new AtomicInteger(1);

    /** The members as one network, if they can be that. */
    private final AtomicReference<@Nullable StackedServing> stacked = new AtomicReference<>();

    /** Whether that is known yet: at the first call. */
    private final AtomicBoolean looked = new AtomicBoolean();

    Pool(List<Model> members) {
      this.members = members;
      this.idle.add(members);
    }

    synchronized Optional<StackedServing> stacked() {
      if (!looked.get()) {
        StackedServing.of(members).ifPresent(stacked::set);
        looked.set(true);
      }
      return Optional.ofNullable(stacked.get());
    }

    synchronized void release() {
      members.forEach(member -> Network.of(member).release());
      Optional.ofNullable(stacked.get()).ifPresent(StackedServing::release);
    }
  }

  private final Pool pool;
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Views of members, which are released with it. */
  MemberViews(List<Model> members) {
    this(new Pool(members));
  }

  private MemberViews(Pool pool) {
    this.pool = pool;
  }

  /**
   * The same members for another ensemble, which is closed on its own.
   *
   * @throws IllegalStateException if they are closed
   */
  MemberViews share() {
    return whileOpen(
        members -> {
          pool.sharers.incrementAndGet(); // was at least 1, as this one is open
          return new MemberViews(pool);
        });
  }

  /** The members, for their number and configuration only, which remain after {@link #close}. */
  List<Model> members() {
    return pool.members;
  }

  /** Calls a function with each member and returns the results, in order. */
  <T> List<T> callAll(Function<Model, T> call) {
    return whileOpen(
        open -> {
          pool.permits.acquireUninterruptibly();
          try {
            List<Model> free = pool.idle.pollFirst();
            List<Model> views = free != null ? free : newViews();
            try {
              return ServingThreads.callAll(views, call);
            } finally {
              pool.idle.addFirst(views);
            }
          } finally {
            pool.permits.release();
          }
        });
  }

  /**
   * All members' outputs by one wide network, [members * examples, outputs], member by member.
   *
   * @return empty if the members are not of one shape, or are faster one by one
   */
  Optional<INDArray> stackedOutput(INDArray features) {
    return whileOpen(
        open ->
            pool.stacked()
                .filter(stacked -> stacked.takes(features))
                .map(
                    stacked -> {
                      pool.permits.acquireUninterruptibly();
                      try {
                        return stacked.output(features);
                      } finally {
                        pool.permits.release();
                      }
                    }));
  }

  private List<Model> newViews() {
    return pool.members.stream()
        .map(member -> Network.of(member).view(member.params()).model())
        .collect(Collectors.toList());
  }

  /**
   * Calls a function with the members; a {@link #close} in another thread waits for its end.
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

  /** Releases the members' memory when all calls have ended, unless another ensemble shares it. */
  void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        if (pool.sharers.decrementAndGet() == 0) {
          pool.release();
        }
      }
    } finally {
      closing.writeLock().unlock();
    }
  }
}
