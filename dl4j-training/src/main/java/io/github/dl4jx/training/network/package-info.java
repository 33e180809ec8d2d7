/**
 * A network of either kind: its learning rates and frozen layers, its files.
 *
 * <p>Networks out of files that nobody vouches for. No class is loaded but those that are allowed
 * by their exact names, nothing is deserialized by Java, no memory is taken for what the file does
 * not really hold, and all is checked before a network is built of it.
 */
@NullMarked
package io.github.dl4jx.training.network;

import org.jspecify.annotations.NullMarked;
