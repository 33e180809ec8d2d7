/**
 * Studies: techniques compared on real data, each by one command that ends in a CSV and a page.
 *
 * <pre>
 * mvn -q -Pstudy verify -Dstudy=NAME
 * </pre>
 *
 * <p>Every run is a pure function of its technique and seed, given the number of OpenMP threads;
 * runs go side by side, one OpenMP thread each. A study that was interrupted goes on with the runs
 * that are missing.
 */
@NullMarked
package io.github.dl4jx.studies;

import org.jspecify.annotations.NullMarked;
