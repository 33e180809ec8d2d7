package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arithmetic mean of the members' outputs, for regression.
 *
 * <pre>{@code
 * y = 1/M * sum_m y_m
 * }</pre>
 */
public final class MeanOutput extends NamedRule {

  /** The rule; it has no settings. */
  public MeanOutput() {
    super("mean");
  }

  @Override
  public INDArray combine(List<INDArray> outputs) {
    return mean(outputs);
  }

  static INDArray mean(List<INDArray> outputs) {
    CombinationRule.check(outputs);
    INDArray sum = outputs.get(0).dup();
    outputs.subList(1, outputs.size()).forEach(sum::addi);
    return sum.divi(outputs.size());
  }
}
