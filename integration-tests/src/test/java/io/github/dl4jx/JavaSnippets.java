package io.github.dl4jx;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles the Java of pages: classes as they are, parts of a method inside one. */
final class JavaSnippets {

  /** What parts of a method may use without a declaration. */
  private static final String FIELDS =
      """
      static MultiLayerConfiguration conf;
      static MultiLayerNetwork net;
      static DataSetIterator train;
      static DataSetIterator test;
      static DataSetIterator validation;
      static INDArray features;
      static File dir;
      static File file;
      static org.slf4j.Logger log;
      """;

  private static final List<String> PACKAGES =
      List.of(
          "java.io",
          "java.nio.file",
          "java.util",
          "org.deeplearning4j.datasets.iterator.impl",
          "org.deeplearning4j.earlystopping",
          "org.deeplearning4j.earlystopping.saver",
          "org.deeplearning4j.earlystopping.scorecalc",
          "org.deeplearning4j.nn.api",
          "org.deeplearning4j.nn.conf",
          "org.deeplearning4j.nn.conf.graph",
          "org.deeplearning4j.nn.conf.layers",
          "org.deeplearning4j.nn.graph",
          "org.deeplearning4j.nn.multilayer",
          "org.deeplearning4j.nn.weights",
          "org.deeplearning4j.optimize.listeners",
          "org.deeplearning4j.parallelism",
          "org.deeplearning4j.util",
          "org.nd4j.evaluation.classification",
          "org.nd4j.linalg.activations",
          "org.nd4j.linalg.api.ndarray",
          "org.nd4j.linalg.dataset",
          "org.nd4j.linalg.dataset.api.iterator",
          "org.nd4j.linalg.factory",
          "org.nd4j.linalg.learning.config",
          "org.nd4j.linalg.lossfunctions",
          "org.nd4j.linalg.schedule");

  private static final Pattern WORD = Pattern.compile("\\b[A-Z]\\w*");

  private final Map<String, String> ours = new TreeMap<>();
  private final Map<String, String> units = new LinkedHashMap<>();

  JavaSnippets() {
    for (JavaClass type : publicClasses()) {
      // of two classes with one name, the snippet must say which
      ours.merge(type.getSimpleName(), type.getName(), (one, other) -> "");
    }
  }

  /** The public top-level classes of the published modules, but for internal packages. */
  static List<JavaClass> publicClasses() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                "io.github.dl4jx.random",
                "io.github.dl4jx.regularizers",
                "io.github.dl4jx.updaters",
                "io.github.dl4jx.training",
                "io.github.dl4jx.ensembles",
                "io.github.dl4jx.tuning",
                "io.github.dl4jx.spark")
            .stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getEnclosingClass().isPresent())
            .filter(type -> !type.getPackageName().contains(".internal"))
            .sorted((a, b) -> a.getName().compareTo(b.getName()))
            .collect(Collectors.toList());
  }

  /** Adds a snippet, which has a package to itself. */
  void add(Pages.Snippet snippet) {
    add(snippet.toString(), snippet.given(), snippet.java(), snippet.isClass());
  }

  /** Adds statements under a name for messages. */
  void add(String name, String given, String java, boolean isClass) {
    String pack = "package snippet" + units.size() + ";\n";
    if (isClass) {
      units.put(name, pack + java);
      return;
    }
    String imports =
        java.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String statements =
        java.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    StringBuilder source = new StringBuilder(pack).append(imports).append('\n');
    WORD.matcher(String.join("\n", given, statements, FIELDS))
        .results()
        .map(word -> ours.getOrDefault(word.group(), ""))
        .distinct()
        .filter(type -> !type.isEmpty() && !imports.contains("." + simple(type) + ";"))
        .forEach(type -> source.append("import ").append(type).append(";\n"));
    PACKAGES.forEach(p -> source.append("import ").append(p).append(".*;\n"));
    source.append("class Part {\n").append(FIELDS);
    for (String member : given.split(";", -1)) {
      if (!member.isBlank()) {
        source.append("static ").append(member.strip()).append(";\n");
      }
    }
    source.append("static void part() throws Exception {\n").append(statements).append("\n}\n}\n");
    units.put(name, source.toString());
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** {@return how many were added} */
  int size() {
    return units.size();
  }

  /** {@return what the compiler has against them} */
  List<String> errors(Path classes) {
    List<JavaFileObject> files = new ArrayList<>();
    Map<JavaFileObject, String> names = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, String> unit : units.entrySet()) {
      JavaFileObject file =
          new Source("snippet" + i++ + "/" + fileName(unit.getValue()), unit.getValue());
      files.add(file);
      names.put(file, unit.getKey());
    }
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, diagnostics, options, null, files)
        .call();
    return diagnostics.getDiagnostics().stream()
        .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
        .map(message -> names.getOrDefault(message.getSource(), "") + ": " + describe(message))
        .collect(Collectors.toList());
  }

  private static String describe(Diagnostic<? extends JavaFileObject> message) {
    String text = message.getMessage(null);
    if (message.getSource() instanceof Source source && message.getLineNumber() > 0) {
      List<String> lines = source.text.lines().toList();
      text += " in: " + lines.get((int) message.getLineNumber() - 1).strip();
    }
    return text;
  }

  private static String fileName(String source) {
    var name = Pattern.compile("\npublic class (\\w+)").matcher(source);
    return (name.find() ? name.group(1) : "Part") + ".java";
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String path, String text) {
      super(URI.create("string:///" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
