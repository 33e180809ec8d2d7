/**
 * The running layers and vertices, which networks name in {@code summary()} like their
 * configurations. They are no part of the interface and may change at any time.
 */
@NullMarked
package io.github.dl4jx.regularizers.internal;

import org.jspecify.annotations.NullMarked;
