package io.github.dl4jx.studies.montecarlo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.studies.montecarlo.Measurements.Quantity;
import io.github.dl4jx.studies.report.Summary;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementsTest {

  private static final Quantity SAMPLED = Quantity.sampled("digits", 5, "NLL");
  private static final Quantity SCALED = Quantity.scaled("digits", "NLL");

  /** Two networks, two seeds of masks; and numbers that belong to something else. */
  private final Measurements measurements =
      new Measurements(
          List.of(
              sampled(1, 5, 1, "NLL", 1.0),
              sampled(1, 5, 2, "NLL", 3.0),
              sampled(2, 5, 1, "NLL", 4.0),
              sampled(2, 5, 2, "NLL", 8.0),
              sampled(2, 10, 1, "NLL", 100),
              sampled(2, 5, 1, "ECE", 100),
              scaled(1, 1.5),
              scaled(2, 2.5)));

  private static Measurement sampled(
      long seed, int samples, long masks, String measure, double value) {
    return new Measurement("MNIST", seed, "digits", "Monte-Carlo", samples, masks, measure, value);
  }

  private static Measurement scaled(long seed, double value) {
    return new Measurement("MNIST", seed, "digits", "weight scaling", 1, 0, "NLL", value);
  }

  /** The networks' means are 2 and 6: deviation sqrt(4 + 4). */
  @Test
  void overNetworks_severalMasks_takesTheMeanOfEachNetwork() {
    assertThat(measurements.overNetworks(SAMPLED)).isEqualTo(new Summary(4, Math.sqrt(8), 2));
  }

  /** 2 - 1.5 and 6 - 2.5: mean 2, deviation sqrt(2 * 1.5^2). */
  @Test
  void difference_ofTwoPredictions_isTakenNetworkByNetwork() {
    Summary difference = measurements.difference(SAMPLED, SCALED);
    assertThat(difference.mean()).isCloseTo(2, within(1e-12));
    assertThat(difference.deviation()).isCloseTo(Math.sqrt(4.5), within(1e-12));
  }

  /** Variances 2 and 8 within the networks. */
  @Test
  void overMasks_twoNetworks_isTheRootOfTheMeanVariance() {
    assertThat(measurements.overMasks(SAMPLED)).isCloseTo(Math.sqrt(5), within(1e-12));
  }

  @Test
  void quantity_ofADoubt_isThatOfItsPrediction() {
    assertThat(Quantity.of(Doubt.SCALED_ENTROPY, "letters", "entropy"))
        .isEqualTo(new Quantity("letters", "weight scaling", 1, "entropy"));
    assertThat(Quantity.of(Doubt.MUTUAL_INFORMATION, "letters", "AUROC of mutual information"))
        .isEqualTo(new Quantity("letters", "Monte-Carlo", 50, "AUROC of mutual information"));
  }
}
