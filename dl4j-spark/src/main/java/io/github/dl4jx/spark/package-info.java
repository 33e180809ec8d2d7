/**
 * The members of an ensemble, trained by the machines of an Apache Spark cluster.
 *
 * <p>A member is one task; what it computes follows from its seed alone, so that neither the
 * machine nor the number of attempts changes it. The only state is in the driver.
 */
@NullMarked
package io.github.dl4jx.spark;

import org.jspecify.annotations.NullMarked;
