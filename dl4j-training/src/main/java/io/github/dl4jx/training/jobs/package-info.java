/**
 * Independent jobs: tasks that run in threads of this machine or elsewhere, whose results come back
 * in order and may be kept in a folder.
 *
 * <p>A result is a function of its task and of what all tasks share, so that neither the number of
 * threads nor the machine changes it.
 */
@NullMarked
package io.github.dl4jx.training.jobs;

import org.jspecify.annotations.NullMarked;
