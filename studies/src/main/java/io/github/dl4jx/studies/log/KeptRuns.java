package io.github.dl4jx.studies.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.io.FileUtils;

/**
 * Where a study keeps its finished runs until its report is written: it may be killed at any moment
 * before.
 *
 * <p>A file or a folder, {@code results-SETTINGS.partial}, whose name is a digest of the settings,
 * so that runs of other settings are not mistaken for these. It is renamed to {@code .complete}
 * when all runs are finished, and deleted at the end of the study.
 *
 * @param path the file or the folder
 */
public record KeptRuns(Path path) {

  private static final String PREFIX = "results-";
  private static final String PARTIAL = ".partial";
  private static final String COMPLETE = ".complete";

  /** Of the settings, in the name: no two settings are taken for each other. */
  private static final int DIGEST_BYTES = 16;

  /**
   * Where the runs of some settings are, those of an interrupted study among them.
   *
   * @param folder the study's, made if it is not there
   * @param settings what the runs depend on, in words
   */
  public static KeptRuns in(Path folder, String settings) throws IOException {
    Files.createDirectories(folder);
    String name = PREFIX + digest(settings);
    KeptRuns kept = new KeptRuns(folder.resolve(name + PARTIAL));
    if (Files.exists(kept.completePath())) {
      Files.move(kept.completePath(), kept.path, StandardCopyOption.ATOMIC_MOVE);
    }
    return kept;
  }

  private static String digest(String settings) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(settings.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Path completePath() {
    String name = path.getFileName().toString();
    return path.resolveSibling(name.replace(PARTIAL, COMPLETE));
  }

  /** All runs are there, and are elsewhere, too. */
  public void complete() throws IOException {
    Files.move(path, completePath(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes what is complete: the study has ended. */
  public static void clear(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> complete =
          Files.newDirectoryStream(folder, PREFIX + "*" + COMPLETE)) {
        for (Path path : complete) {
          FileUtils.forceDelete(path.toFile());
        }
      }
    }
  }
}
