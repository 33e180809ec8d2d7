package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The first page is short, and right about the build; that its Java compiles, DocsTest checks. */
class ReadmeTest {

  private static final Path README = Pages.ROOT.resolve("README.md");

  private static final Pattern VERSION =
      Pattern.compile("<artifactId>dl4j-bom</artifactId>\\s*<version>([^<]+)</version>");

  private static final Pattern MANAGED = Pattern.compile("<version>([^<]+)</version>");

  private static final Pattern REVISION = Pattern.compile("<revision>([^<]+)</revision>");

  @Test
  void lines_ofTheFirstPage_areFew() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(150);
  }

  @Test
  void firstSnippet_isAWholeProgram_withoutWildcards() throws IOException {
    Pages.Snippet first = Pages.snippets(README).get(0);
    assertThat(first.isClass()).isTrue();
    assertThat(first.java()).contains("public static void main(").doesNotContain(".*;");
  }

  @Test
  void dependencies_areOfThisVersion() throws IOException {
    String pom = Files.readString(Pages.ROOT.resolve("pom.xml"));
    List<String> revision = all(REVISION, pom);
    assertThat(revision).hasSize(1);
    assertThat(all(VERSION, Files.readString(README))).isEqualTo(revision);
  }

  /** Another property would reach users as it stands there: the flattened POM keeps it. */
  @Test
  void bom_versionsOfModules_areItsOwn() throws IOException {
    String bom = Files.readString(Pages.ROOT.resolve("dl4j-bom/pom.xml"));
    List<String> managed = all(MANAGED, bom.substring(bom.indexOf("<dependencyManagement>")));
    assertThat(managed).hasSizeGreaterThan(5).containsOnly("${project.version}");
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }
}
