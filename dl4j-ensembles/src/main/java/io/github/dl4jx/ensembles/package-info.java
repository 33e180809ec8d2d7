/**
 * Many networks as one model: {@link io.github.dl4jx.ensembles.Ensemble} is returned by every
 * trainer, and can be saved, loaded and evaluated.
 *
 * <p>Trainers are {@link io.github.dl4jx.ensembles.EnsembleTrainer}s: those of {@link
 * io.github.dl4jx.ensembles.train} train the members in parallel, those of {@link
 * io.github.dl4jx.ensembles.boosting} one after the other, those of {@link
 * io.github.dl4jx.ensembles.run} in a single run. The members' outputs are combined by a rule of
 * {@link io.github.dl4jx.ensembles.combine}.
 */
@NullMarked
package io.github.dl4jx.ensembles;

import org.jspecify.annotations.NullMarked;
