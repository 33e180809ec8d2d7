/** What the modules of this project share and users need not see: it may change at any time. */
@NullMarked
package io.github.dl4jx.random.internal;

import org.jspecify.annotations.NullMarked;
