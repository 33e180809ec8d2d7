package io.github.dl4jx.studies.neuralgpu;

import io.github.dl4jx.studies.log.Form;

/**
 * A training: a line of the study's CSV.
 *
 * @param arm as in {@link Arm#label}
 * @param seed of the weights, the sequences and the noise
 * @param right fraction of all sequences that were right at the end
 * @param escaped the first step whose loss was below 0.6, 0 if there was none
 */
record GpuRun(String arm, long seed, double right, int escaped) {

  static final double SUCCESS = 0.99;

  static final Form<GpuRun> FORM = Form.of(GpuRun.class, "arm", "seed", "right %.4f", "escaped");
}
