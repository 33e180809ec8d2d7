package io.github.dl4jx.ensembles;

import io.github.dl4jx.updaters.resume.NetworkTwin;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.common.base.Preconditions;

/**
 * An ensemble's members for many callers at once. Deeplearning4j's {@code output} does one call at
 * a time, so callers who meet get replicas over the same parameters: at most as many as there are
 * processors, further callers wait.
 */
final class Replicas {

  private final List<Model> members;

  /** Of callers at work. */
  private final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());

  /** The members and their replicas, as far as no caller uses them. */
  private final Deque<List<Model>> idle = new ConcurrentLinkedDeque<>();

  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Takes the members over. */
  Replicas(List<Model> members) {
    this.members = members;
    this.idle.add(members);
  }

  /** The members, for what closing does not touch. */
  List<Model> members() {
    return members;
  }

  /** What each member answers, in order. */
  <T> List<T> ask(Function<Model, T> question) {
    return whileOpen(
        open -> {
          permits.acquireUninterruptibly();
          try {
            List<Model> free = idle.pollFirst();
            List<Model> replicas = free != null ? free : replicate();
            try {
              return ServingThreads.ask(replicas, question);
            } finally {
              idle.addFirst(replicas);
            }
          } finally {
            permits.release();
          }
        });
  }

  private List<Model> replicate() {
    return members.stream()
        .map(member -> NetworkTwin.of(member, member.params()))
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
      return use.apply(members);
    } finally {
      closing.readLock().unlock();
    }
  }

  /** Releases the members' memory, once nobody uses it. */
  void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        members.forEach(Networks::release);
      }
    } finally {
      closing.writeLock().unlock();
    }
  }
}
