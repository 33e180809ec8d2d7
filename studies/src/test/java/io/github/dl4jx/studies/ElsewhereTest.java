package io.github.dl4jx.studies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.studies.log.CurveLog;
import io.github.dl4jx.studies.log.Form;
import io.github.dl4jx.studies.run.CurveRunner;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a study that are made where nothing but their name and seed arrives. */
class ElsewhereTest {

  private static final String STUDY = "likelihood";

  private record Line(String name, long seed, double value) {

    static final Form<Line> FORM = Form.of(Line.class, "name", "seed", "value %.3f");
  }

  /** Two groups of runs, as some studies have them; the second fails for c. */
  private static final class Groups implements Study {

    final Queue<String> made = new ConcurrentLinkedQueue<>();
    final Queue<Path> folders = new ConcurrentLinkedQueue<>();

    @Override
    public void run(Context context) throws IOException {
      folders.add(context.folder());
      CurveLog<Line> log = CurveLog.open(context.folder(), "all", Line.FORM);
      CurveRunner<Line> runner = new CurveRunner<>(context, log, "Making", " steps", 2);
      runner.run(List.of("a", "b"), context.runs(2), this::line);
      runner.run(List.of("c"), 1, this::line);
      log.complete(List.of("a", "b", "c"), 1);
    }

    private List<Line> line(String name, long seed, Runnable stepDone) {
      if (name.equals("c")) {
        throw new IllegalStateException("no memory");
      }
      made.add(name + seed);
      stepDone.run();
      return List.of(new Line(name, seed, 1 / 3d));
    }
  }

  /** Sends the study and its tasks through Java's serialization. */
  private static final class Sending implements Execution {

    @Override
    public <S, R> Session<S, R> open(Job<S, R> job) {
      S there = sent(job.packed()).unpack();
      return new Session<>() {
        @Override
        public int parallelism() {
          return 2;
        }

        @Override
        public R run(int index, Task<S, R> task) {
          return sent(task).run(there);
        }

        @Override
        public void close() {}
      };
    }

    @SuppressWarnings("unchecked") // what is read is of the type of what was written
    private static <T extends Serializable> T sent(T object) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(object);
        out.flush();
        return (T)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
      } catch (IOException | ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @TempDir Path folder;

  private final Groups groups = new Groups();
  private final RemoteStudy remote =
      new RemoteStudy(groups, new StudyOptions(false, false, 3, 0, StudyData.MNIST));

  @BeforeEach
  void beQuick() {
    System.setProperty("study.quick", "true");
  }

  @AfterEach
  void forget() {
    System.clearProperty("study.quick");
  }

  private String results(String where) throws IOException {
    return Files.readString(folder.resolve(where).resolve(STUDY).resolve("results.csv"));
  }

  @Test
  void run_runsSent_haveTheResultsOfOneMachine() throws Exception {
    Studies.run(folder.resolve("there"), STUDY, new Sending());
    Studies.main(new String[] {folder.resolve("here").toString(), STUDY});
    assertThat(results("there")).isEqualTo(results("here"));
    try (Stream<Path> files = Files.list(folder.resolve("there").resolve(STUDY))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("results.csv", "report.html")
          .noneMatch(name -> name.startsWith("results-"));
    }
  }

  @Test
  void run_unknownStudy_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Studies.run(folder, "nothing", new Sending()))
        .withMessageStartingWith("-Dstudy must be one of [averaging, bagging")
        .withMessageEndingWith("got nothing");
  }

  @Test
  void run_studyWithoutRuns_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Studies.run(folder, "crash", new Sending()))
        .withMessage(
            "the study must have runs that other machines may make, got crash, which has none");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void make_oneRun_makesItAloneInAFolderThatIsDeleted() {
    assertThat(remote.make("b", 3)).asString().isEqualTo("name,seed,value\nb,3,0.333\n");
    assertThat(groups.made).containsExactly("b3");
    assertThat(groups.folders).hasSize(1).allSatisfy(path -> assertThat(path).doesNotExist());
  }

  @Test
  void make_runThatFails_throwsWithItsNameAndCause() {
    assertThatIllegalStateException()
        .isThrownBy(() -> remote.make("c", 1))
        .withMessage("the run c of seed 1 failed: java.lang.IllegalStateException: no memory");
    assertThat(groups.made).isEmpty();
  }

  @Test
  void make_runThatTheStudyDoesNotHave_throws() {
    StudyOptions fewer = new StudyOptions(false, false, 2, 0, StudyData.MNIST);
    Study none =
        new Study() {
          @Override
          public String name() {
            return "none";
          }

          @Override
          public void run(Context context) throws IOException {
            context.make(List.of());
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> new RemoteStudy(none, fewer).make("a", 1))
        .withMessage("the study none has no run a of seed 1 here: all machines need one version");
  }

  @Test
  void keep_fileOfAnotherForm_isRefused() throws IOException {
    CurveLog<Line> log = CurveLog.open(folder, "all", Line.FORM);
    for (String file :
        List.of(
            "",
            "name,seed,other\na,1,0.333\n",
            "name,seed,value\na,one,0.333\n",
            "name,seed,value\na,1,0.333",
            "name,seed,value\na,1\n")) {
      assertThatThrownBy(() -> log.keep("a", 1, file.getBytes(UTF_8)))
          .as(file)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("a run must have lines of [name, seed, value], ");
    }
    assertThat(log.contains("a", 1)).isFalse();
  }
}
