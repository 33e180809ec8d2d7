package io.github.dl4jx.studies;

import io.github.dl4jx.studies.log.KeptRuns;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.resume.FolderLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a study by its name: the main class of {@code mvn -Pstudy verify}. */
public final class Studies {

  private Studies() {}

  /** All studies by name. */
  static Map<String, Study> all() {
    Map<String, Study> studies = new TreeMap<>();
    ServiceLoader.load(Study.class).forEach(study -> studies.put(study.name(), study));
    return studies;
  }

  /**
   * Runs a study.
   *
   * @param args the folder that studies write to, and the name of the study
   * @throws Exception if the study fails
   */
  public static void main(String[] args) throws Exception {
    Map<String, Study> studies = all();
    Study study = args.length == 2 ? studies.get(args[1]) : null;
    if (study == null) {
      System.err.println(
          "-Dstudy must be one of " + studies.keySet() + ", got " + String.join(" ", args));
      System.exit(2);
      return;
    }
    Path folder = Path.of(args[0], StudyData.ofProperty().results(args[1]));
    Study.Context context = Study.Context.of(folder);
    BroadcastGuard.install();
    // a full collection every few seconds by default, which small networks do not need
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    Files.createDirectories(folder);
    try (FolderLock lock = FolderLock.acquire(folder)) { // or two would write one log
      Commits.begin(folder, Commits.current());
      study.run(context);
      Commits.end(folder);
      KeptRuns.clear(folder);
    }
  }
}
