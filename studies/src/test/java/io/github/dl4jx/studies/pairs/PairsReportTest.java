package io.github.dl4jx.studies.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairsReportTest {

  @TempDir Path folder;

  /** Every side without a technique 0.8, every other 0.4. */
  private static List<Score> scores() {
    Set<String> without = new LinkedHashSet<>();
    Set<Score> scores = new LinkedHashSet<>();
    List<Pair> pairs = new ArrayList<>(Pair.HELPS);
    pairs.addAll(Pair.DOES_NOT_HELP);
    pairs.forEach(pair -> without.add(pair.without() + pair.measure()));
    for (Pair pair : pairs) {
      for (String side : List.of(pair.without(), pair.with())) {
        double value = without.contains(side + pair.measure()) ? 0.8 : 0.4;
        scores.add(new Score("MNIST", "t", 1, side, pair.measure().title(), value));
      }
    }
    return List.copyOf(new ArrayList<>(scores));
  }

  private static PairsReport report() {
    return new PairsReport("Title", "Notes.", scores());
  }

  @Test
  void table_pairs_haveBothSidesTheGainAndTheSeeds() {
    assertThat(report().table())
        .contains("Title\nNotes.\n")
        .containsPattern("EMA \\[\\d\\] +error % +0\\.80 +0\\.40 +50 % less +1 of 1\n")
        .contains("In settings that they are not made for");
    assertThat(report().markdown())
        .containsPattern("\\| EMA \\[\\d\\] \\| error % \\| 0\\.80 \\| 0\\.40 \\| 50 % less \\|");
  }

  @Test
  void write_pairs_makesThePageAndThePicture() throws IOException {
    report().write(folder);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("report.html", "pairs.svg");
    assertThat(folder.resolve("report.html")).content().contains("<svg", "EMA [", "<p>[1] ");
  }
}
