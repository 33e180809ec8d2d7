/** How good predicted probabilities are, beyond accuracy. */
@NullMarked
package io.github.dl4jx.ensembles.uncertainty;

import org.jspecify.annotations.NullMarked;
