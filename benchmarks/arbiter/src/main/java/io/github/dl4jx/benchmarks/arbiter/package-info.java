/** A search with Arbiter 1.0.0-beta7, Deeplearning4j's own until it was dropped, beside ours. */
@NullMarked
package io.github.dl4jx.benchmarks.arbiter;

import org.jspecify.annotations.NullMarked;
