/** Samples of the posterior against one network and a deep ensemble. */
@NullMarked
package io.github.dl4jx.studies.samplers;

import org.jspecify.annotations.NullMarked;
