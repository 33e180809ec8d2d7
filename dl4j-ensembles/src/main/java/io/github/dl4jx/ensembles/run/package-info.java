/**
 * Many members of one training run: the weights that it goes through, and networks drawn from their
 * distribution.
 */
@NullMarked
package io.github.dl4jx.ensembles.run;

import org.jspecify.annotations.NullMarked;
