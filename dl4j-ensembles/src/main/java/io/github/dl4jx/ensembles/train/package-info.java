/**
 * Trainers: each builds an {@link io.github.dl4jx.ensembles.Ensemble} from a configuration and
 * data.
 *
 * <p>A member's seeds follow from the trainer's seed and the member's index alone and results are
 * collected in order, so that the number of threads never changes a result.
 */
@NullMarked
package io.github.dl4jx.ensembles.train;

import org.jspecify.annotations.NullMarked;
