/**
 * Convolutions by ND4J's oneDNN, which Deeplearning4j 1.0.0-M2.1 has and never uses.
 *
 * <p>The package promises that results are those of Deeplearning4j's own layer up to rounding, and
 * that what oneDNN cannot do is done by that layer.
 */
@NullMarked
package io.github.dl4jx.training.onednn;

import org.jspecify.annotations.NullMarked;
