/**
 * Data-parallel training whose workers send each other their gradients.
 *
 * <p>The package promises that replicas stay identical bit for bit, updater state included; that a
 * result is a function of the seed, the data and the number of workers; that a failing worker ends
 * training with its own exception; and that all counted traffic was really written into a message
 * and read from it.
 */
@NullMarked
package io.github.dl4jx.training.parallel;

import org.jspecify.annotations.NullMarked;
