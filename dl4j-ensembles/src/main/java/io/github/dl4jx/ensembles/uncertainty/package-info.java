/**
 * How good and how sure predicted probabilities are, beyond accuracy, and how to make them honest.
 */
@NullMarked
package io.github.dl4jx.ensembles.uncertainty;

import org.jspecify.annotations.NullMarked;
