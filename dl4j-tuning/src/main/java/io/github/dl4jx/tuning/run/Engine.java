package io.github.dl4jx.tuning.run;

import io.github.dl4jx.tuning.schedule.Assignment;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.store.Event;
import io.github.dl4jx.tuning.store.Journal;
import io.github.dl4jx.tuning.store.Outcome;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * The virtual clock: some virtual workers train trials, each for as long as its epochs cost.
 *
 * <pre>
 * while a worker is free and the schedule has something for it:  the worker begins it now
 * the clock goes to the first end of what is at work, of equal ones that of the older trial
 * the engine waits until that has really been trained, and adds its outcome to the history
 * </pre>
 *
 * <p>Samplers and schedules see what has ended by the virtual clock, in its order, and nothing
 * else: threads that are ahead, or behind, change nothing. That is all there is of an algorithm in
 * a search that is not in a sampler or a schedule.
 */
final class Engine {

  private static final int HOPELESS = 3;

  private final Plan plan;
  private final int most;
  private final Journal journal;
  private final Work work;
  private final List<Trial> trials = new ArrayList<>();
  private final PriorityQueue<Stretch> atWork = new PriorityQueue<>();
  private final Deque<Point> queue;

  /** At work when the journal ended: what is still to be replayed may make an end of the search. */
  private final Deque<Stretch> notBegun = new ArrayDeque<>();

  private @Nullable History history;
  private double now;
  private boolean full;
  private boolean exhausted;
  private boolean hopeful;
  private int failures;

  /** The real world. */
  interface Work {

    /** Begins to train. */
    void begin(Stretch stretch);

    /** Waits for the outcome of what was begun; nothing if the time is over. */
    Optional<Outcome> await(Stretch stretch);

    /** A trial has a new score or has failed, and is in its new state. */
    void changed(Trial trial, History history, boolean replayed);

    /** A trial will not go on. */
    void over(Trial trial);
  }

  /**
   * An engine for one run.
   *
   * @param most how many trials are begun at most
   */
  Engine(Plan plan, int most, Journal journal, Work work) {
    this.plan = plan;
    this.most = most;
    this.journal = journal;
    this.work = work;
    this.queue = new ArrayDeque<>(plan.enqueued);
  }

  /** Runs until there is nothing left to do, or the time is over. */
  History run() {
    while (true) {
      while (atWork.size() < plan.workers && assign()) {
        // the next worker
      }
      Stretch next = atWork.poll();
      if (next == null) {
        journal.flush();
        return history();
      }
      Optional<Outcome> known = journal.outcome(next.trial, next.to);
      if (known.isEmpty()) {
        journal.flush(); // the worker takes its time
        beginAll();
        known = work.await(next);
      }
      if (known.isEmpty()) {
        return history();
      }
      now = next.end;
      end(next, known.get());
    }
  }

  private History history() {
    History current = history;
    if (current == null) {
      current = new History(plan.space, plan.minimize, trials);
      current = exhausted ? current.exhausted() : current;
      history = current;
    }
    return current;
  }

  /** Gives a free worker something to do, if there is anything. */
  private boolean assign() {
    Optional<Assignment> assignment = plan.schedule.next(history());
    if (assignment.isEmpty()) {
      return false;
    }
    int to = assignment.get().epochs();
    if (assignment.get().trial().isEmpty()) {
      boolean before = exhausted;
      boolean begun = begin(to);
      return begun || (exhausted && !before && assign()); // a bracket may be full now
    }
    int number = assignment.get().trial().getAsInt();
    Trial trial = trials.get(number);
    journal.add(Event.resume(number, now, to));
    put(trial.in(Trial.State.RUNNING));
    train(trial, to);
    return true;
  }

