/** The same work by this library and by PyTorch, in one run. */
@NullMarked
package io.github.dl4jx.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
