/** What trainers of networks share and users need not see: it may change any time. */
@NullMarked
package io.github.dl4jx.training.network.internal;

import org.jspecify.annotations.NullMarked;
