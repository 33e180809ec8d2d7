package io.github.dl4jx.tuning.store;

import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.RegularFiles;
import io.github.dl4jx.training.resume.FolderLock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.common.base.Preconditions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one trial: its configuration, its outcomes, and the checkpoints from which it goes
 * on. Who changes anything in it has its {@link #lock}.
 */
public final class TrialFolder {

  private static final Logger log = LoggerFactory.getLogger(TrialFolder.class);

  private static final String CONFIGURATION = "configuration.json";
  private static final String SCORES = "scores.jsonl";
  private static final String ATTEMPTS = "attempts.txt";

  private final Path folder;
  private final int trial;

  /**
   * The folder of a trial, which need not exist.
   *
   * @param search the folder of the search
   * @param trial the trial's number
   * @throws IllegalArgumentException if the folder is null or the number negative
   */
  public TrialFolder(File search, int trial) {
    Path parent = Arguments.path("search", search);
    Preconditions.checkArgument(trial >= 0, "trial must be >= 0, got %s", trial);
    this.folder = parent.resolve(String.format("trial-%05d", trial));
    this.trial = trial;
  }

  /**
   * Takes the folder, which is made if need be.
   *
   * @return the lock, to be closed; nothing if another process or thread has it
   * @throws UncheckedIOException if the folder cannot be used
   */
  public Optional<FolderLock> lock() {
    try {
      Files.createDirectories(folder);
      return Optional.of(FolderLock.acquire(folder));
    } catch (IllegalStateException e) {
      log.debug("{}", e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private UncheckedIOException unusable(IOException e) {
    return new UncheckedIOException("cannot use the folder of a trial " + folder + ": " + e, e);
  }

  /**
   * Keeps the trial's configuration, or compares it with the one that is kept.
   *
   * @param json the configuration
   * @throws IllegalArgumentException if it is null or another one
   * @throws UncheckedIOException if the folder cannot be used
   */
  public void checkConfiguration(String json) {
    Arguments.notNull("json", json);
    Path file = folder.resolve(CONFIGURATION);
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        RegularFiles.check(file);
        Preconditions.checkArgument(
            json.equals(Files.readString(file)),
            "the configuration of trial %s must be the one in %s, got another for the same values",
            trial,
            file);
      } else {
        AtomicFiles.deleteLeftovers(folder, CONFIGURATION);
        AtomicFiles.write(file, out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * What training up to an epoch has given.
   *
   * @param epochs up to which epoch, at least 1
   * @return the outcome; nothing if it was not trained as far, or its record is damaged
   * @throws UncheckedIOException if the folder cannot be read
   */
  public Optional<Outcome> outcome(int epochs) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    for (Event event : events()) {
      if (event.epochs == epochs) {
        return Optional.of(event.outcome);
      }
    }
    return Optional.empty();
  }

  private List<Event> events() {
    Path file = folder.resolve(SCORES);
    List<Event> events = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        RegularFiles.check(file);
        for (String line : Files.readAllLines(file)) {
          events.add(Event.parse(line));
        }
      }
    } catch (IOException e) {
      log.warn("Scoring trial {} again from epoch {}: {}", trial, events.size(), e.toString());
    }
    return events;
  }

  /**
   * Keeps an outcome.
   *
   * @param epochs up to which epoch the trial was trained, at least 1
   * @param outcome what that has given
   * @throws IllegalArgumentException if the outcome is null or there are no epochs
   * @throws UncheckedIOException if the folder cannot be used
   */
  public void keep(int epochs, Outcome outcome) {
    Preconditions.checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
    Event added = Event.outcome(trial, 0, epochs, outcome);
    StringBuilder lines = new StringBuilder();
    events().forEach(event -> lines.append(event).append('\n'));
    lines.append(added).append('\n');
    try {
      Files.createDirectories(folder);
      AtomicFiles.deleteLeftovers(folder, SCORES);
      AtomicFiles.write(
          folder.resolve(SCORES),
          out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
      forgetAttempts();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * How often training has begun at a place since it was last ended in order: so many processes
   * have died with it.
   *
   * @param place where it begins
   * @return the number of attempts
   * @throws IllegalArgumentException if the place is null
   * @throws UncheckedIOException if the folder cannot be read
   */
  public int attempts(String place) {
    String line = Arguments.notNull("place", place) + "\n";
    Path file = folder.resolve(ATTEMPTS);
    try {
      if (!Files.exists(file)) {
        return 0;
      }
      RegularFiles.check(file);
      String text = Files.readString(file);
      return text.startsWith(line) ? text.length() / line.length() : 0;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Counts that training begins: processes that die with a trial must not do so for ever.
   *
   * @param place where it begins
   * @throws IllegalArgumentException if the place is null
   * @throws UncheckedIOException if the folder cannot be used
   */
  public void countAttempt(String place) {
    String lines = (place + "\n").repeat(attempts(place) + 1);
    try {
      Files.createDirectories(folder);
      AtomicFiles.deleteLeftovers(folder, ATTEMPTS);
      AtomicFiles.write(
          folder.resolve(ATTEMPTS), out -> out.write(lines.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Training has ended in order. */
  public void forgetAttempts() {
    try {
      Files.deleteIfExists(folder.resolve(ATTEMPTS));
    } catch (IOException e) {
      log.debug("Cannot delete in {}: {}", folder, e.toString());
    }
  }

  /**
   * Where the checkpoints are.
   *
   * @return a folder, which need not exist
   */
  public File checkpoints() {
    return folder.resolve("checkpoints").toFile();
  }

  /** Deletes the checkpoints: the trial will not go on. What cannot be deleted is logged. */
  public void deleteCheckpoints() {
    Path checkpoints = checkpoints().toPath();
    if (!Files.isDirectory(checkpoints)) {
      return;
    }
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoints)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(checkpoints);
    } catch (IOException e) {
      log.warn("Cannot delete the checkpoints of trial {}: {}", trial, e.toString());
    }
  }

  /**
   * Renames the folder of checkpoints: what cannot be read now may be whole all the same.
   *
   * @throws UncheckedIOException if it cannot be renamed
   */
  public void setCheckpointsAside() {
    try {
      Path aside = folder.resolve("checkpoints.unreadable");
      for (int i = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); i++) {
        aside = folder.resolve("checkpoints.unreadable." + i);
      }
      Files.move(checkpoints().toPath(), aside);
      log.warn("The checkpoints of trial {} are kept in {}", trial, aside);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
