/**
 * What this module's trainers share and users need not see: it may change any time.
 *
 * <p>A member's seeds follow from the trainer's seed and the member's index alone and results are
 * collected in order, so that the number of threads never changes a result.
 */
@NullMarked
package io.github.dl4jx.ensembles.internal;

import org.jspecify.annotations.NullMarked;
