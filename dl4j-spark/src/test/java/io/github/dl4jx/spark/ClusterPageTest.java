package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of docs/cluster.md compiles, as far as it is about this module. */
class ClusterPageTest {

  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final String HEAD =
      """
      import io.github.dl4jx.ensembles.Ensemble;
      import io.github.dl4jx.spark.*;
      import io.github.dl4jx.ensembles.train.*;
      import io.github.dl4jx.training.TrainingData;
      import io.github.dl4jx.tuning.run.*;
      import io.github.dl4jx.tuning.schedule.*;
      import io.github.dl4jx.tuning.space.SearchSpace;
      import java.io.*;
      import java.nio.file.Path;
      import org.apache.spark.SparkConf;
      import org.apache.spark.api.java.JavaRDD;
      import org.apache.spark.api.java.JavaSparkContext;
      import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
      import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
      import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
      import org.nd4j.linalg.dataset.DataSet;
      import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
      abstract class Page {
      JavaSparkContext sc;
      MultiLayerNetwork net;
      JavaRDD<DataSet> examples;
      SparkDataParallel parallel;
      SearchSpace space; // snippets may have variables of these names
      interface MyIterator { static DataSetIterator open(String uri) { return null; } }
      """;

  @TempDir Path classes;

  @Test
  void snippets_pastedIntoAClass_compile() throws IOException {
    Matcher matcher = SNIPPET.matcher(Files.readString(Path.of("..", "docs", "cluster.md")));
    StringBuilder source = new StringBuilder(HEAD);
    int found = 0;
    while (matcher.find()) {
      if (matcher.group(1).contains("Spark")
          || matcher.group(1).contains("IteratorFactory")
          || matcher.group(1).contains("JavaRDD")) {
        source
            .append("void snippet")
            .append(found++)
            .append("(MultiLayerConfiguration conf, DataSetIterator train, Bagging bagging,")
            .append(" DataSetIterator validation, org.slf4j.Logger log) throws Exception {\n")
            .append(matcher.group(1))
            .append("}\n");
      }
    }
    source.append("}\n");
    assertThat(found).isEqualTo(5);
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Page.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    assertThat(compiled).as("%s\n%s", messages, source).isTrue();
  }
}
