package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
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
    DataType type = outputs.get(0).dataType();
    if (type.width() < DataType.FLOAT.width()) { // the sum might be too large for it
      INDArray sum = outputs.get(0).castTo(DataType.FLOAT);
      outputs.subList(1, outputs.size()).forEach(output -> sum.addi(output.castTo(sum.dataType())));
      return sum.divi(outputs.size()).castTo(type);
    }
    INDArray sum = outputs.get(0).dup();
    outputs.subList(1, outputs.size()).forEach(sum::addi);
    return sum.divi(outputs.size());
  }
}
