package io.github.dl4jx.studies.montecarlo;

import static io.github.dl4jx.studies.montecarlo.Measurement.MONTE_CARLO;
import static io.github.dl4jx.studies.montecarlo.Measurement.WEIGHT_SCALING;

import io.github.dl4jx.studies.report.Summary;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The Monte-Carlo dropout study's numbers, by what they are numbers of.
 *
 * @param all of all networks
 */
record Measurements(List<Measurement> all) {

  /**
   * What networks and masks are compared in.
   *
   * @param images what is predicted
   * @param prediction how
   * @param samples number of masks
   * @param measure what is measured
   */
  record Quantity(String images, String prediction, int samples, String measure) {

    /** A measure of the usual prediction. */
    static Quantity scaled(String images, String measure) {
      return new Quantity(images, WEIGHT_SCALING, 1, measure);
    }

    /** A measure of the mean over some masks. */
    static Quantity sampled(String images, int samples, String measure) {
      return new Quantity(images, MONTE_CARLO, samples, measure);
    }

    /** A measure of the prediction that a doubt is about. */
    static Quantity of(Doubt doubt, String images, String measure) {
      return doubt.prediction().equals(WEIGHT_SCALING)
          ? scaled(images, measure)
          : sampled(images, MonteCarloTraining.UNCERTAINTY_SAMPLES, measure);
    }

    boolean isOf(Measurement m) {
      return m.images().equals(images)
          && m.prediction().equals(prediction)
          && m.samples() == samples
          && m.measure().equals(measure);
    }
  }

  /** The values over the masks, network by network. */
  private double[][] values(Quantity quantity) {
    return all.stream()
        .filter(quantity::isOf)
        .collect(Collectors.groupingBy(Measurement::seed, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(masks -> masks.stream().mapToDouble(Measurement::value).toArray())
        .toArray(double[][]::new);
  }

  /** What digits are told from. */
  List<String> foreignKinds() {
    return all.stream()
        .filter(m -> m.measure().equals(Doubt.ENTROPY.auroc()))
        .map(Measurement::images)
        .distinct()
        .toList();
  }

  /** The networks' means. */
  private double[] means(Quantity quantity) {
    return Arrays.stream(values(quantity)).mapToDouble(masks -> Summary.of(masks).mean()).toArray();
  }

  /** Over the networks, each with its mean over the masks. */
  Summary overNetworks(Quantity quantity) {
    return Summary.of(means(quantity));
  }

  /** Over the networks: the difference to another quantity of the same network. */
  Summary difference(Quantity quantity, Quantity from) {
    double[] difference = means(quantity);
    double[] base = means(from);
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= base[i];
    }
    return Summary.of(difference);
  }

  /**
   * The standard deviation over the masks of one network: the root of the networks' mean square.
   */
  double overMasks(Quantity quantity) {
    double[] squares =
        Arrays.stream(values(quantity))
            .mapToDouble(masks -> Summary.of(masks).deviation())
            .map(deviation -> deviation * deviation)
            .toArray();
    return Math.sqrt(Summary.of(squares).mean());
  }
}
