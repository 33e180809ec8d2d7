/**
 * Many networks as one model: {@link io.github.dl4jx.ensembles.Ensemble} is what every trainer
 * returns and what is saved, loaded and evaluated.
 *
 * <p>Trainers ({@link io.github.dl4jx.ensembles.EnsembleTrainer}) are apart from the immutable
 * ensemble they return: {@link io.github.dl4jx.ensembles.train} has those whose members are trained
 * side by side, {@link io.github.dl4jx.ensembles.boosting} one after the other, {@link
 * io.github.dl4jx.ensembles.run} in one run. How member outputs become one answer is a value object
 * of {@link io.github.dl4jx.ensembles.combine}.
 */
@NullMarked
package io.github.dl4jx.ensembles;

import org.jspecify.annotations.NullMarked;
