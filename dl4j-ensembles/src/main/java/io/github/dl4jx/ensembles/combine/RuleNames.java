package io.github.dl4jx.ensembles.combine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rules by their names in saved ensembles. What stands here is the file format. */
final class RuleNames {

  private static final List<CombinationRule> WITHOUT_WEIGHTS =
      List.of(
          new SoftVote(),
          new HardVote(),
          new MeanOutput(),
          new MedianOutput(),
          new MedianVote(),
          new GeometricMean());

  private static final Map<String, Function<Weights, CombinationRule>> WITH_WEIGHTS =
      Map.of(WeightedVote.NAME, WeightedVote::new, HardVote.NAME, HardVote::new);

  private static final int LONGEST_SHOWN = 40;

  private RuleNames() {}

  static CombinationRule parse(String text) {
    int weights = text.indexOf('(');
    if (weights >= 0) {
      Function<Weights, CombinationRule> rule = WITH_WEIGHTS.get(text.substring(0, weights));
      if (rule != null) {
        return rule.apply(Weights.parse(text.substring(weights)));
      }
    }
    for (CombinationRule rule : WITHOUT_WEIGHTS) {
      if (rule.name().equals(text)) {
        return rule;
      }
    }
    throw new IllegalArgumentException(
        "combination rule must be weighted-vote(..), hard-vote(..), geometric-mean, median,"
            + " median-vote, soft-vote, hard-vote or mean, got "
            + shortened(text));
  }

  /** A text that may be of any length, for a message. */
  static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "..";
  }
}
