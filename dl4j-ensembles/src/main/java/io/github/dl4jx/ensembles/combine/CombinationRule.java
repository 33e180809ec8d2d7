package io.github.dl4jx.ensembles.combine;

import io.github.dl4jx.random.internal.Arguments;
import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Combines the outputs of an ensemble's members into one output. Implementations are immutable
 * value objects.
 */
public interface CombinationRule {

  /**
   * Combines the outputs.
   *
   * @param outputs one array for each member, all of the same shape and data type: [examples,
   *     outputs], [examples, outputs, steps] or [examples, channels, height, width]; not changed
   * @return a new array of that shape and data type
   * @throws IllegalArgumentException if there are no outputs, one is null, their shapes or types
   *     differ, or {@link #checkMembers} refuses their number
   */
  INDArray combine(List<INDArray> outputs);

  /**
   * Checks that the rule can combine the outputs of this number of members. Rules with one weight a
   * member need exactly as many members as weights; others accept any number.
   *
   * @param members the number of members, at least 1
   * @throws IllegalArgumentException if there are too few or too many
   */
  default void checkMembers(int members) {}

  /**
   * Whether the rule takes axis 1 for the classes, as votes do. Members that have something else
   * there, such as sequences in the format NWC, are then refused.
   *
   * @return by default false: values are combined one by one
   */
  default boolean readsClasses() {
    return false;
  }

  /**
   * The rule for the first members only: with their weights, if there are weights.
   *
   * @param members how many, at least 1 and at most those that the rule is for
   * @return a rule; by default this one
   * @throws IllegalArgumentException if there are too few or too many, or the weights of the first
   *     are all 0
   */
  default CombinationRule first(int members) {
    Preconditions.checkArgument(members >= 1, "members must be >= 1, got %s", members);
    return this;
  }

  /**
   * {@return the name of the rule with its settings, as saved ensembles have it: lower-case, such
   * as {@code soft-vote} or {@code weighted-vote(0.2,0.8)}}
   */
  String name();

  /**
   * {@return the rule with this name}
   *
   * @param name the {@link #name} of a rule of this package; it need not be trusted
   * @throws IllegalArgumentException if no rule has that name, or its weights are wrong
   */
  static CombinationRule named(String name) {
    return RuleNames.parse(Arguments.notNull("name", name));
  }

  /**
   * Checks the outputs; implementations of {@link #combine} call it first.
   *
   * @param outputs the members' outputs
   * @throws IllegalArgumentException if there are no outputs, one is null, or their shapes or types
   *     differ
   */
  static void check(List<INDArray> outputs) {
    Arguments.noneNull("outputs", outputs);
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
      Preconditions.checkArgument(
          output.dataType() == first.dataType() && output.dataType().isFPType(),
          "outputs must be of one floating-point type, got %s and %s",
          first.dataType(),
          output.dataType());
    }
  }
}
