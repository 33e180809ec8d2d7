/** What rules need to know of networks, and users need not see: it may change any time. */
@NullMarked
package io.github.dl4jx.ensembles.combine.internal;

import org.jspecify.annotations.NullMarked;
