/** Ensembles and averages of the checkpoints of a single training run. */
@NullMarked
package io.github.dl4jx.ensembles.checkpoint;

import org.jspecify.annotations.NullMarked;
