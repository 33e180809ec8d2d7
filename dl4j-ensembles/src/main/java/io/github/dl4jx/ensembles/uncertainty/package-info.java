/**
 * Measures of predicted probabilities beyond accuracy: scores, calibration, uncertainty; and ways
 * to improve them.
 */
@NullMarked
package io.github.dl4jx.ensembles.uncertainty;

import org.jspecify.annotations.NullMarked;
