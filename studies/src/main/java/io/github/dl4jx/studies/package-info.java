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
 *
 * <p>A new study is a class that implements {@link io.github.dl4jx.studies.Study}, in a package of
 * its own, and a line in {@code META-INF/services}. What studies have in common is in {@code .run}
 * (the runs, and what most of them train), {@code .log} (finished runs) and {@code .report}.
 */
@NullMarked
package io.github.dl4jx.studies;

import org.jspecify.annotations.NullMarked;
