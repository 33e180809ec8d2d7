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

/** What the pages refer to is there. */
class DocsTest {

  private static final Path ROOT = Path.of("..");

  /** Of a file, and not of the web or of a place in the page itself. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)");

  private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w+)\\.([a-z]\\w+)");

  @Test
  void links_toFiles_areAlive() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        links++;
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          dead.add(page + " -> " + link.group(1));
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(links).isGreaterThan(20);
  }

  @Test
  void architecture_methodsOfOurClasses_areThere() throws IOException {
    Map<String, List<Path>> sources;
    try (Stream<Path> files = Files.walk(ROOT)) {
      sources =
          files
              .filter(file -> file.toString().contains("src/main/java"))
              .filter(file -> file.toString().endsWith(".java"))
              .collect(
                  Collectors.groupingBy(
                      file -> file.getFileName().toString().replace(".java", "")));
    }
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

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
              docs.filter(page -> page.toString().endsWith(".md")))
          .collect(Collectors.toList());
    }
  }
}
