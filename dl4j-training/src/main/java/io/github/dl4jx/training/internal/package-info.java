/**
 * What dl4j-updaters and what builds on it share and users need not see: it may change any time.
 */
@NullMarked
package io.github.dl4jx.training.internal;

import org.jspecify.annotations.NullMarked;
