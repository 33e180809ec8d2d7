package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.github.dl4jx.ensembles.EnsembleTrainer;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.tuning.sample.Sampler;
import io.github.dl4jx.tuning.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/** docs/techniques.md has every technique, and what stands there is so. */
class TechniquesTest {

  private static final Path PAGE = Pages.ROOT.resolve("docs/techniques.md");

  private static final String HEADER =
      "| technique, paper | the line to write, class | when, and when not | measured |";

  /** What plugs into Deeplearning4j or into this library is a technique. */
  private static final List<Class<?>> PLUGS =
      List.of(
          IUpdater.class,
          ISchedule.class,
          IDropout.class,
          IWeightNoise.class,
          IWeightInit.class,
          Layer.class,
          GraphVertex.class,
          InputPreProcessor.class,
          TrainingListener.class,
          GradientsAccumulator.class,
          DataSetIterator.class,
          ScoreCalculator.class,
          EarlyStoppingModelSaver.class,
          EnsembleTrainer.class,
          CombinationRule.class,
          Execution.class,
          Sampler.class,
          Schedule.class);

  /** What else is public here is a technique, or named at the end of the page as part of one. */
  private static final Set<String> PACKAGES =
      Set.of(
          "regularizers.dropout",
          "regularizers.layers",
          "regularizers.graph",
          "regularizers.weightnoise",
          "regularizers.schedule",
          "updaters",
          "updaters.wrapper",
          "updaters.schedule",
          "training.averaging",
          "training.init",
          "training.resume",
          "training.listener",
          "training.parallel",
          "training.guard",
          "training.onednn",
          "training.openblas",
          "ensembles.train",
          "ensembles.boosting",
          "ensembles.run",
          "ensembles.combine",
          "ensembles.checkpoint",
          "ensembles.uncertainty",
          "ensembles.graph",
          "ensembles.io",
          "tuning.sample",
          "tuning.schedule",
          "tuning.run",
          "spark");

  private static final Pattern CLASS = Pattern.compile("\\[`(\\w+)`]\\(\\.\\./([^)]+\\.java)\\)");

  private static final Pattern LINE = Pattern.compile("(?<=^|<br>)`([^`]+)`(?=<br>)");

  private static final String PAPER = "\\[[^]]+ \\d{4}]\\(https://[^)]+\\)+";

  @TempDir Path classes;

  /** A technique's row: its cells. */
  private static List<List<String>> rows() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      inside = line.equals(HEADER) || (inside && line.startsWith("|"));
      if (inside && !line.equals(HEADER) && !line.startsWith("|---")) {
        String cells = line.substring(1, line.lastIndexOf('|'));
        rows.add(Arrays.stream(cells.split("\\|", -1)).map(String::strip).toList());
      }
    }
    return rows;
  }

  private static Set<String> classesOf(String text) {
    return CLASS.matcher(text).results().map(m -> typeOf(m.group(2))).collect(Collectors.toSet());
  }

  private static String typeOf(String file) {
    return file.replaceFirst(".*src/main/java/", "").replace(".java", "").replace('/', '.');
  }

  @Test
  void rows_haveAllCells() throws IOException {
    List<List<String>> rows = rows();
    assertThat(rows).hasSizeGreaterThan(60);
    assertThat(rows)
        .allSatisfy(cells -> assertThat(cells).hasSize(4).noneMatch(String::isEmpty))
        .allSatisfy(cells -> assertThat(classesOf(cells.get(1))).isNotEmpty())
        .allSatisfy(cells -> assertThat(LINE.matcher(cells.get(1)).find()).isTrue())
        .allSatisfy(cells -> assertThat(cells.get(0)).matches("[^<]+(<br>.*" + PAPER + ")?"))
        .allSatisfy(cells -> assertThat(cells.get(3)).matches("not measured|\\[.*]\\(.*"));
  }

  @Test
  void techniques_foundInTheModules_haveARow() throws IOException {
    Set<String> named = new HashSet<>();
    for (List<String> cells : rows()) {
      named.addAll(classesOf(cells.get(1)));
    }
    assertThat(missing(TechniquesTest::isTechnique, named)).isEmpty();
  }

  @Test
  void parts_foundInTheModules_areNamed() throws IOException {
    Set<String> named = classesOf(Files.readString(PAGE));
    assertThat(missing(TechniquesTest::isPart, named)).isEmpty();
  }

  @Test
  void classes_thatAreLinked_areCalledSo() throws IOException {
    Matcher linked = CLASS.matcher(Files.readString(PAGE));
    while (linked.find()) {
      assertThat(linked.group(2)).endsWith("/" + linked.group(1) + ".java");
    }
  }

  @Test
  void lines_ofTheRows_compile() throws IOException {
    JavaSnippets snippets = new JavaSnippets();
    for (List<String> cells : rows()) {
      Matcher code = LINE.matcher(cells.get(1));
      while (code.find()) {
        snippets.add(cells.get(0) + ": " + code.group(1), GIVEN, statement(code.group(1)), false);
      }
    }
    assertThat(snippets.errors(classes)).isEmpty();
    assertThat(snippets.size()).isGreaterThan(60);
  }

  private static final String GIVEN =
      "Ensemble bag; List<INDArray> outputs; INDArray labels; INDArray probabilities;"
          + " SearchSpace space; History history; Bagging bagging; UncertainPrediction prediction; DataSet data;"
          + " WeightAveragingListener ema; CombinationRule rule; Parameter<Double> rate";

  /** A line of a builder gets the builder that it belongs to. */
  private static String statement(String line) {
    if (line.startsWith(".dropOut(") || line.startsWith(".weightNoise(")) {
      return "new DenseLayer.Builder()" + line + ";";
    }
    if (line.startsWith(".layer(")) {
      return "new NeuralNetConfiguration.Builder().list()" + line + ";";
    }
    if (line.startsWith(".addVertex(")) {
      return "new NeuralNetConfiguration.Builder().graphBuilder()" + line + ";";
    }
    if (Stream.of(".updater(", ".weightInit(", ".constrainWeights(").anyMatch(line::startsWith)) {
      return "new NeuralNetConfiguration.Builder()" + line + ";";
    }
    return line + ";";
  }

  private static Set<String> missing(Predicate<JavaClass> rule, Set<String> named) {
    return JavaSnippets.publicClasses().stream()
        .filter(rule)
        .map(JavaClass::getName)
        .filter(name -> !named.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isTechnique(JavaClass type) {
    return isConcrete(type) && PLUGS.stream().anyMatch(type::isAssignableTo);
  }

  private static boolean isPart(JavaClass type) {
    String name = type.getPackageName().replace("io.github.dl4jx.", "");
    return isConcrete(type) && !type.isAssignableTo(Enum.class) && PACKAGES.contains(name);
  }

  private static boolean isConcrete(JavaClass type) {
    return !type.isInterface() && !type.getModifiers().contains(JavaModifier.ABSTRACT);
  }
}
