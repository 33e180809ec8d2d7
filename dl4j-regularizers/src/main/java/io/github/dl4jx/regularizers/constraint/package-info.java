/** Bounds on weights. */
@NullMarked
package io.github.dl4jx.regularizers.constraint;

import org.jspecify.annotations.NullMarked;
