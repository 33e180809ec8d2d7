package io.github.dl4jx.ensembles.combine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Soft vote: the mean of the members' class probabilities. The usual choice for classification; its
 * log-likelihood is never worse than the members' average.
 *
 * <pre>{@code
 * P(c | x) = 1/M * sum_m P_m(c | x)
 * }</pre>
 */
public final class SoftVote extends NamedRule {

  /** The rule; it has no settings. */
  public SoftVote() {
    super("soft-vote");
  }

  @Override
  public INDArray combine(List<INDArray> outputs) {
    return MeanOutput.mean(outputs);
  }
}
