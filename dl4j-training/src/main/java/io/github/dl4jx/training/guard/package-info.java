/**
 * Keeps ND4J 1.0.0-M2.1 from killing the process in broadcasts.
 *
 * <p>The package promises that the arguments of an operation stay in memory until its call ends,
 * that results and exceptions stay the same, and that unknown executioners are left alone.
 */
@NullMarked
package io.github.dl4jx.training.guard;

import org.jspecify.annotations.NullMarked;
