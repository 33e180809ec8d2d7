package io.github.dl4jx.studies;

import io.github.dl4jx.studies.log.KeptRuns;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.resume.FolderLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
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

  static Study named(String name) {
    Study study = all().get(name);
    if (study == null) {
      throw new IllegalArgumentException(
          "-Dstudy must be one of " + all().keySet() + ", got " + name);
    }
    return study;
  }

  /**
   * Runs a study on this machine.
   *
   * @param args the folder that studies write to, and the name of the study
   * @throws Exception if the study fails
   */
  public static void main(String[] args) throws Exception {
    Study study;
    try {
      study = named(args.length == 2 ? args[1] : String.join(" ", args));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    run(study, Path.of(args[0]), context -> context);
  }

  /**
   * Runs a study whose runs are made by an execution: on other machines, say.
   *
   * @param studies the folder that studies write to
   * @param name of the study
   * @throws IllegalArgumentException if there is no such study, or it makes no runs that others may
   *     make
   * @throws Exception if the study fails
   */
  public static void run(Path studies, String name, Execution execution) throws Exception {
    Study study = named(name);
    if (!study.hasRuns()) {
      throw new IllegalArgumentException(
          "the study must have runs that other machines may make, got "
              + name
              + ", which has none");
    }
    run(
        study,
        studies,
        context -> context.in(context.folder(), new Elsewhere(name, context.options(), execution)));
  }

  private static void run(Study study, Path studies, UnaryOperator<Study.Context> where)
      throws Exception {
    Path folder = studies.resolve(StudyData.ofProperty().results(study.name()));
    Study.Context context = where.apply(Study.Context.of(folder));
    prepareMachine();
    Files.createDirectories(folder);
    try (FolderLock lock = FolderLock.acquire(folder)) { // or two would write one log
      Commits.begin(folder, Commits.current());
      study.run(context);
      Commits.end(folder);
      KeptRuns.clear(folder);
    }
  }

  /** What runs need of the machine that makes them. */
  static void prepareMachine() {
    BroadcastGuard.install();
    // a full collection every few seconds by default, which small networks do not need
    Nd4j.getMemoryManager().togglePeriodicGc(false);
  }
}
