package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java compiles: its first snippet is a class, the others are parts of a method. */
class ReadmeTest {

  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path classes;

  private static String source() throws IOException {
    Matcher matcher = SNIPPET.matcher(Files.readString(Path.of("..", "README.md")));
    List<String> snippets = new ArrayList<>();
    while (matcher.find()) {
      snippets.add(matcher.group(1));
    }
    assertThat(snippets).hasSizeGreaterThan(5);
    String program = snippets.remove(0);
    StringBuilder methods = new StringBuilder();
    for (int i = 0; i < snippets.size(); i++) {
      methods
          .append("static void snippet")
          .append(i)
          .append("(MultiLayerConfiguration conf, MultiLayerNetwork net, DataSetIterator train,")
          .append(" DataSetIterator test, File dir, File file) throws Exception {\n")
          .append(snippets.get(i))
          .append("}\n");
    }
    int end = program.lastIndexOf('}');
    return program.substring(0, end) + methods + program.substring(end);
  }

  @Test
  void snippets_pastedIntoAClass_compile() throws IOException {
    String source = source();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    assertThat(compiled).as("%s\n%s", messages, source).isTrue();
  }
}
