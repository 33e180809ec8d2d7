package io.github.dl4jx.ensembles.combine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rules by their names in saved ensembles: part of the file format. */
final class RuleNames {

  private static final List<CombinationRule> WITHOUT_NUMBERS =
      List.of(
          new SoftVote(),
          new HardVote(),
          new MeanOutput(),
          new MedianOutput(),
          new MedianVote(),
          new GeometricMean());

  private static final Map<String, Function<String, CombinationRule>> WITH_NUMBERS =
      Map.of(
          WeightedVote.NAME, text -> new WeightedVote(Weights.parse(text)),
          HardVote.NAME, text -> new HardVote(Weights.parse(text)),
          AdditiveScores.NAME, text -> AdditiveScores.parse(false, text),
          AdditiveScores.SOFTMAX_NAME, text -> AdditiveScores.parse(true, text));

  private static final int LONGEST_SHOWN = 40;

  private RuleNames() {}

  static CombinationRule parse(String text) {
    int numbers = text.indexOf('(');
    if (numbers >= 0) {
      Function<String, CombinationRule> rule = WITH_NUMBERS.get(text.substring(0, numbers));
      if (rule != null) {
        return rule.apply(text.substring(numbers));
      }
    }
    for (CombinationRule rule : WITHOUT_NUMBERS) {
      if (rule.name().equals(text)) {
        return rule;
      }
    }
    throw new IllegalArgumentException(
        "combination rule must be weighted-vote(..), hard-vote(..), additive(..),"
            + " additive-softmax(..), geometric-mean, median, median-vote, soft-vote, hard-vote or mean, got "
            + shortened(text));
  }

  /** {@return a text of any length, shortened for a message} */
  static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "..";
  }
}
