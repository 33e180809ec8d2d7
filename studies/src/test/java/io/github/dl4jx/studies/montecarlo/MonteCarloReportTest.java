package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.mnist.DrawnImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonteCarloReportTest {

  @TempDir Path folder;

  private final MonteCarloReport report =
      new MonteCarloReport(
          "Monte-Carlo dropout", "the settings", measurements(), DrawnImages.digits(1, 20));

  @BeforeAll
  static void withoutAScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  /** Two networks; weight scaling is right on 98 and 96 %, any mean of masks on 97 and 94 %. */
  private static List<Measurement> measurements() {
    List<Measurement> all = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      all.add(scaled(seed, "all test digits", "accuracy", 1 - 0.02 * seed));
      for (int samples : MonteCarloTraining.SAMPLES) {
        all.add(sampled(seed, "all test digits", samples, 1, "accuracy", 0.99 - 0.03 * seed));
        all.add(sampled(seed, "all test digits", samples, 2, "accuracy", 1.01 - 0.03 * seed));
      }
      for (String measure : List.of("NLL", "Brier", "ECE")) {
        all.add(scaled(seed, "all test digits", measure, 0.25));
        for (int samples : MonteCarloTraining.SAMPLES) {
          all.add(sampled(seed, "all test digits", samples, 1, measure, 0.125));
        }
      }
      for (int angle : MonteCarloTraining.ANGLES) {
        String images = MonteCarloTraining.turned(angle);
        all.add(scaled(seed, images, "accuracy", 0.5));
        all.add(sampled(seed, images, 50, 1, "accuracy", 0.25));
        all.add(scaled(seed, images, "entropy", 1));
        all.add(sampled(seed, images, 50, 1, "entropy", 1.5));
        all.add(sampled(seed, images, 50, 1, "mutual information", angle / 180.0));
      }
      for (Doubt doubt : Doubt.values()) {
        all.add(
            doubt.prediction().equals("weight scaling")
                ? scaled(seed, "letters", doubt.auroc(), 0.75)
                : sampled(seed, "letters", 50, 1, doubt.auroc(), 0.875));
      }
    }
    return all;
  }

  private static Measurement scaled(long seed, String images, String measure, double value) {
    return new Measurement("MNIST", seed, images, "weight scaling", 1, 0, measure, value);
  }

  private static Measurement sampled(
      long seed, String images, int samples, long masks, String measure, double value) {
    return new Measurement("MNIST", seed, images, "Monte-Carlo", samples, masks, measure, value);
  }

  /** Errors 2 and 4 % against 3 and 6 %; masks are 2 points apart, sqrt(2) as a deviation. */
  @Test
  void table_accuracies_areErrorsAndTheirDifferences() {
    assertThat(report.table().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("weight scaling 3.00 ± 1.41 0.2500 ± 0.0000 0.2500 ± 0.0000 0.2500 ± 0.0000")
        .contains(
            "mean of 50 masks 4.50 ± 2.12 1.41 +1.50 ± 0.71"
                + " 0.1250 ± 0.0000 0.1250 ± 0.0000 0.1250 ± 0.0000");
  }

  @Test
  void table_otherImages_haveARowEach() {
    assertThat(report.table().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("90 50.0 ± 0.0 25.0 ± 0.0 1.000 ± 0.000 1.500 ± 0.000 0.500 ± 0.000")
        .contains("letters 0.750 ± 0.000 0.750 ± 0.000 0.875 ± 0.000 0.875 ± 0.000 0.875 ± 0.000");
  }

  @Test
  void write_results_makesPicturesAndAPageWithThemInside() throws IOException {
    report.write(folder);
    for (String name : List.of("samples", "turned", "foreign")) {
      assertThat(folder.resolve(name + ".svg")).isNotEmptyFile();
    }
    assertThat(ImageIO.read(folder.resolve("images.png").toFile()).getWidth()).isGreaterThan(1000);
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .contains("the settings", "<td>mean of 50 masks</td><td>4.50 ± 2.12</td>")
        .endsWith("</html>\n");
    assertThat(page.split("<svg xmlns", -1)).hasSize(1 + 3);
    assertThat(page.split("<img alt=\"[^\"]+\" src=\"data:image/png;base64,", -1)).hasSize(1 + 1);
  }
}