  private boolean begin(int to) {
    int number = trials.size();
    Optional<Event> expected = journal.expected();
    boolean limited = expected.isPresent() && expected.get().kind() == Event.Kind.LIMIT;
    // where the journal goes on without another trial, the queue was empty
    boolean queued = !queue.isEmpty() && (expected.isEmpty() || limited);
    if (number >= most) {
      if (!full) {
        full = true;
        boolean more = limited || queued || to == plan.schedule.maxEpochs();
        if (more || suggested(number) != null) { // a bracket does not wait for what cannot come
          journal.add(Event.limit(now, number));
        }
      }
      return false;
    }
    Point point;
    boolean enqueued;
    if (expected.isPresent() && expected.get().kind() == Event.Kind.START) {
      point = replayed(expected.get());
      enqueued = expected.get().enqueued();
    } else {
      enqueued = queued;
      Point next = enqueued ? queue.remove() : suggested(number);
      if (next == null) {
        return false;
      }
      point = next;
    }
    journal.add(Event.start(number, now, to, point.toString(), enqueued));
    Trial trial = Trial.begin(number, point);
    trials.add(trial);
    history = null;
    train(trial, to);
    return true;
  }

  private @Nullable Point suggested(int number) {
    if (exhausted) {
      return null;
    }
    Optional<Point> point = plan.sampler.suggest(history(), number, plan.seed);
    if (point.isEmpty()) {
      exhausted = true;
      history = null;
    }
    return point.orElse(null);
  }

  /** The sampler would suggest the same again, and take its time. */
  private Point replayed(Event start) {
    Point point = plan.space.parse(String.valueOf(start.point()));
    if (start.enqueued() && !queue.isEmpty()) {
      Point queued = queue.remove();
      Preconditions.checkState(
          queued.equals(point),
          "the points of enqueue must begin with those of the search in the folder: trial %s was"
              + " %s, now %s",
          start.trial(),
          point,
          queued);
    }
    return point;
  }

  private void train(Trial trial, int to) {
    TrialSetup setup = plan.setup(trial.number(), trial.point());
    int from = trial.epochs();
    double end = now + plan.duration(setup, from, to);
    Stretch stretch = new Stretch(setup, trial.number(), from, to, end);
    atWork.add(stretch);
    if (journal.outcome(stretch.trial, to).isEmpty()) {
      notBegun.add(stretch);
    }
    if (!journal.isReplaying()) {
      beginAll();
    }
  }

  private void beginAll() {
    while (!notBegun.isEmpty()) {
      work.begin(notBegun.remove());
    }
  }

  private void end(Stretch stretch, Outcome outcome) {
    boolean replayed = journal.isReplaying();
    journal.add(Event.outcome(stretch.trial, now, stretch.to, outcome));
    Trial trial = trials.get(stretch.trial);
    String cause = outcome.cause();
    put(cause == null ? trial.scored(stretch.to, outcome.score()) : trial.failed(cause));
    trial = trials.get(stretch.trial);
    if (trial.state() != Trial.State.FAILED) {
      put(trial.in(plan.schedule.after(history(), trial)));
      trial = trials.get(stretch.trial);
    }
    if (cause == null) {
      journal.add(Event.state(trial, now));
    }
    for (Trial givenUp : plan.schedule.givenUp(history())) {
      put(givenUp.in(Trial.State.STOPPED));
      journal.add(Event.state(trials.get(givenUp.number()), now));
      work.over(trials.get(givenUp.number()));
    }
    trial = trials.get(stretch.trial);
    work.changed(trial, history(), replayed);
    if (trial.state() == Trial.State.STOPPED || trial.state() == Trial.State.FAILED) {
      work.over(trial);
    }
    checkHope(trial);
  }

  private void put(Trial trial) {
    trials.set(trial.number(), trial);
    history = null;
  }

  /** The first trials fail if something is wrong with all of them. */
  private void checkHope(Trial trial) {
    hopeful |= trial.score().isPresent();
    failures++;
    if (!hopeful && failures == HOPELESS) {
      journal.flush();
      String folder =
          journal.folder().map(kept -> ". That is kept: to start over, delete " + kept).orElse("");
      throw new IllegalStateException(
          "the first "
              + failures
              + " trials have failed, the last one with: "
              + trial.cause()
              + folder);
    }
  }
}
