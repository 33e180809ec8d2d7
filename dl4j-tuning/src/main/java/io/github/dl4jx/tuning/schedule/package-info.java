/**
 * How many epochs each trial gets. Schedules keep nothing between two questions: each answer is a
 * function of the trials so far.
 */
@NullMarked
package io.github.dl4jx.tuning.schedule;

import org.jspecify.annotations.NullMarked;
