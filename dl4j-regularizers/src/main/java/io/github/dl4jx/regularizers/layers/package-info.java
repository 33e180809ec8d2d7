/**
 * Regularizers as layers of their own: a configuration, which is saved with the network, and the
 * running layer that it instantiates.
 */
@NullMarked
package io.github.dl4jx.regularizers.layers;

import org.jspecify.annotations.NullMarked;
