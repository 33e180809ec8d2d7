package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.EnsembleListener;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Says what one training of several networks is at: a line for each that is finished, and between
 * them at most one every ten seconds; with the time taken, and from the first finished epoch on the
 * time left. Thread-safe.
 */
public final class ProgressLog {

  private static final double SECONDS_APART = 10;
  private static final double NANOS = 1e9;
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final String unit;
  private final int units;
  private final int epochs;
  private final Consumer<String> lines;
  private final LongSupplier nanos;
  private final EnsembleListener listener;
  private final long start;
  private long last;

  /** Finished epochs of the networks that are being trained here. */
  private final Map<Integer, Integer> running = new HashMap<>();

  private int finishedHere;
  private int finished;

  /** Begins, with nobody who listens but the reader of the log. */
  public ProgressLog(
      String unit, int units, int epochs, Consumer<String> lines, LongSupplier nanos) {
    this(unit, units, epochs, lines, nanos, (member, finished, members, network) -> {});
  }

  /**
   * Begins.
   *
   * @param unit what a network is called, such as {@code Member}
   * @param units how many there are, at most
   * @param epochs of each, at most
   * @param lines takes the lines
   * @param nanos the clock
   * @param listener is told of epochs
   */
  ProgressLog(
      String unit,
      int units,
      int epochs,
      Consumer<String> lines,
      LongSupplier nanos,
      EnsembleListener listener) {
    this.unit = unit;
    this.units = units;
    this.epochs = epochs;
    this.lines = lines;
    this.nanos = nanos;
    this.listener = listener;
    this.start = nanos.getAsLong();
    this.last = start;
  }

  /** A listener for one network that is trained in this process. */
  public TrainingListener of(int index) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        step(index, model);
      }

      @Override
      public void onEpochEnd(Model model) {
        epochDone(index, model);
      }
    };
  }

  private synchronized void epochDone(int index, Model model) {
    int done = running.merge(index, 1, Integer::sum);
    listener.epochTrained(index, Math.min(epochs, done), epochs, model.score());
  }

  private synchronized void step(int index, Model model) {
    int done = running.computeIfAbsent(index, i -> 0);
    long now = nanos.getAsLong();
    if (now - last >= SECONDS_APART * NANOS) {
      last = now;
      String at = units > 1 ? " " + (index + 1) + " of " + units : "";
      lines.accept(
          String.format(
              Locale.ROOT,
              "%s%s: epoch %d of %d, score %.4g, %s",
              unit,
              at,
              Math.min(epochs, done + 1),
              epochs,
              model.score(),
              times(now)));
    }
  }

  /** A network is finished, here or elsewhere, or was read from a folder. */
  public synchronized void finished(int index, int number) {
    finished = number;
    finishedHere += running.remove(index) == null ? 0 : 1;
    last = nanos.getAsLong();
    lines.accept(
        String.format(
            Locale.ROOT,
            "%s %d is trained: %d of %d, %s",
            unit,
            index + 1,
            number,
            units,
            times(last)));
  }

  private String times(long now) {
    double taken = (now - start) / NANOS;
    double partly = 0;
    for (int epochsDone : running.values()) {
      partly += Math.min(1, (double) epochsDone / epochs);
    }
    double here = finishedHere + partly;
    double left = units - finished - partly;
    return here > 0 && left > 0
        ? text(taken) + ", about " + text(taken / here * left) + " left"
        : text(taken);
  }

  private static String text(double seconds) {
    long s = Math.round(seconds);
    if (s < 2 * MINUTE) {
      return s + " s";
    }
    return s < 2 * HOUR
        ? Math.round((double) s / MINUTE) + " min"
        : String.format(Locale.ROOT, "%.1f h", (double) s / HOUR);
  }
}
