/** Noise as inference: what the posterior samplers draw from a likelihood that is known. */
@NullMarked
package io.github.dl4jx.studies.likelihood;

import org.jspecify.annotations.NullMarked;
