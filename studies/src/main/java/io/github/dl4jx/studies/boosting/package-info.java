/** Boosting of small networks, round by round. */
@NullMarked
package io.github.dl4jx.studies.boosting;

import org.jspecify.annotations.NullMarked;
