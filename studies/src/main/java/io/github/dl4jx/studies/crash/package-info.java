/**
 * Kills a process that trains, again and again, and compares what it ends with to an uninterrupted
 * run, bit for bit.
 *
 * <p>The killing is done from outside, with SIGKILL, which no program can catch: nothing is
 * flushed, closed or deleted. Linux and macOS only.
 */
@NullMarked
package io.github.dl4jx.studies.crash;

import org.jspecify.annotations.NullMarked;
