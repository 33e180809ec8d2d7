package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.studies.report.Summary;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a pair has come to: the values of both sides, one a seed, in the same order. */
final class PairResult {

  private final Pair pair;
  private final double[] without;
  private final double[] with;

  PairResult(Pair pair, double[] without, double[] with) {
    this.pair = pair;
    this.without = without.clone();
    this.with = with.clone();
  }

  /**
   * Picks a pair's values.
   *
   * @param scores of all trials, in the order of the seeds
   */
  static PairResult of(Pair pair, List<Score> scores) {
    double[] without = values(pair.without(), pair.measure(), scores);
    double[] with = values(pair.with(), pair.measure(), scores);
    if (without.length == 0 || without.length != with.length) {
      throw new IllegalStateException(
          String.format(
              "%s must have a value a seed on both sides, got %d and %d",
              pair.technique(), without.length, with.length));
    }
    return new PairResult(pair, without, with);
  }

  private static double[] values(String side, Measure measure, List<Score> scores) {
    return scores.stream()
        .filter(score -> score.side().equals(side) && score.measure().equals(measure.title()))
        .mapToDouble(Score::value)
        .toArray();
  }

  /** What is left of the measure's mean, in percent: 100 is no gain. */
  double left() {
    return 100 * Summary.of(with).mean() / Summary.of(without).mean();
  }

  /** How much less the mean is, or more. */
  String gain() {
    double less = 100 - left();
    return String.format(Locale.ROOT, "%.0f %% %s", Math.abs(less), less >= 0 ? "less" : "MORE");
  }

  /** Number of seeds. */
  int seeds() {
    return with.length;
  }

  /** In how many of the seeds the technique is better. */
  int better() {
    return (int) IntStream.range(0, with.length).filter(i -> with[i] < without[i]).count();
  }

  Pair pair() {
    return pair;
  }

  /** Mean without the technique, with its deviation if there are several seeds. */
  String withoutText() {
    return Summary.of(without).text(pair.measure().format());
  }

  /** The same with the technique. */
  String withText() {
    return Summary.of(with).text(pair.measure().format());
  }
}
