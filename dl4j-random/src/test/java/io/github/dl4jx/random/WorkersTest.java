package io.github.dl4jx.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, 8, 8",
        "-, 3, 8, 3",
        "-, 16, 8, 8",
        "-, '4,2', 8, 4",
        "-, many, 8, 8",
        "-, 0, 8, 8",
        "5, 3, 2, 5",
        "0, 3, 2, 2",
        "x, -, 2, 2",
      })
  void size_propertyAndOpenMp_isAsDocumented(
      String property, String openMp, int processors, int expected) {
    assertThat(Workers.size(property, openMp, processors)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void run_anySize_coversEveryPlaceOnce(int size) {
    Workers workers = new Workers(size);
    for (int total : new int[] {1, 9, 10, 11, 1000, 12_345}) {
      AtomicIntegerArray visits = new AtomicIntegerArray(total);
      workers.run(
          total,
          10,
          () ->
              (from, to) -> {
                for (long i = from; i < to; i++) {
                  visits.incrementAndGet((int) i);
                }
              });
      for (int i = 0; i < total; i++) {
        assertThat(visits.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void run_twoThreads_helperIsADaemonWithItsOwnPiece() throws InterruptedException {
    Workers workers = new Workers(2);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch both = new CountDownLatch(2);

    workers.run(
        2,
        1,
        () ->
            (from, to) -> {
              threads.add(Thread.currentThread());
              both.countDown();
              await(both);
            });

    assertThat(threads).hasSize(2).contains(Thread.currentThread());
    threads.remove(Thread.currentThread());
    assertThat(threads).allMatch(Thread::isDaemon);
  }

  @Test
  void run_pieceThrows_callerGetsTheExceptionAndThePoolGoesOn() {
    Workers workers = new Workers(3);
    for (int round = 0; round < 100; round++) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      100,
                      1,
                      () ->
                          (from, to) -> {
                            if (from == 50) {
                              throw new IllegalStateException("piece 50");
                            }
                          }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("piece 50");
    }
    run_anySize_coversEveryPlaceOnce(3);
  }

  @Test
  void run_manyCallersAtOnce_allFinishAndHelpersStayFew() {
    Workers workers = new Workers(3);
    Set<Thread> helpers = ConcurrentHashMap.newKeySet();
    Set<Thread> callers = ConcurrentHashMap.newKeySet();
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < 16; caller++) {
      Thread thread =
          new Thread(
              () -> {
                callers.add(Thread.currentThread());
                for (int job = 0; job < 200; job++) {
                  workers.run(
                      20,
                      1,
                      () -> {
                        helpers.add(Thread.currentThread());
                        return (from, to) -> done.addAndGet((int) (to - from));
                      });
                }
              });
      threads.add(thread);
      thread.start();
    }

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (Thread thread : threads) {
            thread.join();
          }
        });

    assertThat(done).hasValue(16 * 200 * 20);
    helpers.removeAll(callers);
    assertThat(helpers).hasSizeLessThanOrEqualTo(2);
  }

  /** Whether a helper took part in a job of two pieces that wait for each other. */
  private static boolean helped(Workers workers, long helperMillis) {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Thread caller = Thread.currentThread();
    workers.run(
        2,
        1,
        () ->
            (from, to) -> {
              threads.add(Thread.currentThread());
              long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
              while (to - from < 2 && threads.size() < 2 && System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              if (Thread.currentThread() != caller) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(helperMillis));
              }
            });
    return threads.size() == 2;
  }

  @Test
  void run_helpIsHarm_nextJobsAreDoneAloneAndMoreOfThemEachTime() {
    Workers workers = new Workers(2);
    int jobs = 0;
    for (int alone : new int[] {1, 3, 7}) {
      pause(); // a helper takes a moment after a job before it is free again
      assertThat(helped(workers, 500)).isTrue();
      for (int i = 0; i < alone; i++) {
        assertThat(helped(workers, 0)).as("job %s", jobs++).isFalse();
      }
    }
    pause();
    assertThat(helped(workers, 0)).isTrue();
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
  }

  @Test
  void run_interruptedCaller_finishesAndStaysInterrupted() {
    Workers workers = new Workers(2);
    Thread.currentThread().interrupt();

    AtomicInteger done = new AtomicInteger();
    workers.run(100, 1, () -> (from, to) -> done.addAndGet((int) (to - from)));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).hasValue(100);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
