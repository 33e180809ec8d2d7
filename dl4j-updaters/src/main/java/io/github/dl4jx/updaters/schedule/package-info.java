/**
 * Schedules of learning rates and of noise that Deeplearning4j lacks.
 *
 * <p>The package promises immutable {@link org.nd4j.linalg.schedule.ISchedule}s that are equal if
 * their settings are, survive JSON, YAML and Java serialization, and check their settings when they
 * are made. The one-cycle policy of Smith is Deeplearning4j's own {@link
 * org.nd4j.linalg.schedule.CycleSchedule}.
 */
@NullMarked
package io.github.dl4jx.updaters.schedule;

import org.jspecify.annotations.NullMarked;
