package io.github.dl4jx.studies;

import io.github.dl4jx.studies.mnist.MnistData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** What a study is asked for, on which data, and where its results go. */
  final class Context {

    private static final String QUICK = "study.quick";
    private static final String CHOOSE = "study.choose";
    private static final String RUNS = "study.runs";
    private static final String EPOCHS = "study.epochs";
    private static final String KNOWN = "study.known";
    private static final int TEST_EXAMPLES = 10_000;
    private static final int NOT_GIVEN = 0;

    private final Path folder;
    private final boolean quick;
    private final boolean choose;
    private final int runs;
    private final int epochs;
    private final Optional<Path> known;
    private final StudyData kind;
    private @Nullable MnistData data;

    private Context(Path folder) {
      this.folder = folder;
      this.quick = flag(QUICK);
      this.choose = flag(CHOOSE);
      this.runs = number(RUNS);
      this.epochs = number(EPOCHS);
      this.known = file(KNOWN);
      this.kind = StudyData.ofProperty();
    }

    /**
     * As the system properties say.
     *
     * @param folder where the results go
     * @throws IllegalArgumentException if a property has a value that it cannot have
     */
    public static Context of(Path folder) {
      return new Context(folder);
    }

    private static String property(String name) {
      return System.getProperty(name, "");
    }

    private static boolean flag(String name) {
      String text = property(name);
      if (!text.matches("true|false|")) {
        throw new IllegalArgumentException(name + " must be true or false, got " + text);
      }
      return text.equals("true");
    }

    private static int number(String name) {
      String text = property(name);
      if (!text.matches("([1-9][0-9]{0,3})?")) {
        throw new IllegalArgumentException(name + " must be in 1..9999, got " + text);
      }
      return text.isEmpty() ? NOT_GIVEN : Integer.parseInt(text);
    }

    private static Optional<Path> file(String name) {
      String text = property(name);
      if (!text.isEmpty() && !Files.isRegularFile(Path.of(text))) {
        throw new IllegalArgumentException(name + " must be a file, got " + text);
      }
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /** Where the results go. */
    public Path folder() {
      return folder;
    }

    /** Whether {@code -Dstudy.quick} asks for less than the whole study: does it run at all? */
    public boolean quick() {
      return quick;
    }

    /** Whether {@code -Dstudy.choose} asks to compare settings instead. */
    public boolean choose() {
      return choose;
    }

    /**
     * How many runs to make of each kind, from seed 1 on.
     *
     * @param otherwise the number unless {@code -Dstudy.runs=N} gives one
     */
    public int runs(int otherwise) {
      return runs == NOT_GIVEN ? otherwise : runs;
    }

    /**
     * How many epochs to train for.
     *
     * @param otherwise the number unless {@code -Dstudy.epochs=N} gives one
     */
    public int epochs(int otherwise) {
      return epochs == NOT_GIVEN ? otherwise : epochs;
    }

    /** The {@code results.csv} of an earlier study, if {@code -Dstudy.known=FILE} names one. */
    public Optional<Path> known() {
      return known;
    }

    /** The data, by {@code -Dstudy.data}, installed when it is first asked for. */
    public synchronized MnistData data() throws IOException {
      if (data == null) {
        data = kind.install();
      }
      return data;
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
