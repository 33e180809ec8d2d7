package io.github.dl4jx.studies.biasvariance;

import io.github.dl4jx.studies.log.Form;

/**
 * One method on one training sample: a line of the study's CSV. Means over the samples are the
 * decomposition, see {@link Decomposition}.
 *
 * @param data label of the data
 * @param members how large the networks are
 * @param method how they are trained
 * @param sample number of the training sample, from 1
 * @param error share of the test examples that are wrong
 * @param bias share whose main prediction is wrong, of all samples together
 * @param unbiasedVariance share where the main prediction is right and this one is wrong
 * @param biasedVariance share where the main prediction is wrong and this one is right
 * @param brier Brier score, summed over the classes
 * @param brierBias squared bias of the probabilities, of all samples together
 * @param brierVariance variance of the probabilities
 */
record BiasVarianceLine(
    String data,
    String members,
    String method,
    long sample,
    double error,
    double bias,
    double unbiasedVariance,
    double biasedVariance,
    double brier,
    double brierBias,
    double brierVariance) {

  static final Form<BiasVarianceLine> FORM =
      Form.of(
          BiasVarianceLine.class,
          "data",
          "members",
          "method",
          "sample",
          "error %.6f",
          "bias %.6f",
          "unbiased_variance %.6f",
          "biased_variance %.6f",
          "brier %.6f",
          "brier_bias2 %.6f",
          "brier_variance %.6f");

  static BiasVarianceLine of(String data, Learner learner, long sample, Decomposition.Part part) {
    return new BiasVarianceLine(
        data,
        learner.members(),
        learner.method(),
        sample,
        part.error(),
        part.bias(),
        part.unbiased(),
        part.biased(),
        part.brier(),
        part.brierBias(),
        part.brierVariance());
  }

  double netVariance() {
    return unbiasedVariance - biasedVariance;
  }
}
