package io.github.dl4jx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages that people read, and what is in them. */
final class Pages {

  static final Path ROOT = Path.of("..");

  /** With what the page declares for it: {@code <!-- given: Bagging bagging; -->} before it. */
  private static final Pattern SNIPPET =
      Pattern.compile("(?:<!-- given: ((?:(?!-->).)*) -->\\s*)?```java\n(.*?)```", Pattern.DOTALL);

  private static final Pattern FENCED =
      Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.+?) *$", Pattern.MULTILINE);

  private static final Pattern LINKED = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  private Pages() {}

  /** A piece of Java in a page. */
  record Snippet(Path page, int line, String given, String java) {

    /** Whether it is a file of its own, not a part of a method. */
    boolean isClass() {
      return java.contains("\npublic class ");
    }

    @Override
    public String toString() {
      return ROOT.relativize(page) + ":" + line;
    }
  }

  /** Of this folder, of docs and its folders, and of the examples. */
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>(below(ROOT, 1));
    pages.addAll(below(ROOT.resolve("docs"), Integer.MAX_VALUE));
    if (Files.isDirectory(ROOT.resolve("examples"))) {
      pages.addAll(below(ROOT.resolve("examples"), 1));
    }
    return pages;
  }

  private static List<Path> below(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  static List<Snippet> snippets(Path page) throws IOException {
    String text = Files.readString(page);
    List<Snippet> snippets = new ArrayList<>();
    Matcher matcher = SNIPPET.matcher(text);
    while (matcher.find()) {
      int line = (int) text.substring(0, matcher.start(2)).lines().count() + 1;
      String given = matcher.group(1) == null ? "" : matcher.group(1);
      snippets.add(new Snippet(page, line, given, matcher.group(2)));
    }
    return snippets;
  }

  /** The text without what stands in code fences. */
  static String prose(Path page) throws IOException {
    return FENCED.matcher(Files.readString(page)).replaceAll("");
  }

  /** What may stand after the # of a link to the page, as GitHub makes it from the headings. */
  static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> times = new HashMap<>();
    Matcher heading = HEADING.matcher(prose(page));
    while (heading.find()) {
      String anchor =
          LINKED
              .matcher(heading.group(1))
              .replaceAll("$1")
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int before = times.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }
}
