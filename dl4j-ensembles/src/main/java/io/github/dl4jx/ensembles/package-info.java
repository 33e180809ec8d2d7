/**
 * Many networks as one model: {@link io.github.dl4jx.ensembles.Ensemble} is what every trainer
 * returns and what is saved, loaded and evaluated.
 *
 * <p>Trainers ({@link io.github.dl4jx.ensembles.train}) are apart from the immutable ensemble they
 * return; how member outputs become one answer is a value object of {@link
 * io.github.dl4jx.ensembles.combine}.
 */
@NullMarked
package io.github.dl4jx.ensembles;

import org.jspecify.annotations.NullMarked;
