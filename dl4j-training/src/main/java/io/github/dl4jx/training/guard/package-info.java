/**
 * Keeps ND4J 1.0.0-M2.1 from killing the process in broadcasts.
 *
 * <p>The package promises that what the executioner is given stays in memory until its call ends,
 * that results and exceptions stay as they are, and that an executioner which it does not know is
 * left alone.
 */
@NullMarked
package io.github.dl4jx.training.guard;

import org.jspecify.annotations.NullMarked;
