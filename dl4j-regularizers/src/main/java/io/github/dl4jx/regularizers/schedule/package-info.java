/**
 * Schedules of the probability of retaining, for the dropouts that take an {@link
 * org.nd4j.linalg.schedule.ISchedule}, Deeplearning4j's own among them.
 *
 * <p>The package promises immutable schedules whose values are in (0, 1], that are equal if their
 * settings are, survive JSON, YAML and Java serialization, and check their settings when they are
 * made.
 */
@NullMarked
package io.github.dl4jx.regularizers.schedule;

import org.jspecify.annotations.NullMarked;
