package io.github.dl4jx.tuning.store;

import io.github.dl4jx.random.internal.Arguments;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;

/**
 * What has happened in a search, in the order of its virtual clock, and where the search is in it.
 *
 * <p>A search adds each event as it computes it. Where the journal has one already, written by an
 * earlier process or by another that shares the folder, they must say the same: the search is
 * replayed. Otherwise it is appended by the next {@link #flush}. Not thread-safe.
 *
 * <p>Searches that stop at other numbers of trials differ from the {@code LIMIT} on: a longer one
 * cuts the journal there, and a shorter one no longer writes. Outcomes that were cut off are still
 * known.
 */
public final class Journal implements AutoCloseable {

  private final @Nullable JournalFile file;
  private final List<Event> events = new ArrayList<>();
  private final Map<Long, Outcome> outcomes = new HashMap<>();
  private int position;

  /** How many events the file has; those after them wait to be written. */
  private int written;

  private boolean detached;

  private Journal(@Nullable JournalFile file) {
    this.file = file;
  }

  /**
   * A journal that is not kept.
   *
   * @return an empty journal
   */
  public static Journal none() {
    return new Journal(null);
  }

  /**
   * The journal in a folder. A line that is damaged is cut off, with those after it: the search
   * computes them again, from what the trials' folders know.
   *
   * @param folder an existing folder
   * @return the journal, at its beginning; to be closed
   * @throws IllegalArgumentException if the folder is null
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static Journal in(File folder) {
    Journal journal = new Journal(new JournalFile(Arguments.path("folder", folder)));
    journal.flush();
    return journal;
  }

  /**
   * The event that must come next.
   *
   * @return the event; nothing at the end of the journal
   */
  public Optional<Event> expected() {
    return isReplaying() ? Optional.of(events.get(position)) : Optional.empty();
  }

  /**
   * Whether there are events that the search has not come to yet.
   *
   * @return whether there are
   */
  public boolean isReplaying() {
    return position < events.size();
  }

  /**
   * What is known of training a trial up to an epoch, at whatever place of the journal.
   *
   * @param trial its number, at least 0
   * @param epochs up to which epoch, at least 0
   * @return the outcome, or nothing
   * @throws IllegalArgumentException if a number is negative
   */
  public Optional<Outcome> outcome(int trial, int epochs) {
    Preconditions.checkArgument(trial >= 0, "trial must be >= 0, got %s", trial);
    Preconditions.checkArgument(epochs >= 0, "epochs must be >= 0, got %s", epochs);
    return Optional.ofNullable(outcomes.get(key(trial, epochs)));
  }

  private static long key(int trial, int epochs) {
    return (long) trial << Integer.SIZE | epochs;
  }

  /**
   * Adds an event.
   *
   * @param event the next one
   * @throws IllegalArgumentException if it is null
   * @throws IllegalStateException if the journal has another one there
   */
  public void add(Event event) {
    Arguments.notNull("event", event);
    while (isReplaying() && !detached && !events.get(position).isSame(event)) {
      branch(event, events.get(position));
    }
    if (detached) {
      return;
    }
    if (!isReplaying()) {
      append(event);
    }
    position++;
  }

  private void append(Event event) {
    events.add(event);
    if (event.kind == Event.Kind.SCORE || event.kind == Event.Kind.FAIL) {
      outcomes.putIfAbsent(key(event.trial, event.epochs), event.outcome);
    }
  }

  private void branch(Event event, Event known) {
    if (event.kind == Event.Kind.LIMIT) {
      detach();
    } else if (known.kind == Event.Kind.LIMIT) {
      flush(true); // another process may have cut there
      if (isReplaying() && events.get(position) == known) {
        if (file != null) {
          file.cut(position);
        }
        forget(position);
      }
    } else {
      throw new IllegalStateException(
          "the search must be the one in "
              + file
              + ": after "
              + position
              + " events it has "
              + known
              + ", now it would be "
              + event);
    }
  }

  /** The journal goes on as that of a longer search. */
  private void detach() {
    detached = true;
    events.clear();
    position = 0;
    written = 0;
  }

  private void forget(int from) {
    events.subList(from, events.size()).clear();
    written = Math.min(written, from);
  }

  /**
   * Writes the events that are not written yet, and reads those of other processes. They are forced
   * to disk a few times a second, and at the end.
   *
   * @throws IllegalStateException if others have written other events there
   * @throws java.io.UncheckedIOException if it cannot be read or written
   */
  public void flush() {
    flush(false);
  }

  private void flush(boolean last) {
    if (file == null || detached) {
      return;
    }
    file.exchange(
        new JournalFile.Exchange() {
          @Override
          public boolean found(Event event) {
            if (detached) {
              return true;
            }
            if (written == events.size()) {
              append(event);
            } else if (!events.get(written).isSame(event)) {
              if (events.get(written).kind == Event.Kind.LIMIT) {
                detach();
                return true;
              }
              if (event.kind == Event.Kind.LIMIT) {
                return false;
              }
              throw new IllegalStateException(
                  "another process must do the same search, but has written "
                      + event
                      + " to "
                      + file
                      + ", not "
                      + events.get(written));
            }
            written++;
            return true;
          }

          @Override
          public int left() {
            int at = written - 1;
            while (at >= 0 && events.get(at).kind != Event.Kind.LIMIT) {
              at--;
            }
            if (at < 0) {
              throw new IllegalStateException("another process has cut " + file);
            }
            if (position > at) {
              detach();
            } else {
              forget(at);
            }
            return at;
          }

          @Override
          public List<Event> added() {
            List<Event> added = events.subList(written, events.size());
            written = events.size();
            return added;
          }
        },
        last);
  }

  /**
   * All events that are known.
   *
   * @return a copy
   */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /**
   * The folder of the search, as it was given.
   *
   * @return the folder; nothing if the journal is not kept
   */
  public Optional<File> folder() {
    return Optional.ofNullable(file == null ? null : file.folder());
  }

  /** Writes what is not written yet, forced to disk. */
  @Override
  public void close() {
    flush(true);
  }
}
