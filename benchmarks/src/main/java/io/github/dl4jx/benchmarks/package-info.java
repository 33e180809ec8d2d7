/**
 * JMH benchmarks: a technique beside what a user would do otherwise, as two methods of one class.
 *
 * <p>Only ratios within one run mean something.
 */
@NullMarked
package io.github.dl4jx.benchmarks;

import org.jspecify.annotations.NullMarked;
