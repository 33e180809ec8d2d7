/**
 * Combination rules for the members' outputs, as immutable value objects, and ways to fit their
 * weights to data.
 */
@NullMarked
package io.github.dl4jx.ensembles.combine;

import org.jspecify.annotations.NullMarked;
