/** Code shared by the modules of this project; not for users, it may change at any time. */
@NullMarked
package io.github.dl4jx.random.internal;

import org.jspecify.annotations.NullMarked;
