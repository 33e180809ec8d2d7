/** One-bit gradients: in one process, and between workers. */
@NullMarked
package io.github.dl4jx.studies.onebit;

import org.jspecify.annotations.NullMarked;
