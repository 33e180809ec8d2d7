package io.github.dl4jx.studies.crash;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.TextFiles;
import io.github.dl4jx.studies.mnist.MnistData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.io.FileUtils;

/**
 * A training run that is killed with SIGKILL, again and again, and restarted: does it end with the
 * bits of the uninterrupted run?
 *
 * <p>{@code -Dstudy.quick} kills 6 times instead of 25.
 */
public final class CrashStudy implements Study {

  private static final long SEED = 1;

  @Override
  public boolean hasRuns() {
    return false;
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int kills = quick ? 6 : 25;
    Plan plan = new Plan(quick ? 6 : 20, 2);
    MnistData data = context.data();
    Path work = context.folder().resolve("work");
    FileUtils.deleteDirectory(work.toFile());
    Files.createDirectories(work);
    TrialResult result;
    try (Progress progress = Progress.of("Killing", kills + 2L, " lives", 1)) {
      CrashTrial trial = new CrashTrial(work, data.directory(), plan, Moment.mixed(kills), SEED);
      result = trial.run(progress);
    }
    Path file = context.folder().resolve("results.csv");
    TextFiles.write(file, csv(result));
    System.out.println(table(result));
    System.out.println(summary(result, data.label()));
    System.out.println(file);
    if (result.identical()) {
      FileUtils.deleteDirectory(work.toFile()); // or it is evidence
    }
  }

  private static String csv(TrialResult result) throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    format.printRecord(
        text,
        "life",
        "moment",
        "milliseconds",
        "iteration",
        "newest_whole",
        "temp_file_left",
        "temp_file_bytes");
    for (Kill kill : result.kills()) {
      format.printRecord(
          text,
          kill.life(),
          kill.moment(),
          kill.millis(),
          kill.iteration(),
          yesNo(kill.newestWhole()),
          yesNo(kill.inWrite()),
          Math.max(0, kill.leftBytes()));
    }
    return text.toString();
  }

  private static String table(TrialResult result) {
    StringBuilder text =
        new StringBuilder("\nlife  killed in   after ms  iteration saved  temporary file left\n");
    for (Kill kill : result.kills()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%4d  %-10s  %8d  %15d  %s%n",
              kill.life(),
              kill.moment().name().toLowerCase(Locale.ROOT),
              kill.millis(),
              kill.iteration(),
              kill.inWrite() ? String.format(Locale.ROOT, "%,d bytes", kill.leftBytes()) : "no"));
    }
    return text.toString();
  }

  private static String summary(TrialResult result, String label) {
    List<String> differences = result.differences();
    return String.format(
        Locale.ROOT,
        "%s%d kills, %d of them while a checkpoint was written; damaged checkpoints: %d; temporary"
            + " files at the end: %s; data: %s; SHA-256 of the uninterrupted run: %s%n"
            + "identical: %s",
        result.failure().isEmpty() ? "" : result.failure() + System.lineSeparator(),
        result.kills().size(),
        result.inWrites(),
        result.kills().stream().filter(kill -> !kill.newestWhole()).count(),
        yesNo(result.leftovers()),
        label,
        result.sha256().substring(0, 16),
        result.identical() ? "yes" : "no " + differences);
  }

  private static String yesNo(boolean value) {
    return value ? "yes" : "no";
  }
}
