/**
 * What is searched: parameters with typed keys, the conditions between them, and points. Points are
 * immutable, and so is a space once a search uses it.
 */
@NullMarked
package io.github.dl4jx.tuning.space;

import org.jspecify.annotations.NullMarked;
