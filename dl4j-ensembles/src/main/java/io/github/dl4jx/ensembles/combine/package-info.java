/**
 * How the outputs of the members become one: small immutable value objects without state, and what
 * fits their weights to data.
 */
@NullMarked
package io.github.dl4jx.ensembles.combine;

import org.jspecify.annotations.NullMarked;
