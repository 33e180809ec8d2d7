package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages refer to is there, and their Java compiles. */
class DocsTest {

  private static final Path ROOT = Pages.ROOT;

  @TempDir Path classes;

  /** To a file, a heading of it, or one of the page itself, but not to the web. */
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:|mailto:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

  /** Its Java needs Spark: ClusterPageTest of dl4j-spark compiles it. */
  private static final Path ELSEWHERE = Path.of("docs", "cluster.md");

  private static final Pattern LOGGED =
      Pattern.compile(
          "\\b(?:log|LOG)\\.(?:info|warn|error)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"[\\s+]*)+)");

  private static final int TELLING = 16;

  private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w+)\\.([a-z]\\w+)");

  @Test
  void links_toFilesAndHeadings_areAlive() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path page : Pages.all()) {
      Matcher link = LINK.matcher(Pages.prose(page));
      while (link.find()) {
        links++;
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        String heading = link.group(2);
        if (!Files.exists(target)
            || (heading != null && !Pages.anchors(target).contains(heading))) {
          dead.add(page + " -> " + link.group());
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(links).isGreaterThan(100);
  }

  @Test
  void snippets_ofAllPages_compile() throws IOException {
    JavaSnippets snippets = new JavaSnippets();
    for (Path page : Pages.all()) {
      if (!page.endsWith(ELSEWHERE)) {
        Pages.snippets(page).forEach(snippets::add);
      }
    }
    assertThat(snippets.errors(classes)).isEmpty();
    assertThat(snippets.size()).isGreaterThan(30);
  }

  @Test
  void troubleshooting_linesOfTheLog_areExplained() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/guides/troubleshooting.md"));
    List<String> missing = new ArrayList<>();
    int lines = 0;
    for (Path source : mainSources()) {
      Matcher logged = LOGGED.matcher(Files.readString(source));
      while (ROOT.relativize(source).toString().startsWith("dl4j-") && logged.find()) {
        lines++;
        String line = logged.group(1).replaceAll("\"[\\s+]*\"|^\"|\"[\\s+]*$", "");
        boolean explained =
            Stream.of(line.split("\\{}", -1))
                .filter(part -> part.length() >= TELLING / 2)
                .anyMatch(
                    part -> page.contains(part.substring(0, Math.min(part.length(), TELLING))));
        if (!explained) {
          missing.add(source.getFileName() + ": " + line);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(lines).isGreaterThan(25);
  }

  private static List<Path> mainSources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().contains("src/main/java"))
          .filter(file -> file.toString().endsWith(".java"))
          .collect(Collectors.toList());
    }
  }

  @Test
  void architecture_methodsOfOurClasses_areThere() throws IOException {
    Map<String, List<Path>> sources =
        mainSources().stream()
            .collect(
                Collectors.groupingBy(file -> file.getFileName().toString().replace(".java", "")));
    List<String> missing = new ArrayList<>();
    int methods = 0;
    Matcher named = METHOD.matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
    while (named.find()) {
      List<Path> ours = sources.getOrDefault(named.group(1), List.of());
      methods += ours.size();
      boolean there = ours.isEmpty();
      for (Path source : ours) {
        there |= Files.readString(source).contains(" " + named.group(2) + "(");
      }
      if (!there) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(methods).isGreaterThan(10);
  }
}
