package io.github.dl4jx.studies;

import io.github.dl4jx.studies.mnist.MnistData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A study: trains, and writes what it finds into its folder.
 *
 * <p>{@link Studies} runs those that {@code META-INF/services} lists.
 */
public interface Study {

  /**
   * What {@code -Dstudy=NAME} calls it, and its folder: {@code onebit} if its class is {@code
   * OneBitStudy}.
   */
  default String name() {
    return getClass().getSimpleName().replaceFirst("Study$", "").toLowerCase(Locale.ROOT);
  }

  /** Makes the runs that are missing in the folder, and reports them all. */
  void run(Context context) throws Exception;

  /** Whether it makes its runs by {@link Context#make}, so that other machines may. */
  default boolean hasRuns() {
    return true;
  }

  /** What a study is asked for, on which data, and where its results go. */
  final class Context {

    private static final String KNOWN = "study.known";
    private static final int TEST_EXAMPLES = 10_000;

    private final Path folder;
    private final StudyOptions options;
    private final Optional<Path> known;
    private final Data data;
    private final Workplace workplace;

    private Context(
        Path folder, StudyOptions options, Optional<Path> known, Data data, Workplace workplace) {
      this.folder = folder;
      this.options = options;
      this.known = known;
      this.data = data;
      this.workplace = workplace;
    }

    /** The data, installed when they are first asked for. */
    private static final class Data {

      private final StudyData kind;
      private @Nullable MnistData data;

      Data(StudyData kind) {
        this.kind = kind;
      }

      synchronized MnistData get() throws IOException {
        if (data == null) {
          data = kind.install();
        }
        return data;
      }
    }

    /**
     * As the system properties say.
     *
     * @param folder where the results go
     * @throws IllegalArgumentException if a property has a value that it cannot have
     */
    public static Context of(Path folder) {
      Context context = of(folder, StudyOptions.ofProperties());
      return new Context(folder, context.options, file(KNOWN), context.data, context.workplace);
    }

    static Context of(Path folder, StudyOptions options) {
      return new Context(
          folder, options, Optional.empty(), new Data(options.data()), new SideBySide());
    }

    /** The same with its own results, and with other machines. */
    Context in(Path ownFolder, Workplace own) {
      return new Context(ownFolder, options, known, data, own);
    }

    private static Optional<Path> file(String name) {
      String text = System.getProperty(name, "");
      if (!text.isEmpty() && !Files.isRegularFile(Path.of(text))) {
        throw new IllegalArgumentException(name + " must be a file, got " + text);
      }
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    StudyOptions options() {
      return options;
    }

    /**
     * Makes runs: side by side, one a processor, or on other machines; keeps them, and waits for
     * all.
     *
     * @param runs in the order in which they start
     * @throws IOException if one fails or the study is interrupted; the others are then stopped
     */
    public void make(List<StudyRun> runs) throws IOException {
      workplace.make(runs);
    }

    /** Where the results go. */
    public Path folder() {
      return folder;
    }

    /** Whether {@code -Dstudy.quick} asks for less than the whole study: does it run at all? */
    public boolean quick() {
      return options.quick();
    }

    /** Whether {@code -Dstudy.choose} asks to compare settings instead. */
    public boolean choose() {
      return options.choose();
    }

    /**
     * How many runs to make of each kind, from seed 1 on.
     *
     * @param otherwise the number unless {@code -Dstudy.runs=N} gives one
     */
    public int runs(int otherwise) {
      return options.runs() == StudyOptions.NOT_GIVEN ? otherwise : options.runs();
    }

    /**
     * How many epochs to train for.
     *
     * @param otherwise the number unless {@code -Dstudy.epochs=N} gives one
     */
    public int epochs(int otherwise) {
      return options.epochs() == StudyOptions.NOT_GIVEN ? otherwise : options.epochs();
    }

    /** The {@code results.csv} of an earlier study, if {@code -Dstudy.known=FILE} names one. */
    public Optional<Path> known() {
      return known;
    }

    /** The data, by {@code -Dstudy.data}, installed when it is first asked for. */
    public MnistData data() throws IOException {
      return data.get();
    }

    /** Which data these are. */
    public StudyData kind() {
      return options.data();
    }

    /** What the results say of the data. */
    public String label() throws IOException {
      return data().label();
    }

    /** The first so many training examples. */
    public DataSet train(int examples) throws IOException {
      return data().train(examples);
    }

    /** The first so many test examples. */
    public DataSet test(int examples) throws IOException {
      return data().test(examples);
    }

    /** All test examples. */
    public DataSet test() throws IOException {
      return test(TEST_EXAMPLES);
    }
  }
}
