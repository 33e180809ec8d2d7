/** Averages of weights against the weights they are averages of. */
@NullMarked
package io.github.dl4jx.studies.averaging;

import org.jspecify.annotations.NullMarked;
