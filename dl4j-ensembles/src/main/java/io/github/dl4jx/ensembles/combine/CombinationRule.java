package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns the outputs of an ensemble's members into one output. Implementations are immutable value
 * objects.
 */
public interface CombinationRule {

  /**
   * Combines the outputs.
   *
   * @param outputs one array for each member, all of one shape and type: [examples, outputs],
   *     [examples, outputs, steps] or [examples, channels, height, width]; not changed
   * @return a new array of that shape and type
   * @throws IllegalArgumentException if there are no outputs or their shapes differ
   */
  INDArray combine(List<INDArray> outputs);

  /**
   * The rule's name in saved ensembles.
   *
   * @return a lower-case name, such as {@code soft-vote}
   */
  String name();

  /**
   * The rule of a name.
   *
   * @param name what {@link #name} of a rule of this package returned
   * @return the rule
   * @throws IllegalArgumentException if no rule has that name
   */
  static CombinationRule named(String name) {
    List<CombinationRule> rules = List.of(new SoftVote(), new HardVote(), new MeanOutput());
    return rules.stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "combination rule must be soft-vote, hard-vote or mean, got " + name));
  }

  /**
   * Checks the outputs as {@link #combine} must.
   *
   * @param outputs the members' outputs
   * @throws IllegalArgumentException if there are no outputs or their shapes differ
   */
  static void check(List<INDArray> outputs) {
    Preconditions.checkArgument(!outputs.isEmpty(), "outputs must have at least 1 member, got 0");
    INDArray first = outputs.get(0);
    Preconditions.checkArgument(
        first.rank() >= 2, "outputs must have rank 2 or more, got rank %s", first.rank());
    for (INDArray output : outputs) {
      Preconditions.checkArgument(
          output.equalShapes(first),
          "outputs must have one shape, got %ndShape and %ndShape",
          first,
          output);
    }
  }
}
