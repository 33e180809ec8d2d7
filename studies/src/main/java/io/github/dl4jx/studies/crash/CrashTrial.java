package io.github.dl4jx.studies.crash;

import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.SavedTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongConsumer;

/** A run without interruption, the same run killed again and again, and the comparison of both. */
public final class CrashTrial {

  /** Kills fall into the first part of the run, so that it is not over before the last one. */
  private static final double KILLED_PART = 0.85;

  private static final int START_MICROS = 3_000_000;
  private static final int TRAINING_MICROS = 30_000;

  /** Above 1: all is written then, and being forced to the disk. */
  private static final double WRITTEN_PART = 1.1;

  private final Plan plan;
  private final List<Moment> moments;
  private final Random random;
  private final CrashProcess whole;
  private final CrashProcess killed;

  /**
   * Prepares a trial.
   *
   * @param folder an empty folder
   * @param data folder of MNIST's files
   * @param plan how long the run is
   * @param moments one for each kill, spread evenly over the run
   * @param seed seed of the places of the kills
   * @throws IOException if the folder cannot be written
   */
  public CrashTrial(Path folder, Path data, Plan plan, List<Moment> moments, long seed)
      throws IOException {
    this.plan = plan;
    this.moments = List.copyOf(moments);
    this.random = new Random(seed);
    this.whole = new CrashProcess(folder.resolve("whole"), data);
    this.killed = new CrashProcess(folder.resolve("killed"), data);
  }

  /**
   * Runs both.
   *
   * @param progress is told the number of lives that are over
   * @return what happened
   * @throws IOException if the uninterrupted run fails, or a process hangs
   */
  public TrialResult run(LongConsumer progress) throws IOException {
    int exit = whole.await(whole.start(plan));
    if (exit != 0) {
      throw new IOException("the uninterrupted run ended with " + exit + ": " + whole.output());
    }
    progress.accept(1);
    List<Kill> kills = new ArrayList<>();
    while (true) {
      int life = kills.size() + 1;
      long checkpointBytes = saved().map(saved -> saved.file().length()).orElse(0L);
      Process process = killed.start(plan);
      try {
        Watch watch = new Watch(killed.checkpoints(), process);
        boolean fatal =
            kills.size() < moments.size() && awaitMoment(watch, kills.size(), checkpointBytes);
        if (fatal) {
          process.destroyForcibly();
        }
        long millis = watch.millis();
        exit = killed.await(process);
        if (!fatal || exit != ChildJvm.KILLED) {
          return result(kills, life, exit);
        }
        kills.add(kill(life, millis));
      } finally {
        process.destroyForcibly();
      }
      progress.accept(life + 1L);
    }
  }

  /** False if the process has ended by itself. */
  private boolean awaitMoment(Watch watch, int kill, long checkpointBytes) throws IOException {
    double place = (kill + random.nextDouble()) / moments.size();
    double offset = random.nextDouble();
    double part = Math.min(1, offset * WRITTEN_PART);
    long number =
        Math.max(
            (long) (place * KILLED_PART * plan.checkpoints()),
            // every life takes at least one checkpoint, or there would be no end
            Watch.newest(killed.checkpoints()) + 1);
    return switch (moments.get(kill)) {
      case START -> watch.pass((long) (offset * START_MICROS));
      case TRAINING -> watch.checkpoint(number) && watch.pass((long) (offset * TRAINING_MICROS));
      case EPOCH_END -> watch.epochEnd(number, plan);
      case WRITE -> watch.checkpoint(number) && watch.written((long) (part * checkpointBytes));
    };
  }

  private Optional<SavedTraining> saved() {
    return ResumableCheckpoints.resume(killed.checkpoints().toFile());
  }

  private Kill kill(int life, long millis) throws IOException {
    long newest = Watch.newest(killed.checkpoints());
    Optional<SavedTraining> saved = saved();
    boolean newestWhole = saved.map(s -> Watch.number(s.file().toPath())).orElse(0L) == newest;
    return new Kill(
        life,
        moments.get(life - 1),
        millis,
        saved.map(SavedTraining::iteration).orElse(0),
        newestWhole,
        Watch.temporaryBytes(killed.checkpoints()));
  }

  private TrialResult result(List<Kill> kills, int lives, int exit) throws IOException {
    Outcome expected = whole.outcome();
    if (exit != 0) {
      String failure = "life " + lives + " ended with " + exit + ": " + killed.output();
      return new TrialResult(kills, lives, failure, List.of(), false, expected.sha256());
    }
    boolean leftovers = Watch.temporaryBytes(killed.checkpoints()) >= 0;
    List<String> differences = killed.outcome().differences(expected);
    return new TrialResult(kills, lives, "", differences, leftovers, expected.sha256());
  }
}
