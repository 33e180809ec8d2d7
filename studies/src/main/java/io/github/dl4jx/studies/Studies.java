package io.github.dl4jx.studies;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.resume.FolderLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a study by its name: the main class of {@code mvn -Pstudy verify}. */
public final class Studies {

  /** A study: writes what it finds into its folder. */
  interface Study {
    void run(Path folder) throws Exception;
  }

  private static final String RUNS = "study.runs";
  private static final String EPOCHS = "study.epochs";

  private static final Map<String, Study> STUDIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("averaging", new AveragingStudy()),
              Map.entry("bagging", new BaggingStudy()),
              Map.entry("boosting", new BoostingStudy()),
              Map.entry("compare", new CompareStudy()),
              Map.entry("crash", new CrashStudy()),
              Map.entry("dropout", new DropoutStudy()),
              Map.entry("ensembles", new EnsemblesStudy()),
              Map.entry("lenet", new LeNetStudy()),
              Map.entry("montecarlo", new MonteCarloStudy()),
              Map.entry("noise", new NoiseStudy()),
              Map.entry("onebit", new OneBitStudy()),
              Map.entry("parallel", new ParallelStudy()),
              Map.entry("samplers", new SamplersStudy()),
              Map.entry("summary", new SummaryStudy()),
              Map.entry("updaters", new UpdatersStudy())));

  private Studies() {}

  /**
   * How many runs a study shall make of each kind.
   *
   * @param otherwise the number unless {@code -Dstudy.runs=N} gives one
   * @throws IllegalArgumentException if that is not a number from 1 on
   */
  static int runs(int otherwise) {
    return number(RUNS, otherwise);
  }

  /**
   * How many epochs a study shall train for.
   *
   * @param otherwise the number unless {@code -Dstudy.epochs=N} gives one
   * @throws IllegalArgumentException if that is not a number from 1 on
   */
  static int epochs(int otherwise) {
    return number(EPOCHS, otherwise);
  }

  private static int number(String property, int otherwise) {
    String text = System.getProperty(property, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(property + " must be in 1..9999, got " + text);
    }
    return Integer.parseInt(text);
  }

  /**
   * Runs a study.
   *
   * @param args the folder that studies write to, and the name of the study
   * @throws Exception if the study fails
   */
  public static void main(String[] args) throws Exception {
    Study study = args.length == 2 ? STUDIES.get(args[1]) : null;
    if (study == null) {
      System.err.println(
          "-Dstudy must be one of " + STUDIES.keySet() + ", got " + String.join(" ", args));
      System.exit(2);
      return;
    }
    BroadcastGuard.install();
    // a full collection every few seconds by default, which small networks do not need
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    Path folder = Path.of(args[0], args[1]);
    Files.createDirectories(folder);
    try (FolderLock lock = FolderLock.acquire(folder)) { // or two would write one log
      study.run(folder);
      KeptRuns.clear(folder);
    }
  }
}
