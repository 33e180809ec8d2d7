/** For the other modules of this project only: may change without notice. */
@NullMarked
package io.github.dl4jx.updaters.internal;

import org.jspecify.annotations.NullMarked;
