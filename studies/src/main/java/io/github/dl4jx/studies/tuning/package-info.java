/** Hyperparameter search: epochs that schedules save, and what an ensemble of the best gains. */
@NullMarked
package io.github.dl4jx.studies.tuning;

import org.jspecify.annotations.NullMarked;
