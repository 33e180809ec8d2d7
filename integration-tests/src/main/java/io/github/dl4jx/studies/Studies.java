package io.github.dl4jx.studies;

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

  private static final Map<String, Study> STUDIES =
      new TreeMap<>(
          Map.of(
              "averaging",
              new AveragingStudy(),
              "compare",
              new CompareStudy(),
              "crash",
              new CrashStudy(),
              "updaters",
              new UpdatersStudy()));

  private Studies() {}

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
    // a full collection every few seconds by default, which small networks do not need
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    study.run(Path.of(args[0], args[1]));
  }
}
