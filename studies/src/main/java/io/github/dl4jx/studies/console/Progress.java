package io.github.dl4jx.studies.console;

import java.io.Console;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far long work is, and how long it will take: a bar on a terminal, a log line every tenth
 * elsewhere.
 */
public final class Progress implements LongConsumer, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

  private static final int LINES = 10;
  private static final int REDRAW_MILLIS = 200;
  private static final int MINUTE = 60;

  private final String task;
  private final long total;
  private final @Nullable ProgressBar bar;
  private final LongSupplier nanoTime;
  private final long begin;
  private long linesTold;

  /** What an earlier life of the program had done. */
  private long before;

  Progress(String task, long total, @Nullable ProgressBar bar, LongSupplier nanoTime) {
    this.task = task;
    this.total = total;
    this.bar = bar;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /**
   * Starts.
   *
   * @param task what is done
   * @param total how many steps it takes, at least 1
   * @param unit what the bar counts, say {@code " MiB"}
   * @param unitSize steps in one unit
   * @return the progress, at 0 steps
   */
  public static Progress of(String task, long total, String unit, long unitSize) {
    ProgressBar bar =
        onTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(unit, unitSize)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .build()
            : null;
    return new Progress(task, total, bar, System::nanoTime);
  }

  /**
   * Begins where an earlier life of the program has ended, or the time left would be too short.
   *
   * @param steps steps that were done then
   */
  public synchronized void resume(long steps) {
    before = steps;
    accept(steps);
  }

  /**
   * Shows how far it is.
   *
   * @param steps steps done so far
   */
  @Override
  public synchronized void accept(long steps) {
    if (bar != null) {
      bar.stepTo(steps);
      return;
    }
    long lines = LINES * steps / total;
    if (lines > linesTold) {
      linesTold = lines;
      LOG.info("{}: {} %{}", task, 100 * lines / LINES, timeLeft(steps));
    }
  }

  /** As much a step as it has been so far; empty before the first one and after the last. */
  String timeLeft(long steps) {
    if (steps <= before || steps >= total) {
      return "";
    }
    double seconds = (nanoTime.getAsLong() - begin) / 1e9;
    double left = seconds / (steps - before) * (total - steps);
    return left < MINUTE
        ? String.format(Locale.ROOT, ", %.0f s left", left)
        : String.format(Locale.ROOT, ", %.0f min left", left / MINUTE);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** Since Java 22 there is a console even without a terminal, and a method that tells. */
  @SuppressWarnings("SystemConsoleNull") // both cases are handled
  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
