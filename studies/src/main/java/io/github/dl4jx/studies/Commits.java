package io.github.dl4jx.studies;

import io.github.dl4jx.studies.log.TextFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which commits a study's runs were made with: the first line of its {@code results.csv}, {@code #
 * commit 0123456789ab}.
 *
 * <p>Several if the study was interrupted and went on with other code, and {@code -dirty} if files
 * had changed since the commit. Without git, or outside of its folders, there is no such line.
 */
final class Commits {

  private static final String HEAD = "# commit ";
  private static final String RESULTS = "results.csv";

  /** Those of the study that is running. */
  private static final String NOTES = "commits.txt";

  private Commits() {}

  /** The commit of the working directory. */
  static Optional<String> current() throws IOException {
    ProcessBuilder git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*");
    git.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = git.start();
      String name =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 && !name.isEmpty() ? Optional.of(name) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git was asked for the commit", e);
    } catch (IOException e) {
      return Optional.empty(); // there is no git
    }
  }

  /** A study begins, or goes on, in its folder. */
  static void begin(Path folder, Optional<String> commit) throws IOException {
    Path notes = folder.resolve(NOTES);
    Set<String> commits = new LinkedHashSet<>();
    if (Files.exists(notes)) {
      commits.addAll(Files.readAllLines(notes));
    }
    commit.ifPresent(commits::add);
    if (!commits.isEmpty()) {
      TextFiles.write(notes, String.join("\n", commits) + "\n");
    }
  }

  /** A study has ended: its results name the commits. */
  static void end(Path folder) throws IOException {
    Path notes = folder.resolve(NOTES);
    if (!Files.exists(notes)) {
      return;
    }
    Path results = folder.resolve(RESULTS);
    if (Files.exists(results)) {
      String text = Files.readString(results);
      String bare = text.startsWith(HEAD) ? text.substring(text.indexOf('\n') + 1) : text;
      TextFiles.write(results, HEAD + String.join(", ", Files.readAllLines(notes)) + "\n" + bare);
    }
    Files.delete(notes);
  }
}
