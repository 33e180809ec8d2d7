package io.github.dl4jx.studies.run;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyRun;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the runs that a {@link CurveLog} does not hold yet.
 *
 * @param <P> a line of the log
 * @param context where the study makes its runs
 * @param log where finished runs go
 * @param task what is done, for the progress
 * @param unit the steps of a run, as in {@code " epochs"}
 * @param steps number of steps in a run
 */
public record CurveRunner<P>(
    Study.Context context, CurveLog<P> log, String task, String unit, int steps) {

  private static final Logger LOG = LoggerFactory.getLogger(CurveRunner.class);

  /**
   * Of a study whose runs are trainings, on its data and in its folder.
   *
   * @param settings what else the runs depend on, in words
   */
  public static <P> CurveRunner<P> training(
      Study.Context context, String settings, Form<P> form, String unit, int steps)
      throws IOException {
    String key = context.label() + "; " + settings;
    return new CurveRunner<>(
        context, CurveLog.open(context.folder(), key, form), "Training", unit, steps);
  }

  /** How a run is made. */
  public interface Maker<P> {

    /**
     * Makes a run.
     *
     * @param network label of the network
     * @param seed what the run is a function of
     * @param stepDone to be called after every step; throws if the study has been stopped
     * @return the run's lines
     */
    List<P> run(String network, long seed, Runnable stepDone) throws Exception;
  }

  /**
   * Makes what is missing: all networks with the first seed, then all with the next.
   *
   * @param networks labels of the networks; those that take longest first keep all processors busy
   * @param seeds number of seeds, from 1
   */
  public void run(List<String> networks, int seeds, Maker<P> maker) throws IOException {
    List<StudyRun> missing = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    long total = (long) networks.size() * seeds * steps;
    try (Progress progress = Progress.of(task, total, unit, 1)) {
      for (long seed = 1; seed <= seeds; seed++) {
        for (String network : networks) {
          if (log.contains(network, seed)) {
            done.addAndGet(steps);
            continue;
          }
          missing.add(missing(network, seed, maker, progress, done));
        }
      }
      if (done.get() > 0) {
        LOG.info("Going on with an interrupted study: {} of {}{} are done", done, total, unit);
      }
      progress.resume(done.get());
      context.make(missing);
    }
  }

  /** A run whose steps count as they are made; those that another machine makes, at the end. */
  private StudyRun missing(
      String network, long seed, Maker<P> maker, Progress progress, AtomicLong done) {
    AtomicLong own = new AtomicLong();
    Runnable stepDone =
        () -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the study was stopped");
          }
          own.incrementAndGet();
          progress.accept(done.incrementAndGet());
        };
    return new StudyRun(
        network,
        seed,
        () -> log.file(maker.run(network, seed, stepDone)),
        file -> {
          log.keep(network, seed, file);
          progress.accept(done.addAndGet(steps - own.get()));
        });
  }
}
