/**
 * Runs independent jobs, such as the training of an ensemble's members, on an Apache Spark cluster.
 *
 * <p>Each job is one task, whose result depends on its data and seed, not on the number of attempts
 * or, up to the last bits, on the machine. Only the driver has state.
 */
@NullMarked
package io.github.dl4jx.spark;

import org.jspecify.annotations.NullMarked;
